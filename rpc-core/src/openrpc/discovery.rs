//! [`Discovery`]: answers `rpc.discover`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::RawValue;

use super::{DocumentError, OpenRpc};
use crate::contract::{Contract, Method};
use crate::service::Service;

/// Makes the document of a server when it is asked for, and keeps it. A clone shares it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Discovery(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// `None` if the application chose none.
    settings: Option<OpenRpc>,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    fingerprint: u64,
    json: Arc<RawValue>,
}

impl Discovery {
    pub(crate) fn new(settings: OpenRpc) -> Self {
        Discovery(Arc::new(Shared {
            settings: Some(settings),
            kept: Mutex::default(),
        }))
    }

    /// The document. A service such as a dispatcher may change, and then gets a new one.
    ///
    /// `None` if no method has schemas and the application did not ask for a document: another crate may have turned the feature
    /// on, which should change nothing here.
    pub(crate) fn document(
        &self,
        service: &impl Service,
    ) -> Result<Option<Arc<RawValue>>, DocumentError> {
        let Shared { settings, kept } = &*self.0;
        let contracts = service.contracts();
        let mut methods = contracts.iter().flat_map(|contract| &*contract.methods);
        if settings.is_none() && !methods.any(|method| method.schema.is_some()) {
            return Ok(None);
        }
        let fingerprint = fingerprint(&contracts);
        let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().as_ref().filter(|it| it.fingerprint == fingerprint) {
            return Ok(Some(Arc::clone(&kept.json)));
        }
        let document = match settings {
            Some(settings) => settings.of_contracts(&contracts)?,
            None => OpenRpc::new().of_contracts(&contracts)?,
        };
        let json: Arc<RawValue> = document.json().to_owned().into();
        *lock() = Some(Kept {
            fingerprint,
            json: Arc::clone(&json),
        });
        Ok(Some(json))
    }
}

/// Tells contracts from others in one run of a program.
fn fingerprint(contracts: &[Contract]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for contract in contracts {
        let Contract {
            name,
            docs,
            version,
            lenient,
            methods,
            ..
        } = contract;
        (name, docs, version, lenient, methods.len()).hash(&mut hasher);
        methods.iter().for_each(|it| add(it, &mut hasher));
    }
    hasher.finish()
}

fn add(method: &Method, hasher: &mut DefaultHasher) {
    let Method {
        name,
        aliases,
        docs,
        params,
        tags,
        ..
    } = method;
    (name, aliases, docs, tags, method.result).hash(hasher);
    (
        method.deprecated,
        method.since,
        method.idempotent,
        method.read_only,
    )
        .hash(hasher);
    // Error codes are constants, so their place tells which they are.
    (method.errors.as_ptr() as usize, method.errors.len()).hash(hasher);
    for param in &**params {
        (
            param.name,
            param.ty,
            param.docs,
            param.optional,
            param.secret,
        )
            .hash(hasher);
    }
    if let Some(schema) = &method.schema {
        schema.identity().for_each(|identity| identity.hash(hasher));
    }
}

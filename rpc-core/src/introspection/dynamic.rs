//! [`DynamicClient`]: calls methods by name, and knows which ones the server has.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::IntrospectionClient;
use crate::client::{Call, Client, Transport};
use crate::error::CallError;
use crate::limits::MAX_BATCH;
use crate::message_log;
use crate::reflection::{Signature, UnknownMethod};

/// Calls the methods that a server lists. It needs no contract, and refuses an unknown name without sending anything.
///
/// See the [module's documentation](super) for an example.
///
/// If the [message log](message_log) is on, connecting also fetches the signatures of all methods, in batches. The log
/// then shows the params of methods without secrets. It does not show the params of a method that has a secret, or
/// whose signature is unknown, since a secret could be sent under a misspelt name.
pub struct DynamicClient<T> {
    client: Client<T>,
    methods: Vec<String>,
    /// Methods that, according to the server, have no secrets.
    open: HashSet<String>,
}

impl<T> fmt::Debug for DynamicClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("DynamicClient")
            .field("client", &self.client)
            .field("methods", &self.methods)
            .finish()
    }
}

impl<T> Clone for DynamicClient<T> {
    fn clone(&self) -> Self {
        DynamicClient {
            client: self.client.clone(),
            methods: self.methods.clone(),
            open: self.open.clone(),
        }
    }
}

impl<T: Transport> DynamicClient<T> {
    /// Fetches the list of methods from the server.
    ///
    /// Fails with the error of the call `rpc.methods`. A server without introspection answers with
    /// [`CallError::Object`] -32601.
    pub async fn connect(client: Client<T>) -> Result<Self, CallError> {
        let mut server = DynamicClient {
            client,
            methods: Vec::new(),
            open: HashSet::new(),
        };
        server.refresh().await?;
        Ok(server)
    }

    /// The names of the server's methods when they were last fetched, sorted. With a [nested](Client::nested) client, those
    /// under its prefix, without the prefix.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Fetches the methods again.
    pub async fn refresh(&mut self) -> Result<(), CallError> {
        let all = self.introspection().methods().await?;
        let nested = all
            .iter()
            .filter_map(|name| name.strip_prefix(self.client.prefix()));
        self.methods = nested.map(str::to_owned).collect();
        self.methods.sort_unstable();
        self.open.clear();
        if message_log::is_wanted_of_clients() {
            self.learn_secrets().await;
        }
        Ok(())
    }

    /// Learns which methods have no secrets, as far as the server tells.
    async fn learn_secrets(&mut self) {
        let introspection = self.introspection();
        for methods in self.methods.chunks(MAX_BATCH) {
            let calls: Vec<_> = methods
                .iter()
                .map(|method| introspection.signature(&format!("{}{method}", self.client.prefix())))
                .collect();
            let Ok(signatures) = self.client.batch(calls).await else {
                return;
            };
            for (method, signature) in methods.iter().zip(signatures) {
                let has_none = |it: Signature| it.params.iter().all(|param| !param.secret);
                if signature.is_ok_and(has_none) {
                    self.open.insert(method.clone());
                }
            }
        }
    }

    /// A client that asks for more about the methods, by their full names.
    pub fn introspection(&self) -> IntrospectionClient<T> {
        IntrospectionClient::new(self.client.clone())
    }

    /// The client that makes the calls.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Calls a method with params by position (a tuple, a slice, a `Vec`) or by name (a struct, a map), or `()` for
    /// none. See [`Client::call`].
    ///
    /// If the server did not list the name, it returns an error at once and nothing is sent. This includes aliases.
    pub fn call<P: Serialize, R: DeserializeOwned>(
        &self,
        method: &str,
        params: P,
    ) -> Result<Call<T, R, Infallible>, UnknownMethod> {
        self.check(method)?;
        let call = self.client.call(method, params);
        Ok(match self.open.contains(method) {
            true => call,
            false => call.secret_params(),
        })
    }

    /// Checks that the server listed this name.
    pub fn check(&self, method: &str) -> Result<(), UnknownMethod> {
        match self
            .methods
            .binary_search_by(|known| known.as_str().cmp(method))
        {
            Ok(_) => Ok(()),
            Err(_) => {
                let known = self.methods.iter().map(String::as_str);
                Err(UnknownMethod::among(method, known))
            }
        }
    }
}

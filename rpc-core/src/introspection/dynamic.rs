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

/// Calls the methods that a server says it has: a client without a contract that knows a wrong name before it is sent.
///
/// See the [module's documentation](self) for an example.
///
/// Where the [message log](message_log) is on when the client connects, it asks for the signatures of all methods, too, in
/// batches, so that the log has the params of methods that have no secrets. Of a method that has one, or whose signature is
/// not known, the log has no params: nothing keeps a secret from being sent under a misspelt name.
pub struct DynamicClient<T> {
    client: Client<T>,
    methods: Vec<String>,
    /// Those of which the server has said that they have no secrets.
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
    /// Asks the server for its methods.
    ///
    /// An error is that of the call `rpc.methods`: a server without introspection answers with
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

    /// The names of the methods that the server had when it was asked, sorted.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Asks for the methods anew.
    pub async fn refresh(&mut self) -> Result<(), CallError> {
        self.methods = self.introspection().methods().await?;
        self.methods.sort_unstable();
        self.open.clear();
        if message_log::is_wanted_of_clients() {
            self.learn_secrets().await;
        }
        Ok(())
    }

    /// As far as the server tells them.
    async fn learn_secrets(&mut self) {
        let introspection = self.introspection();
        for methods in self.methods.chunks(MAX_BATCH) {
            let calls: Vec<_> = methods
                .iter()
                .map(|method| introspection.signature(method))
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

    /// What else can be asked about the methods.
    pub fn introspection(&self) -> IntrospectionClient<T> {
        IntrospectionClient::new(self.client.clone())
    }

    /// The client that the calls are made by.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Calls a method with params by position (a tuple, a slice, a `Vec`) or by name (a struct, a map); `()` for none. See
    /// [`Client::call`].
    ///
    /// A name that the server did not list is an error at once, and nothing is sent. That holds for aliases, too.
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

    /// Has the server listed this name?
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

//! [`IntrospectionClient`]: asks a server about its methods.

use std::convert::Infallible;
use std::fmt;

use serde_json::value::RawValue;

use crate::client::{Call, Client, Transport};
use crate::reflection::Signature;
use crate::reflection::table::{DISCOVER, HELP, METHODS, SIGNATURE};

/// Asks a server about its methods.
///
/// It uses the full names of methods, also over a [nested](Client::nested) client: `v2.add`, not `add`.
pub struct IntrospectionClient<T> {
    client: Client<T>,
}

impl<T> fmt::Debug for IntrospectionClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("IntrospectionClient")
            .field("client", &self.client)
            .finish()
    }
}

impl<T> Clone for IntrospectionClient<T> {
    fn clone(&self) -> Self {
        IntrospectionClient {
            client: self.client.clone(),
        }
    }
}

impl<T: Transport> IntrospectionClient<T> {
    /// A client for introspection, over a client that other stubs may share.
    pub fn new(client: Client<T>) -> Self {
        IntrospectionClient { client }
    }

    /// The names of all methods, sorted: `rpc.methods`.
    pub fn methods(&self) -> Call<T, Vec<String>, Infallible> {
        self.client.call(METHODS, ())
    }

    /// The documentation of the method with this name or alias: `rpc.help`. Error -32602 if there is none.
    pub fn help(&self, method: &str) -> Call<T, String, Infallible> {
        self.client.call(HELP, (method,))
    }

    /// The server's OpenRPC document: `rpc.discover`. Error -32601 if the server has none. Servers of other people may have it,
    /// too.
    pub fn discover(&self) -> Call<T, Box<RawValue>, Infallible> {
        self.client.call(DISCOVER, ())
    }

    /// The parameters, result and errors of the method with this name or alias: `rpc.signature`. Error -32602 if there
    /// is none.
    pub fn signature(&self, method: &str) -> Call<T, Signature, Infallible> {
        self.client.call(SIGNATURE, (method,))
    }
}

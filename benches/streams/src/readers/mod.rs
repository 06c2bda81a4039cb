//! Readers: one for each protocol, whatever server there is at the other end. They do no more than they must to count what
//! comes, so that the server is what is measured.

pub mod events;
pub mod grpc;
pub mod lines;
pub mod websocket;

/// A connection over which a server sends items when it is asked to.
pub trait Reader {
    /// Asks for so many items, and returns when all of them have come.
    ///
    /// # Panics
    ///
    /// If the connection ends before that.
    fn take(&mut self, items: usize);
}

/// How many bytes are read at once.
const BUFFER: usize = 256 * 1024;

/// A request as JSON-RPC has it.
pub fn request(method: &str, number: usize) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{number}]}}"#)
}

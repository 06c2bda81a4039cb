//! The points of the curves that need no socket.
//!
//! There are two programs: `growth` measures times and starts `peak-memory`, which has its own, counting allocator.

use in_process::contenders::{self, Handle};
use measure::{BASELINE, Form, OURS};
use serde_json::Value;
use work::{KIB, MIB};

/// A point on a curve: a message and the reply that it must get.
pub struct Point {
    pub curve: &'static str,
    pub at: usize,
    pub message: Vec<u8>,
    pub reply: Value,
}

/// The curve of [`payloads`].
pub const PAYLOAD: &str = "orders in, by bytes";
/// The curve of [`batches`].
pub const BATCH: &str = "batch, by entries";

/// The contenders on both curves.
pub fn contenders() -> [(&'static str, Handle); 2] {
    [
        (OURS, contenders::rpc()),
        (BASELINE, contenders::with_jsonrpsee()),
    ]
}

/// Messages with 1 KiB of orders up to 10 or 100 MiB.
pub fn payloads(form: Form) -> impl Iterator<Item = Point> {
    let most = form.pick(10 * MIB, 100 * MIB);
    let sizes = [KIB, 10 * KIB, 100 * KIB, MIB, 10 * MIB, 100 * MIB];
    let sizes = sizes.into_iter().filter(move |bytes| *bytes <= most);
    sizes.map(|bytes| {
        let orders = work::orders(bytes);
        let params = serde_json::to_string(&[&orders]).expect("orders are JSON");
        let message = format!(r#"{{"jsonrpc":"2.0","method":"total","params":{params},"id":1}}"#);
        Point {
            curve: PAYLOAD,
            at: bytes,
            message: message.into_bytes(),
            reply: success(work::total(&orders), 1),
        }
    })
}

/// Batches of one call up to 10,000.
pub fn batches() -> impl Iterator<Item = Point> {
    [1, 10, 100, 1000, 10_000].into_iter().map(|length| Point {
        curve: BATCH,
        at: length,
        message: work::batch(length).to_string().into_bytes(),
        reply: (0..length).map(|n| success(n + 1, n)).collect(),
    })
}

fn success(result: impl serde::Serialize, id: usize) -> Value {
    serde_json::json!({ "jsonrpc": "2.0", "result": result, "id": id })
}

impl Point {
    /// Panics unless this is the reply.
    pub fn prove(&self, contender: &str, reply: Option<&[u8]>) {
        let reply: Option<Value> =
            reply.map(|reply| serde_json::from_slice(reply).expect("a reply is JSON"));
        let (curve, at) = (self.curve, self.at);
        assert!(
            reply.as_ref() == Some(&self.reply),
            "{curve} at {at}: {contender} gave a wrong reply"
        );
    }
}

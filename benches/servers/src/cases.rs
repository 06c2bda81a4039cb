//! The messages that every server must answer.

use serde::Deserialize;
use serde_json::{Value, json};
use work::{KIB, Order};

/// A message, and a check of its reply.
pub struct Asked {
    /// The case, such as `add`.
    pub name: &'static str,
    pub message: Vec<u8>,
    pub is_right: Box<dyn Fn(&Value) -> bool + Sync>,
}

impl Asked {
    /// The name of the case with this many connections.
    pub fn on(&self, connections: usize) -> String {
        match connections {
            1 => format!("{}, 1 connection", self.name),
            many => format!("{}, {many} connections", self.name),
        }
    }
}

/// A small call.
pub fn add() -> Asked {
    Asked {
        name: "add",
        message: bytes(&work::call("add", json!([1, 2]))),
        is_right: Box::new(|reply| reply["result"] == 3 && reply["id"] == 1),
    }
}

/// A call with large params and a small result.
pub fn orders_in() -> Asked {
    let orders = work::orders(100 * KIB);
    let total = work::total(&orders);
    Asked {
        name: "100 KiB of orders in",
        message: bytes(&work::call("total", json!([orders]))),
        is_right: Box::new(move |reply| reply["result"] == total),
    }
}

/// A call with small params and a large result, which lies ready in an `Arc`.
pub fn orders_out() -> Asked {
    large_result("100 KiB of orders out", "list")
}

/// The same with a result that the method copies for each call.
pub fn orders_copied() -> Asked {
    large_result("100 KiB of orders copied out", "copy")
}

fn large_result(name: &'static str, method: &str) -> Asked {
    let orders = work::orders(100 * KIB);
    Asked {
        name,
        message: bytes(&work::call(method, json!([100 * KIB]))),
        is_right: Box::new(move |reply| {
            Vec::<Order>::deserialize(&reply["result"]).is_ok_and(|result| result == orders)
        }),
    }
}

/// The name of [`batch`].
pub const BATCH: &str = "batch of 100";

/// A batch of a hundred calls. The replies may come in any order.
pub fn batch() -> Asked {
    const LENGTH: usize = 100;
    Asked {
        name: BATCH,
        message: bytes(&work::batch(LENGTH)),
        is_right: Box::new(|reply| {
            let replies = reply.as_array().map_or(&[][..], Vec::as_slice);
            let answers = |n: usize| {
                let right = |reply: &Value| reply["id"] == n && reply["result"] == n + 1;
                replies.iter().any(right)
            };
            replies.len() == LENGTH && (0..LENGTH).all(answers)
        }),
    }
}

fn bytes(message: &Value) -> Vec<u8> {
    serde_json::to_vec(message).expect("a Value is JSON")
}

//! From the bytes of a message to the bytes of its reply, on one thread and without a socket.
//!
//! - [`cases`]: the messages, and the replies that they must get.
//! - [`contenders`]: the frameworks and hand-written code that reply to them.
//! - [`many`]: contracts with up to 10,000 methods.
//! - [`jsonrpsee`]: jsonrpsee without its transport.
//!
//! There are two programs: `in-process` measures times and starts `allocations`, which has its own, counting allocator.

pub mod cases;
pub mod contenders;
pub mod jsonrpsee;
pub mod many;

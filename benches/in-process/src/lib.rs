//! From the bytes of a message to the bytes of its reply, on one thread and without a socket.
//!
//! - [`cases`]: what is asked, and what has to be answered.
//! - [`contenders`]: who answers.
//! - [`many`]: contracts of up to 10,000 methods.
//! - [`jsonrpsee`]: jsonrpsee without its transport.
//!
//! The programs: `in-process` takes the times, and starts `allocations`, which counts with an allocator of its own.

pub mod cases;
pub mod contenders;
pub mod jsonrpsee;
pub mod many;

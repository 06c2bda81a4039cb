//! Generated clients in other languages call a real server.

mod contract;
mod samples;
mod server;

//! Servers under load: what sends the load, and what is asked of every server.

pub mod load;

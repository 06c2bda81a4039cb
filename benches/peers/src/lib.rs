//! The other frameworks, each set up as its own documentation would, and what one would write by hand.

pub mod jsonrpsee;

//! The tests of rpc-codegen, in one binary.

mod broken;
mod documents;
mod lint;
mod model;
mod mutated;
mod show;
mod typescript;

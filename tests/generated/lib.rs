//! What `rpc generate rust` writes for the documents in `rpc-codegen/tests/documents`, so that it is compiled, linted and used.
//!
//! The tests of rpc-codegen compare the files with what it writes now. To rewrite them, run
//! `UPDATE_SNAPSHOTS=1 cargo test -p rpc-codegen rust`, and read the diff.

// A document need not have a text for everything.
#![allow(missing_docs)]

#[path = "all/src/lib.rs"]
pub mod all;
#[path = "callbacks/src/lib.rs"]
pub mod callbacks;
#[path = "corners/src/lib.rs"]
pub mod corners;
#[path = "ethereum/src/lib.rs"]
pub mod ethereum;
#[path = "forest/src/lib.rs"]
pub mod forest;
#[path = "hostile/src/lib.rs"]
pub mod hostile;
#[path = "links/src/lib.rs"]
pub mod links;
#[path = "lotus/src/lib.rs"]
pub mod lotus;
#[path = "mirror/src/lib.rs"]
pub mod mirror;
#[path = "names/src/lib.rs"]
pub mod names;
#[path = "near/src/lib.rs"]
pub mod near;
#[path = "petstore/src/lib.rs"]
pub mod petstore;
#[path = "shop/src/lib.rs"]
pub mod shop;

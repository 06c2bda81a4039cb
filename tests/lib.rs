//! Compiles the code of README.md and of the packages' own READMEs, and runs the recipes of the cookbook, so that what a
//! newcomer reads is what works.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/cookbook.md")]
struct Cookbook;

#[cfg(doctest)]
#[doc = include_str!("../docs/clients.md")]
struct Clients;

#[cfg(doctest)]
#[doc = include_str!("../docs/mocking.md")]
struct Mocking;

#[cfg(doctest)]
#[doc = include_str!("../docs/compatibility.md")]
struct Compatibility;

#[cfg(doctest)]
#[doc = include_str!("../rpc-core/README.md")]
struct Core;

#[cfg(doctest)]
#[doc = include_str!("../rpc-tokio/README.md")]
struct Tokio;

#[cfg(doctest)]
#[doc = include_str!("../rpc-http/README.md")]
struct Http;

#[cfg(doctest)]
#[doc = include_str!("../rpc-zmq/README.md")]
struct Zmq;

#[cfg(doctest)]
#[doc = include_str!("../rpc-nats/README.md")]
struct Nats;

#[cfg(doctest)]
#[doc = include_str!("../rpc-stream/README.md")]
struct Stream;

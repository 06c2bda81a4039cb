//! The wire format, at its boundary: bytes in, bytes out.
//!
//! The tables know nothing of where the answers come from: a transport's tests give them a peer of their own, which
//! serves [`service::dispatcher`].

pub mod cases;
mod corpus;
mod limits;
pub mod reference;
pub mod service;
pub mod specification;
mod table;
pub mod validity;

use rpc_core::{RequestMetadata, Server, Service};

/// Something that answers bytes with bytes, or with nothing.
pub trait Answers {
    async fn answer(&self, message: &[u8]) -> Option<Vec<u8>>;
}

impl<S: Service> Answers for Server<S> {
    async fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        let reply = self.handle(message, RequestMetadata::default()).await;
        reply.map(|reply| reply.into_body())
    }
}

#[tokio::test]
async fn a_dispatcher_follows_the_specification() {
    specification::run_all(&Server::new(service::dispatcher())).await;
}

#[tokio::test]
async fn a_contract_follows_the_specification() {
    let peer = service::SpecificationServer::new(service::Peer::default());
    specification::run_all(&Server::new(peer)).await;
}

#[tokio::test]
async fn a_dispatcher_passes_every_case() {
    cases::run_all(&Server::new(service::dispatcher())).await;
}

/// A contract served on its own takes a different path through the code than one in a dispatcher.
#[tokio::test]
async fn a_contract_passes_every_case() {
    let kinds = Server::new(service::KindsServer::new(service::Peer::default()));
    cases::run_strict(&kinds).await;
    let lenient = Server::new(service::LenientServer::new(service::Peer::default()));
    cases::run_lenient(&lenient).await;
}

#[test]
fn the_tables_are_long_and_their_names_are_unique() {
    let names: Vec<_> = cases::all().into_iter().map(|case| case.name).collect();
    assert!(names.len() >= 150, "{} cases", names.len());
    let unique: std::collections::HashSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "two cases have the same name");
}

#[tokio::test]
async fn the_result_of_a_notification_is_not_serialised() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static WRITTEN: AtomicUsize = AtomicUsize::new(0);

    struct Counted;

    impl serde::Serialize for Counted {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            WRITTEN.fetch_add(1, Ordering::SeqCst);
            serializer.serialize_unit()
        }
    }

    let server = Server::new(rpc_core::Dispatcher::new().method("counted", || async { Counted }));
    let notification = br#"{"jsonrpc":"2.0","method":"counted"}"#;
    assert_eq!(server.answer(notification).await, None);
    assert_eq!(WRITTEN.load(Ordering::SeqCst), 0);
    let request = br#"{"jsonrpc":"2.0","method":"counted","id":1}"#;
    assert!(server.answer(request).await.is_some());
    assert_eq!(WRITTEN.load(Ordering::SeqCst), 1);
}

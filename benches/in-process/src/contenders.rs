//! The contenders, each as a function from a message to its reply.

use futures_util::FutureExt;
use measure::{BASELINE, OURS};
use peers::jsonrpsee::BenchServer as _;
use rpc_core::{Limits, RequestMetadata, Server, Service};
use work::{BenchServer, Implementation};

use crate::cases::Served;
use crate::{jsonrpsee, many};

/// From the bytes of a message to the bytes of its reply. `None` means no reply.
pub type Handle = Box<dyn Fn(&[u8]) -> Option<Vec<u8>>>;

/// A framework, or hand-written code.
pub struct Contender {
    pub name: &'static str,
    pub handle: Handle,
}

/// jsonrpsee without the channel that it opens for a call outside its server.
pub const SERVICE: &str = "jsonrpsee, service";
pub const YERPC: &str = "yerpc";
pub const VALUE: &str = "by hand, Value";
pub const TYPED: &str = "by hand, typed";
pub const FASTEST: &str = "by hand, fastest";
/// Only decodes the params of a message, from their text.
pub const DECODING: &str = "decoding alone";

/// All contenders that serve these methods.
pub fn of(served: Served) -> Vec<Contender> {
    let contender = |name, handle| Contender { name, handle };
    match served {
        Served::Bench => vec![
            contender(OURS, rpc()),
            contender(BASELINE, with_jsonrpsee()),
            contender(SERVICE, jsonrpsee_service()),
            contender(YERPC, yerpc()),
            contender(VALUE, Box::new(peers::by_hand::value)),
            contender(TYPED, Box::new(peers::by_hand::typed)),
            contender(FASTEST, Box::new(peers::fastest::answer)),
        ],
        Served::ThousandMethods => vec![
            contender(OURS, many::as_trait(1000).expect("this trait is generated")),
            contender(BASELINE, many::with_jsonrpsee(1000)),
        ],
    }
}

/// This project's server, without a limit on the length of batches.
pub fn rpc() -> Handle {
    let mut limits = Limits::default();
    limits.max_batch = usize::MAX;
    handle_with(Server::new(BenchServer::new(Implementation)).limits(limits))
}

/// jsonrpsee's module, which has no such limit at this level.
pub fn with_jsonrpsee() -> Handle {
    let module = jsonrpsee::Module::new(peers::jsonrpsee::Service.into_rpc());
    Box::new(move |message| module.handle(message))
}

fn jsonrpsee_service() -> Handle {
    let handler = jsonrpsee::Handler::new(peers::jsonrpsee::Service.into_rpc());
    Box::new(move |message| handler.handle(message))
}

fn yerpc() -> Handle {
    let handler = peers::yerpc::Handler::new();
    Box::new(move |message| {
        let reply = handler.handle(message).now_or_never();
        reply.expect("no method waits")
    })
}

/// Wraps a server of this project.
pub fn handle_with<S: Service>(server: Server<S>) -> Handle {
    Box::new(move |message| {
        let reply = server
            .handle(message, RequestMetadata::default())
            .now_or_never();
        Some(reply.expect("no method waits")?.into_body())
    })
}

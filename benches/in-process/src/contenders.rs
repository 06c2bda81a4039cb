//! Who answers.

use futures_util::FutureExt;
use measure::{BASELINE, OURS};
use peers::jsonrpsee::BenchServer as _;
use rpc_core::{Limits, RequestMetadata, Server, Service};
use work::{BenchServer, Implementation};

use crate::cases::Served;
use crate::{jsonrpsee, many};

/// From the bytes of a message to the bytes of its reply; `None` is silence.
pub type Handle = Box<dyn Fn(&[u8]) -> Option<Vec<u8>>>;

/// A framework, or what one writes without any.
pub struct Contender {
    pub name: &'static str,
    pub handle: Handle,
}

/// jsonrpsee, without the channel that it opens for a call outside its server.
pub const SERVICE: &str = "jsonrpsee, service";
pub const YERPC: &str = "yerpc";
pub const VALUE: &str = "by hand, Value";
pub const TYPED: &str = "by hand, typed";

/// All that serve this.
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
        ],
        Served::ThousandMethods => vec![
            contender(OURS, many::as_trait(1000).expect("there is one")),
            contender(BASELINE, many::with_jsonrpsee(1000)),
        ],
    }
}

/// This project's server, with batches as long as anybody likes.
pub fn rpc() -> Handle {
    let mut limits = Limits::default();
    limits.max_batch = usize::MAX;
    handle_with(Server::new(BenchServer::new(Implementation)).limits(limits))
}

/// jsonrpsee's, which has no such limit at this level.
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

/// A server of this project's, whatever it serves.
pub fn handle_with<S: Service>(server: Server<S>) -> Handle {
    Box::new(move |message| {
        let reply = server.handle(message, RequestMetadata::default()).now_or_never();
        Some(reply.expect("no method waits")?.into_body())
    })
}

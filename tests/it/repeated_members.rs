//! A member that a message has thousands of times is acted on once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use rpc_core::params::{InvalidParams, Params, Slot, Strictness};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{
    CallError, Client, Context, Contract, Dispatcher, Method, Outcome, ProtocolError, Server,
    Service,
};
use serde::{Deserialize, Deserializer};

use crate::log::Log;
use crate::scripted::Script;

const TIMES: usize = 16_000;

static DECODED: AtomicUsize = AtomicUsize::new(0);

/// Counts how often it is decoded.
struct Counted;

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DECODED.fetch_add(1, Ordering::Relaxed);
        u32::deserialize(deserializer).map(|_| Counted)
    }
}

/// Its decoding panics.
#[derive(Debug)]
struct Fragile;

impl<'de> Deserialize<'de> for Fragile {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("cannot be decoded")
    }
}

/// Counts how often a name is looked up and params are decoded.
#[derive(Default)]
struct Counts {
    lookups: AtomicUsize,
    decoded: AtomicUsize,
}

struct Counting(Arc<Counts>);

static FINE: Method = Method::new("fine", "");

impl Service for Counting {
    type Args<'de> = u32;

    fn contracts(&self) -> Vec<Contract> {
        vec![Contract::new("Counting", "", std::slice::from_ref(&FINE))]
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        self.0.lookups.fetch_add(1, Ordering::Relaxed);
        (name == "fine").then(|| ResolvedMethod::new(&FINE, 0))
    }

    fn decode<'de>(
        &self,
        _: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<u32, InvalidParams> {
        self.0.decoded.fetch_add(1, Ordering::Relaxed);
        let (a, ()) = params.read::<(Slot<u32>, ())>(&["a"], Strictness::Strict)?;
        a.required("a")
    }

    async fn call(&self, a: Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
        responder.value(a)
    }
}

fn answer(server: &Server<impl Service>, message: &str) -> String {
    let reply = server.handle(message.as_bytes(), Default::default());
    let reply = reply.now_or_never().expect("no method waits");
    String::from_utf8(reply.expect("a reply").into_body()).unwrap()
}

const REFUSED: &str =
    r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":1}"#;

#[test]
fn repeated_params_are_decoded_once() {
    let log = Log::capture();
    let server = Server::new(
        Dispatcher::new()
            .method("fragile", |_: Fragile| async { 0 })
            .method("counted", |_: Counted| async { 0 }),
    );
    for method in ["fragile", "counted"] {
        let params = r#","params":[1]"#.repeat(TIMES);
        for message in [
            format!(r#"{{"jsonrpc":"2.0","method":"{method}"{params},"id":1}}"#),
            format!(r#"{{"jsonrpc":"2.0"{params},"method":"{method}","id":1}}"#),
        ] {
            assert_eq!(answer(&server, &message), REFUSED);
            let batch = answer(&server, &format!("[{message}]"));
            assert_eq!(batch, format!("[{REFUSED}]"));
        }
    }
    // Once for each message that has the method first.
    let panics = log.errors().len();
    assert_eq!((panics, DECODED.load(Ordering::Relaxed)), (2, 2));
}

#[test]
fn a_repeated_method_is_looked_up_once() {
    let counts = Arc::new(Counts::default());
    let server = Server::new(Counting(Arc::clone(&counts)));
    let methods = r#","method":"fine""#.repeat(TIMES);
    let message = format!(r#"{{"jsonrpc":"2.0"{methods},"params":[1],"id":1}}"#);
    assert_eq!(answer(&server, &message), REFUSED);
    assert_eq!(counts.lookups.load(Ordering::Relaxed), 1);
    assert_eq!(counts.decoded.load(Ordering::Relaxed), 0);
}

#[test]
fn repeated_ids_and_versions_are_refused_as_before() {
    let server = Server::new(Counting(Arc::default()));
    let ids = r#","id":1"#.repeat(TIMES);
    let message = format!(r#"{{"jsonrpc":"2.0","method":"fine","params":[1]{ids}}}"#);
    assert_eq!(
        answer(&server, &message),
        REFUSED.replace(r#""id":1"#, r#""id":null"#)
    );
    let versions = r#""jsonrpc":"2.0","#.repeat(TIMES);
    let message = format!(r#"{{{versions}"method":"fine","params":[1],"id":1}}"#);
    assert_eq!(answer(&server, &message), REFUSED);
}

#[test]
fn a_member_that_cannot_be_right_leaves_the_rest_undecoded() {
    let counts = Arc::new(Counts::default());
    let server = Server::new(Counting(Arc::clone(&counts)));
    let message = r#"{"jsonrpc":"3.0","method":"fine","params":[1],"id":1}"#;
    assert_eq!(answer(&server, message), REFUSED);
    assert_eq!(counts.decoded.load(Ordering::Relaxed), 0);
}

#[test]
fn a_client_decodes_one_of_many_results() {
    static RESULTS: AtomicUsize = AtomicUsize::new(0);

    struct Number;

    impl<'de> Deserialize<'de> for Number {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            RESULTS.fetch_add(1, Ordering::Relaxed);
            u32::deserialize(deserializer).map(|_| Number)
        }
    }

    for (member, duplicate) in [
        (r#""result":5"#, "duplicate member `result`"),
        (
            r#""error":{"code":1,"message":"no"}"#,
            "duplicate member `error`",
        ),
        (r#""id":0"#, "duplicate member `id`"),
    ] {
        let members = vec![member; TIMES].join(",");
        let script = Script::replies(format!(r#"{{"jsonrpc":"2.0",{members}}}"#));
        let call = Client::from_transport(script).call::<_, Number>("m", ());
        match std::future::IntoFuture::into_future(call)
            .now_or_never()
            .unwrap()
        {
            Err(CallError::Protocol(error)) => match &*error {
                ProtocolError::NotResponse { reason, .. } => assert_eq!(*reason, duplicate),
                other => panic!("{other}"),
            },
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("a result"),
        }
    }
    assert_eq!(RESULTS.load(Ordering::Relaxed), 1);
}

//! Two versions of a contract in Rust. Each one's client calls the other's server, by position and by name, and both documents go
//! through the gate.
//!
//! A client that gets an answer from a server of its own version must get the same one from the other version if the verdict is fine.
//! Otherwise one of its calls fails or means something else.

mod errors;
mod fields;
mod lenient;
mod names;
mod params;
mod results;
mod streams;

use std::fmt::Debug;
use std::future::IntoFuture;

use futures_util::{FutureExt, StreamExt, TryStreamExt};
use rpc_codegen::diff::{Change, Verdict, diff};
use rpc_codegen::{Document, Model};
use rpc_core::openrpc::OpenRpc;
use rpc_core::{CallError, MethodError, Service, Streaming};

use super::Row;
use crate::diff::shown;

/// What a client makes of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// What the caller gets, also if it is an error that the contract knows.
    Understood(String),
    /// The call failed, and the contract does not say how.
    Failed(String),
}

fn outcome<T: Debug, E: Debug>(answer: Result<T, CallError<E>>) -> Outcome {
    match answer {
        Ok(value) => Outcome::Understood(format!("{value:?}")),
        Err(CallError::Method(error)) => Outcome::Understood(format!("{error:?}")),
        Err(error) => Outcome::Failed(format!("{error:?}")),
    }
}

/// What a call has come to. In memory, a call that gets no answer at once gets none at all.
fn ended(call: impl Future<Output = Outcome>) -> Outcome {
    let nothing = || Outcome::Failed("no answer".to_owned());
    call.now_or_never().unwrap_or_else(nothing)
}

/// A call with one answer.
async fn value<T: Debug, E: Debug>(
    call: impl IntoFuture<Output = Result<T, CallError<E>>>,
) -> Outcome {
    outcome(call.await)
}

/// A call that is answered by a stream.
async fn items<T: Debug, E: Debug + MethodError>(
    call: impl IntoFuture<Output = Result<Streaming<T, E>, CallError<E>>>,
) -> Outcome {
    let items = match call.await {
        Ok(stream) => stream.try_collect::<Vec<T>>().await,
        Err(error) => Err(error),
    };
    outcome(items)
}

/// A call that is answered by a stream which may have no end.
async fn first<T: Debug, E: Debug + MethodError>(
    call: impl IntoFuture<Output = Result<Streaming<T, E>, CallError<E>>>,
) -> Outcome {
    match call.await {
        Ok(mut stream) => outcome(stream.next().await.transpose()),
        Err(error) => outcome::<(), E>(Err(error)),
    }
}

/// What happened to the calls of one version's client at both servers.
pub(super) type Outcomes = Vec<(Outcome, Outcome)>;

/// What shows that a call suffers from the other version.
#[derive(Debug, Clone, Copy)]
enum Harm {
    /// Any other answer than that of the client's own version.
    Difference,
    /// A call that fails. Both servers may well give other answers.
    Failure,
}

/// A case: its method, the changes that the gate must find, and what happened to the calls of old clients and of new ones.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) expected: &'static [&'static str],
    /// Whether the harm of old clients, and that of new ones, can't be seen in these messages.
    pub(super) unseen: (bool, bool),
    pub(super) old_calls: Outcomes,
    pub(super) new_calls: Outcomes,
}

/// Two versions of a contract and the cases in it.
///
/// First comes what counts as [`Harm`]. A case has a name, which is that of its method, the changes, and for each version its types, its method, and the calls that the
/// client makes: `value` of one answer, `items` of a stream. `raw` calls use a name that the stub does not know.
macro_rules! pairs {
    (
        $harm:ident: old($($old_option:ident),*) new($($new_option:ident),*)
        $(
            $case:ident: $expected:expr, $(unseen $unseen:ident,)?
            old { $($old_item:item)* } { $($old_method:tt)* }
                [$($old_how:ident $old_call:ident($($old_argument:expr),*)),*] $(raw [$($old_name:literal $old_params:expr),*])?,
            new { $($new_item:item)* } { $($new_method:tt)* }
                [$($new_how:ident $new_call:ident($($new_argument:expr),*)),*] $(raw [$($new_name:literal $new_params:expr),*])?;
        )*
    ) => {
        #[allow(deprecated, unreachable_pub, unused_variables, unused_imports, dead_code, reason = "each version uses some of it")]
        mod old {
            crate::gate::pairs::version! {
                ($($old_option),*)
                $($case { $($old_item)* } { $($old_method)* } [$($old_how $old_call($($old_argument),*)),*] [$($($old_name $old_params),*)?];)*
            }
        }
        #[allow(deprecated, unreachable_pub, unused_variables, unused_imports, dead_code, reason = "each version uses some of it")]
        mod new {
            crate::gate::pairs::version! {
                ($($new_option),*)
                $($case { $($new_item)* } { $($new_method)* } [$($new_how $new_call($($new_argument),*)),*] [$($($new_name $new_params),*)?];)*
            }
        }

        pub(in crate::gate) fn run() -> (Vec<crate::gate::pairs::Case>, Vec<rpc_codegen::diff::Change>) {
            let (old_server, new_server) = (|| old::Server::service(), || new::Server::service());
            let client = |old: bool| match old {
                true => rpc_core::memory::connect(old_server()).boxed(),
                false => rpc_core::memory::connect(new_server()).boxed(),
            };
            let cases = vec![$(crate::gate::pairs::Case {
                name: stringify!($case),
                expected: &$expected,
                unseen: crate::gate::pairs::unseen(&[$(stringify!($unseen))?]),
                old_calls: crate::gate::pairs::both(|old| old::calls(stringify!($case), client(old)), true),
                new_calls: crate::gate::pairs::both(|old| new::calls(stringify!($case), client(old)), false),
            }),*];
            (cases, crate::gate::pairs::changes(&old_server(), &new_server()))
        }

        #[test]
        fn agree_with_the_verdicts() {
            let (cases, changes) = run();
            crate::gate::pairs::check(&cases, &changes, crate::gate::pairs::Harm::$harm);
        }
    };
}

/// A version of the contract. The methods have bodies, so that the server needs no code of its own.
macro_rules! version {
    (
        ($($option:ident),*)
        $($case:ident { $($item:item)* } { $($method:tt)* } [$($how:ident $call:ident($($argument:expr),*)),*] [$($name:literal $params:expr),*];)*
    ) => {
        use std::sync::atomic::{AtomicU32, Ordering};

        use futures_util::stream::{self, Stream, StreamExt};
        use rpc_core::{Client, Dispatcher, RpcError, Tracked, rpc};
        use schemars::JsonSchema;
        use serde::{Deserialize, Serialize};

        use crate::gate::pairs::{Outcome, ended, first, items, value};

        $($($item)*)*

        #[rpc(schema $(, $option)*)]
        pub trait InOrder {
            $($($method)*)*
        }

        #[rpc(schema, params = "named" $(, $option)*)]
        pub trait ByName {
            $($($method)*)*
        }

        pub struct Server;

        impl InOrder for Server {}

        impl Server {
            pub fn service() -> Dispatcher {
                Dispatcher::new().service(InOrderServer::new(Server))
            }
        }

        /// What becomes of the calls of a case.
        pub fn calls(case: &str, client: Client) -> Vec<Outcome> {
            let in_order = InOrderClient::new(client.clone());
            let by_name = ByNameClient::new(client.clone());
            match case {
                $(stringify!($case) => vec![
                    $(ended($how(in_order.$call($($argument),*))), ended($how(by_name.$call($($argument),*))),)*
                    $(ended(value(client.call::<_, serde_json::Value>($name, &$params))),)*
                ],)*
                other => panic!("no case {other}"),
            }
        }
    };
}

use {pairs, version};

fn unseen(side: &[&str]) -> (bool, bool) {
    match side {
        [] => (false, false),
        ["old"] => (true, false),
        ["new"] => (false, true),
        _ => (true, true),
    }
}

/// The outcomes at the server of the client's own version, and at the other.
fn both(calls: impl Fn(bool) -> Vec<Outcome>, is_old: bool) -> Outcomes {
    let own = calls(is_old);
    own.into_iter().zip(calls(!is_old)).collect()
}

fn model(server: &impl Service) -> Model {
    let document = OpenRpc::new().title("t").complete().of(server).unwrap();
    Model::read(&Document::parse(&document.to_string()).unwrap()).unwrap()
}

fn changes(old: &impl Service, new: &impl Service) -> Vec<Change> {
    diff(&model(old), &model(new))
}

/// Compares the verdicts of all cases with what has happened.
fn check(cases: &[Case], changes: &[Change], harm: Harm) {
    let mut wrong = Vec::new();
    for case in cases {
        let own: Vec<Change> = changes
            .iter()
            .filter(|it| it.method == case.name)
            .cloned()
            .collect();
        let found = shown(&own);
        if found != case.expected {
            wrong.push(format!("{}: {found:?}, not {:?}", case.name, case.expected));
        }
        let worst = |verdict: fn(&Change) -> Verdict| own.iter().map(verdict).max();
        let sides = [
            (
                "old clients",
                worst(|it| it.old_clients),
                &case.old_calls,
                case.unseen.0,
            ),
            (
                "new clients",
                worst(|it| it.new_clients),
                &case.new_calls,
                case.unseen.1,
            ),
        ];
        for (who, verdict, calls, is_unseen) in sides {
            let understood = |it: &Outcome| matches!(it, Outcome::Understood(_));
            if let Some((own, _)) = calls.iter().find(|(own, _)| !understood(own)) {
                wrong.push(format!(
                    "{}: {who} fail with their own server: {own:?}",
                    case.name
                ));
            }
            let is_hurt = calls.iter().any(|(own, other)| match harm {
                Harm::Difference => own != other,
                Harm::Failure => !understood(other),
            });
            let is_fine = verdict.unwrap_or(Verdict::Fine) == Verdict::Fine;
            if is_fine == is_hurt && !is_unseen {
                wrong.push(format!("{}: {who}: {verdict:?}, but {calls:?}", case.name));
            }
            if is_unseen && (is_fine || is_hurt) {
                wrong.push(format!("{}: {who} need no `unseen`", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The cases as rows of the table of all cases.
pub(super) fn rows() -> Vec<Row> {
    let groups = [
        errors::run(),
        errors::run_swapped(),
        fields::run(),
        names::run(),
        params::run(),
        results::run(),
        streams::run(),
        lenient::run_added(),
        lenient::run_both(),
        lenient::run_dropped(),
    ];
    let mut rows = Vec::new();
    for (cases, changes) in groups {
        for case in cases {
            let own = changes.iter().filter(|it| it.method == case.name);
            rows.push(Row {
                what: format!("Rust: {}", case.name),
                expected: case.expected.iter().map(ToString::to_string).collect(),
                changes: own.cloned().collect(),
                is_shown: case.unseen == (false, false),
            });
        }
    }
    rows
}

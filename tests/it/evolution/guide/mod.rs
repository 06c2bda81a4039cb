//! The tables of the guide's chapter on evolving contracts. Each row is a test with two versions of a contract: it makes the
//! calls of every cell and compares what happens with the word in the cell.

mod deadlines;
mod methods;
mod parameters;
mod results;
mod streams;

use std::fs;
use std::path::Path;

use rpc_core::{CallError, Client, Dispatcher, code, memory};

/// What a caller sees, as the guide calls it. `meant` is what it should get if both sides understand each other.
fn outcome<T: PartialEq, E: PartialEq>(
    answer: Result<T, CallError<E>>,
    meant: Result<T, E>,
) -> &'static str {
    match (answer, meant) {
        (Ok(answer), Ok(meant)) if answer == meant => "works",
        (Err(CallError::Method(error)), Err(meant)) if error == meant => "works",
        (Ok(_) | Err(CallError::Method(_)), _) => "mistaken",
        (Err(CallError::Object(error)), _) => match error.code() {
            code::INVALID_PARAMS => "refused",
            code::METHOD_NOT_FOUND => "unknown",
            _ => "object",
        },
        (Err(CallError::Protocol(_)), _) => "unreadable",
        (Err(CallError::Timeout(_)), _) => "timed out",
        (Err(_), _) => "failed in another way",
    }
}

/// Checks that a row of the guide has these words.
fn check(row: &str, outcomes: &[&str]) {
    let rows = rows();
    let cells = rows.iter().find(|cells| cells[0] == row);
    let cells = cells.unwrap_or_else(|| panic!("no row `{row}` in the guide"));
    assert_eq!(&cells[1..], outcomes, "{row}");
}

/// The rows of the tables about changes, and the cells of each.
fn rows() -> Vec<Vec<String>> {
    let text = read("rpc-core/src/evolving.rs");
    let lines = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let cells = lines.map(|line| {
        let cells = line.trim_end_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    });
    let is_change =
        |cells: &Vec<String>| cells.len() > 2 && !["change", "---"].contains(&&*cells[0]);
    cells.filter(is_change).collect()
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    fs::read_to_string(path).unwrap()
}

/// A row and its two versions. The methods have bodies, so that the server needs no code of its own, and both versions exist
/// twice: for calls by position and for calls by name.
///
/// `calls` is the call that the version's client makes to the other version's server, and `gets` what it should get.
macro_rules! row {
    (
        $module:ident: $row:literal,
        old { $($old_items:item)* } trait { $($old_methods:tt)* }
        calls $old_method:ident($($old_argument:expr),*) gets $old_gets:expr,
        new { $($new_items:item)* } trait { $($new_methods:tt)* }
        calls $new_method:ident($($new_argument:expr),*) gets $new_gets:expr
    ) => {
        mod $module {
            #[allow(dead_code, unused_imports, reason = "each version uses some of it")]
            mod old {
                crate::evolution::guide::version! {
                    { $($old_items)* } { $($old_methods)* } $old_method($($old_argument),*) $old_gets
                }
            }
            #[allow(dead_code, unused_imports, reason = "each version uses some of it")]
            mod new {
                crate::evolution::guide::version! {
                    { $($new_items)* } { $($new_methods)* } $new_method($($new_argument),*) $new_gets
                }
            }

            #[tokio::test]
            async fn is_what_the_guide_says() {
                use crate::evolution::guide::{check_both, client_of};

                let old_client = old::outcomes(client_of(new::server())).await;
                let new_client = new::outcomes(client_of(old::server())).await;
                check_both($row, old_client, new_client);
            }
        }
    };
}

/// A version of a contract.
macro_rules! version {
    ({ $($items:item)* } { $($methods:tt)* } $method:ident($($argument:expr),*) $gets:expr) => {
        use rpc_core::{Client, Dispatcher, RpcError, rpc};
        use serde::{Deserialize, Serialize};
        use serde_json::{Value, json};

        use crate::evolution::guide::outcome;

        $($items)*

        #[rpc]
        trait InOrder {
            $($methods)*
        }

        #[rpc(params = "named")]
        trait ByName {
            $($methods)*
        }

        struct Server;

        impl InOrder for Server {}

        pub fn server() -> Dispatcher {
            Dispatcher::new().service(InOrderServer::new(Server))
        }

        /// What the call gives, by position and by name.
        pub async fn outcomes(client: Client) -> [&'static str; 2] {
            let in_order = InOrderClient::new(client.clone());
            let by_name = ByNameClient::new(client);
            [
                outcome(in_order.$method($($argument),*).await, $gets),
                outcome(by_name.$method($($argument),*).await, $gets),
            ]
        }
    };
}

use {row, version};

/// A client of the server. The types of the services are erased, so that the compiler makes one server for all rows.
fn client_of(server: Dispatcher) -> Client {
    memory::connect(server).boxed()
}

/// Checks a row. Rows about parameters say what happens by position and by name; in the others it makes no difference.
fn check_both(row: &str, old_client: [&str; 2], new_client: [&str; 2]) {
    let outcomes = [old_client, new_client];
    if is_about_parameters(row) {
        return check(row, outcomes.as_flattened());
    }
    for [in_order, by_name] in outcomes {
        assert_eq!(in_order, by_name, "{row}");
    }
    check(row, &outcomes.map(|[in_order, _]| in_order));
}

fn is_about_parameters(row: &str) -> bool {
    let rows = rows();
    let cells = rows.iter().find(|cells| cells[0] == row);
    cells.is_some_and(|cells| cells.len() == 5)
}

/// A row without a test would promise something that nobody has tried. A test without a row fails by itself.
#[test]
fn each_row_has_one_test() {
    let files = ["deadlines", "methods", "parameters", "results", "streams"];
    let tests = files.map(|file| read(&format!("tests/it/evolution/guide/{file}.rs")));
    let tests = tests.concat();
    let rows = rows();
    assert!(rows.len() > 60, "{rows:?}");
    for cells in rows {
        let count = tests
            .matches(&format!("\"{}\"", cells[0].replace('"', "\\\"")))
            .count();
        assert_eq!(count, 1, "`{}`", cells[0]);
    }
}

/// The words in the cells are those that the guide explains.
#[test]
fn each_word_is_explained() {
    let text = read("rpc-core/src/evolving.rs");
    for word in rows().iter().flat_map(|cells| &cells[1..]) {
        assert!(text.contains(&format!("//! | {word} | ")), "{word}");
    }
}

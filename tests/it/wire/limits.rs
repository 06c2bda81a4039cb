//! Limits other than the default ones.

use rpc_core::{Limits, Server};

use super::cases::nested;
use super::service::{KindsServer, Peer};
use super::table::{Case, Data, Expected, batch, case, invalid_request, parse_error, result, run};

fn server(set: impl FnOnce(&mut Limits)) -> Server<KindsServer<Peer>> {
    let mut limits = Limits::default();
    set(&mut limits);
    Server::new(KindsServer::new(Peer::default())).limits(limits)
}

fn raw(levels: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"raw","params":{},"id":1}}"#,
        nested(levels)
    )
}

#[tokio::test]
async fn a_lower_nesting_limit_applies_to_the_whole_message() {
    // The envelope is a level, and so is a batch.
    let table = vec![
        case("5 levels", raw(4), result("[[[]]]", "1")),
        case("6 levels", raw(5), parse_error()),
        case(
            "5 levels with a batch",
            format!("[{}]", raw(3)),
            batch([result("[[]]", "1")]),
        ),
        case(
            "6 levels with a batch",
            format!("[{}]", raw(4)),
            parse_error(),
        ),
        case(
            "6 levels in an unknown member",
            r#"{"x":[[[[[]]]]],"jsonrpc":"2.0","method":"none","id":1}"#,
            parse_error(),
        ),
        case(
            "brackets in strings do not count",
            r#"{"x":"[[[[[[[[","jsonrpc":"2.0","method":"echo","params":["\"[[[[[["],"id":1}"#,
            result(r#""\"[[[[[[""#, "1"),
        ),
        case("100,000 levels", raw(100_000), parse_error()),
        case(
            "wide, not deep",
            format!("[{}]", vec!["[]"; 90].join(",")),
            batch(vec![invalid_request("null"); 90]),
        ),
    ];
    run(table, &server(|limits| limits.max_nesting = 5)).await;
}

#[tokio::test]
async fn a_nesting_limit_of_zero_refuses_every_request() {
    let table = vec![
        case(
            "a request",
            r#"{"jsonrpc":"2.0","method":"none","id":1}"#,
            parse_error(),
        ),
        case("a scalar", "1", invalid_request("null")),
    ];
    run(table, &server(|limits| limits.max_nesting = 0)).await;
}

#[tokio::test]
async fn nesting_limits_from_127_on_accept_126_levels_of_params() {
    for limit in [127, 128, 129, usize::MAX] {
        let server = server(|limits| limits.max_nesting = limit);
        let table = vec![case(
            "126 levels of params",
            raw(126),
            result(nested(125), "1"),
        )];
        run(table, &server).await;
    }
}

fn too_long(limit: usize) -> Expected {
    Expected::Error {
        code: -32600,
        message: "Invalid Request".into(),
        data: Data::Text(match limit {
            0 => "batches are not accepted".into(),
            limit => format!("the batch is too long; the limit is {limit} entries").into(),
        }),
        id: "null".into(),
    }
}

#[tokio::test]
async fn the_batch_limit_can_be_set() {
    let none = r#"{"jsonrpc":"2.0","method":"none","id":1}"#;
    let entries = |count: usize| format!("[{}]", vec![none; count].join(","));
    let table: Vec<Case> = vec![
        case("2", entries(2), batch(vec![result(r#""none""#, "1"); 2])),
        case("3", entries(3), too_long(2)),
        case("none", "[]", invalid_request("null")),
    ];
    run(table, &server(|limits| limits.max_batch = 2)).await;
    let table = vec![
        case("1", entries(1), too_long(0)),
        case("no entry", "[]", invalid_request("null")),
        case("no batch", none, result(r#""none""#, "1")),
    ];
    run(table, &server(|limits| limits.max_batch = 0)).await;
    let table = vec![case(
        "500",
        entries(500),
        batch(vec![result(r#""none""#, "1"); 500]),
    )];
    run(table, &server(|limits| limits.max_batch = usize::MAX)).await;
}

#[tokio::test]
async fn no_more_entries_run_at_a_time_than_allowed() {
    for (limit, expected) in [(16, 16), (1, 1), (3, 3), (0, 1), (1000, 40)] {
        let server = server(|limits| limits.batch_concurrency = limit);
        let entries: Vec<String> = (0..40)
            .map(|id| format!(r#"{{"jsonrpc":"2.0","method":"crowd","params":[5],"id":{id}}}"#))
            .collect();
        let reply = server
            .handle(
                format!("[{}]", entries.join(",")).as_bytes(),
                Default::default(),
            )
            .await
            .unwrap();
        let answers: Vec<serde_json::Value> = serde_json::from_slice(reply.body()).unwrap();
        let crowds = answers
            .iter()
            .map(|answer| answer["result"].as_u64().unwrap());
        assert_eq!(crowds.max(), Some(expected), "with a limit of {limit}");
    }
}

#[tokio::test]
async fn the_defaults_are_the_documented_ones() {
    let limits = Limits::default();
    assert_eq!(
        (
            limits.max_batch,
            limits.batch_concurrency,
            limits.max_nesting
        ),
        (100, 16, 128)
    );
}

//! docs/walkthrough.md, followed step by step.

mod advised;
mod renamed;
#[path = "../../../examples/explorer.rs"]
#[allow(dead_code, reason = "the example is a program")]
mod tea_house;

use std::fs;
use std::process::Stdio;

use rpc_core::Server;
use rpc_core::openrpc::OpenRpc;
use rpc_http::server::{endpoint, serve};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::cli::{rpc, run};
use crate::examples::{LIMIT, output_within, path};
use crate::generated::{SLOW, folder, newer_node};

const GUIDE: &str = include_str!("../../../docs/walkthrough.md");
const EXAMPLE: &str = include_str!("../../../examples/explorer.rs");

/// The address that stands in the guide for that of the server.
const ADDRESS: &str = "http://127.0.0.1:8080/";

/// The example, and its URL.
async fn tea_house() -> (Child, String) {
    let mut server = Command::new(path("explorer"))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let first = tokio::time::timeout(LIMIT, lines.next_line()).await;
    let first = first.unwrap().unwrap().unwrap();
    let url = first.split(' ').nth(1).unwrap();
    (server, url.to_owned())
}

/// The code in the guide that comes after this text.
fn code_after(text: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(text).unwrap();
    let (_, block) = rest.split_once("```").unwrap();
    let (_, code) = block.split_once('\n').unwrap();
    code.split_once("\n```").unwrap().0
}

/// Whether all lines of an excerpt are in a text, in this order.
fn is_excerpt(excerpt: &str, text: &str) -> bool {
    let mut lines = text.lines();
    let mut wanted = excerpt.lines();
    wanted.all(|wanted| lines.any(|line| line == wanted))
}

/// Serves a version of the contract, and returns its URL.
async fn served(service: impl rpc_core::Service) -> String {
    let about = OpenRpc::new().title("Tea house").version("1.4.0");
    let server = Server::new(service).openrpc(about);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, endpoint(server)).into_future());
    url
}

#[test]
fn its_traits_are_those_that_are_tried() {
    assert!(is_excerpt(code_after("## The trait"), EXAMPLE));
    let renamed = code_after("the better name");
    assert!(is_excerpt(renamed, include_str!("renamed.rs")), "{renamed}");
    let advised = code_after("prefers it");
    assert!(is_excerpt(advised, include_str!("advised.rs")), "{advised}");
    assert!(EXAMPLE.contains("endpoint(server).explorer()"));
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/images/explorer.png");
    assert!(fs::exists(picture).unwrap());
}

#[tokio::test]
async fn its_program_prints_what_it_says() {
    let (_server, url) = tea_house().await;
    let project = folder("walkthrough");
    let client = project.join("tea");
    let generate = [
        "generate",
        "typescript",
        &url,
        "-o",
        client.to_str().unwrap(),
    ];
    let generate = [&generate[..], &["--imports", "ts"]].concat();
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    let program = project.join("order.mts");
    fs::write(
        &program,
        code_after("--imports ts\n```").replace(ADDRESS, &url),
    )
    .unwrap();
    let mut node = Command::new(newer_node());
    let printed = output_within(SLOW, node.arg(program)).await;
    assert_eq!(printed.trim_end(), code_after("node order.mts\n```"));
}

#[tokio::test]
async fn its_changes_are_told_as_it_says() {
    let (_server, url) = tea_house().await;
    let project = folder("walkthrough-changes");
    let document = run(rpc(&["openrpc", &url])).await;
    fs::write(project.join("openrpc.json"), document.printed()).unwrap();

    for (url, text, code) in [
        (served(renamed::server()).await, "CI compares", 1),
        (served(advised::server()).await, "Option<u32>,\n```", 0),
    ] {
        let mut diff = rpc(&["diff", "openrpc.json", &url]);
        diff.current_dir(&project);
        let told = run(diff).await;
        assert_eq!(told.code, Some(code), "{told:?}");
        let (_, rest) = GUIDE.split_once(text).unwrap();
        let (_, expected) = rest.split_once("```text\n").unwrap();
        let (expected, _) = expected.split_once("\n```").unwrap();
        assert_eq!(told.out.replace(&url, ADDRESS).trim_end(), expected);
    }
}

//! Streams and callbacks over the stdin and stdout of a child process, which is this program once more.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use rpc_stream::{Child, serve_stdio};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::checks;
use super::feed::{AnswersServer, AsksBack, FeedClient, FeedServer, LIMIT, Source};

/// Tells the child process to be one.
const ROLE: &str = "RPC_TEST_STDIO";

/// Not a test: what the child process runs. libtest's first lines come before the messages, as the output of a program does that
/// logs to stdout.
#[tokio::test]
async fn child_process() {
    match std::env::var(ROLE).as_deref() {
        Ok("server") => {
            let server = serve_stdio(FeedServer::new(Source::default()));
            server.max_message(100_000).await.unwrap();
        }
        // Ignores the end of stdin.
        Ok("deaf") => std::thread::sleep(Duration::from_secs(600)),
        _ => return,
    }
    // libtest has no say in how it ends.
    std::process::exit(0);
}

pub fn command(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "streams::over_stdio::child_process",
        "--nocapture",
        "--quiet",
    ]);
    command.env(ROLE, role);
    command
}

/// The source of streams is in the other process, so that this one can't watch it.
async fn all_but_what_is_watched(client: rpc_core::Client<Child>) {
    let feed = FeedClient::new(client);
    for to in [0, 1, 100, 50_000] {
        let items = feed.count(to).await.unwrap();
        let items: Vec<u64> = items.map(Result::unwrap).collect().await;
        assert_eq!(items, (1..=to).collect::<Vec<_>>());
    }
    let mut items = feed.fragile(5).await.unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert!(items.next().await.unwrap().is_err());
    assert_eq!(feed.echo("x\n").await.unwrap(), "x\n");
    drop(feed.endless("y").await.unwrap());
    assert_eq!(feed.echo("z").await.unwrap(), "z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_and_callbacks() {
    let client = Child::builder().service(AnswersServer::new(AsksBack::default()));
    let client = client.spawn(command("server")).unwrap();
    all_but_what_is_watched(client.clone()).await;
    checks::callbacks(client.clone()).await;
    let status = client.transport().close().await.unwrap();
    assert!(status.success(), "{status}");
    let failed = FeedClient::new(client).echo("too late").await.unwrap_err();
    assert!(failed.is_transport(), "{failed}");
    assert!(failed.to_string().contains("stdio:"), "{failed}");
}

#[tokio::test]
async fn replies_are_written_after_the_end_of_stdin() {
    let mut child = command("server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut requests = String::new();
    for id in 0..1000 {
        let text = "x".repeat(100);
        requests += &format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"feed.echo\",\"params\":[\"{text}\"],\"id\":{id}}}\n"
        );
    }
    requests += r#"{"jsonrpc":"2.0","method":"feed.silent","id":1000}"#;
    let send = async move {
        stdin.write_all(requests.as_bytes()).await.unwrap();
        drop(stdin);
    };
    let mut answer = String::new();
    let mut stdout = child.stdout.take().unwrap();
    let receive = stdout.read_to_string(&mut answer);
    let both = async { tokio::join!(send, receive) };
    tokio::time::timeout(LIMIT, both).await.unwrap().1.unwrap();
    assert!(child.wait().await.unwrap().success());
    let replies: Vec<Value> = answer
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(replies.len(), 1001);
    assert_eq!(replies[1000]["error"]["code"], -32802);
    assert!((0..1000).all(|id| replies[id]["id"] == id));
}

#[cfg(unix)]
#[tokio::test]
async fn a_child_that_does_not_end_is_terminated() {
    use std::os::unix::process::ExitStatusExt;

    let client = Child::spawn(command("deaf")).unwrap();
    let started = Instant::now();
    let status = client.transport().close().await.unwrap();
    assert_eq!(status.signal(), Some(15), "{status}");
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[cfg(unix)]
#[tokio::test]
async fn a_child_that_ignores_sigterm_is_killed() {
    use std::os::unix::process::ExitStatusExt;

    let mut command = Command::new("sh");
    command.args(["-c", "trap '' TERM; while :; do sleep 0.1; done"]);
    let client = Child::spawn(command).unwrap();
    let status = client.transport().close().await.unwrap();
    assert_eq!(status.signal(), Some(9), "{status}");
}

#[tokio::test]
async fn a_dropped_client_ends_its_child() {
    let client = Child::spawn(command("server")).unwrap();
    let feed = FeedClient::new(client.clone());
    assert_eq!(feed.echo("x").await.unwrap(), "x");
    let ended = {
        let child = client.transport().clone();
        // Waits with no claim on the process.
        let id = child.id().unwrap();
        drop((child, client, feed));
        async move {
            while std::path::Path::new(&format!("/proc/{id}/stat")).exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    };
    tokio::time::timeout(LIMIT, ended).await.expect("it ends");
}

#[tokio::test]
async fn calls_of_a_child_that_ends_fail() {
    let client = Child::spawn(command("nothing")).unwrap();
    let feed = FeedClient::new(client.clone());
    let failed = tokio::time::timeout(LIMIT, async { feed.echo("x").await.unwrap_err() }).await;
    assert!(failed.unwrap().is_transport());
    assert!(client.transport().ended().await.unwrap().success());
    assert!(Child::spawn(Command::new("/no/such/program")).is_err());
}

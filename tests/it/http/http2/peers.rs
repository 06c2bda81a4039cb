//! Other people's clients: curl, and h2load of nghttp2.

use tokio::process::Command;

use super::super::certificates::Files;
use super::*;

async fn curl(options: &[&str], url: &str) -> String {
    let curl = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--max-time",
            "200",
            "--noproxy",
            "*",
        ])
        .args(["--write-out", " %{http_code} over %{http_version}"])
        .args(["--header", "content-type: application/json"])
        .args(options)
        .arg(url)
        .kill_on_drop(true)
        .output();
    let output = within(curl).await.expect("curl is needed");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn curl_speaks_either_version() {
    let server = running(probe()).await;
    for (option, version) in [
        ("--http2-prior-knowledge", "2"),
        ("--http1.1", "1.1"),
        // An upgrade of HTTP/1.1 is not offered.
        ("--http2", "1.1"),
    ] {
        let answer = curl(&[option, "--data", ECHO], &server.url()).await;
        assert_eq!(answer, format!("{ECHOED} 200 over {version}"), "{option}");
    }
}

#[tokio::test]
async fn curl_chooses_a_version_over_tls() {
    let authority = Authority::new();
    let files = Files::new("http2-curl", &[("ca", &authority.pem)]);
    let ca = files.0.join("ca").to_str().unwrap().to_owned();
    for (is_on, option, version) in [
        (true, "--http2", "2"),
        (true, "--http1.1", "1.1"),
        (false, "--http2", "1.1"),
    ] {
        let tls = authority.tls();
        let server = running_with(probe(), |it| it.tls(tls).http2(is_on)).await;
        let options = [option, "--cacert", &ca, "--data", ECHO];
        let answer = curl(&options, &https(&server)).await;
        assert_eq!(answer, format!("{ECHOED} 200 over {version}"), "{option}");
    }
}

/// It is answered as over HTTP/1.1.
#[tokio::test]
async fn curl_is_refused_what_is_too_much() {
    let endpoint = probe().max_message(1000).allowed_hosts(["127.0.0.1"]);
    let server = running(endpoint).await;
    let message = ECHO.to_owned() + &" ".repeat(1000);
    for (options, status) in [
        (&["--data", ECHO][..], "200"),
        (&["--data", &message], "413"),
        (&["--data", ECHO, "--header", "host: evil.example"], "403"),
        (&[], "405"),
    ] {
        let options = [&["--http2-prior-knowledge"], options].concat();
        let answer = curl(&options, &server.url()).await;
        let expected = format!(" {status} over 2");
        assert!(answer.ends_with(&expected), "{answer}, not {status}");
    }
}

/// A thousand calls at once, over ten connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h2load_loses_no_call() {
    const CALLS: usize = 20_000;
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let sleep = r#"{"jsonrpc":"2.0","method":"sleep","params":[5],"id":1}"#;
    let files = Files::new("h2load", &[("call", sleep)]);
    let h2load = Command::new("h2load")
        .args(["--requests", &CALLS.to_string()])
        .args(["--clients", "10", "--max-concurrent-streams", "100"])
        .args(["--header", "content-type: application/json"])
        .args(["--data", files.0.join("call").to_str().unwrap()])
        .arg(server.url())
        .kill_on_drop(true)
        .output();
    let output = within(h2load).await.expect("h2load is needed");
    let report = String::from_utf8(output.stdout).unwrap();
    let all = format!(
        "requests: {CALLS} total, {CALLS} started, {CALLS} done, {CALLS} succeeded, 0 failed, 0 errored, 0 timeout"
    );
    assert!(report.contains(&all), "{report}");
    assert!(
        report.contains(&format!("status codes: {CALLS} 2xx")),
        "{report}"
    );
    assert_eq!(watch.finished.load(Ordering::SeqCst), CALLS);
}

/// Two hundred calls at once over one connection, and one that is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn httpx_calls_over_one_connection() {
    let (watch, endpoint) = watched();
    let server = one_connection(endpoint).await;
    let mut httpx = crate::peers::script("httpx_http2_client.py");
    let output = within(httpx.arg(server.url()).output()).await.unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "done\n",
        "{output:?}"
    );
    watch.until_cancelled(1).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 1);
    assert_eq!(watch.finished.load(Ordering::SeqCst), 211);
}

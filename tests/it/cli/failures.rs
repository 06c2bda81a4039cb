//! Failures: each kind has its own exit code, and is reported on stderr only.

use std::process::Stdio;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn an_error_object() {
    let server = Server::start().await;
    let ran = call(&server, &["fail"]).await;
    let stderr = r#"only 3 left (code 1001, data {"left":3})"#;
    assert_eq!(
        ran.failed(1),
        format!("error: fail at {}: {stderr}", server.url)
    );
}

/// An error object in the body counts for more than the HTTP status.
#[tokio::test]
async fn an_error_object_with_an_http_status() {
    let reply =
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":7,"message":"no \u001b[31mred\u001b[0m"}}"#;
    let server = Server::that_replies(500, reply).await;
    let ran = call(&server, &["fail"]).await;
    // Escape sequences are shown and not executed.
    let stderr = "no \\u001b[31mred\\u001b[0m (code 7)";
    assert_eq!(
        ran.failed(1),
        format!("error: fail at {}: {stderr}", server.url)
    );
}

#[tokio::test]
async fn an_invalid_command_line() {
    let folder = Folder::new();
    let number = folder.write("number.json", "5");
    let text = folder.write("text.json", "{");
    let object = folder.write("object.json", "{}");
    for (words, expected) in [
        (
            &["--params", &number] as &[&str],
            "neither a JSON array nor a JSON object",
        ),
        (&["--params", &text], "the params are not valid JSON"),
        (
            &["1", "b=2"],
            "some params are by position and some by name",
        ),
        (&["b=1", "b=2"], "the param b is given twice"),
        (&["YWJjZA=="], "hint: =YWJjZA== is sent as text by position"),
        (&["SGVsbG8="], "hint: =SGVsbG8= is sent as text by position"),
        (&["b:=tea"], "what follows b:= is not JSON"),
        (&[":=tea"], "what follows := is not JSON"),
        (&["--max-reply", "0"], "a size is a whole number above 0"),
        (&["--jsonrpc", "1.1"], "invalid value '1.1'"),
        (
            &["--jsonrpc", "1.0", "b:=1"],
            "JSON-RPC 1.0 has no params by name",
        ),
        (
            &["--jsonrpc", "1.0", "--params", &object],
            "JSON-RPC 1.0 has no params by name",
        ),
        (
            &["--jsonrpc", "1.0", "--id", "null"],
            "a message with the id null is a notification",
        ),
        (&["--timeout", "soon"], "a time is a number above 0"),
        (&["--notify", "--id", "1"], "cannot be used with"),
        (&["--user", "ann", "--bearer", "x"], "cannot be used with"),
        (&["--user", "ann"], "a user is given without a password"),
        (
            &["--identity-key", "x.pem"],
            "--identity-key is given without --identity",
        ),
        (&["--no-such-option"], "unexpected argument"),
        (&["-x"], "to pass '-x' as a value, use '-- -x'"),
        (&["--header", "x-shop"], "is not written as NAME: VALUE"),
        (&["--header", "x shop: 1"], "has an invalid name"),
        (&["--ids", "roman"], "invalid value 'roman'"),
    ] {
        let server = Server::start().await;
        let ran = call(&server, &[&["echo"], words].concat()).await;
        assert!(ran.failed(2).contains(expected), "{words:?}: {ran:?}");
        assert!(server.messages().is_empty(), "{words:?}");
    }
}

#[tokio::test]
async fn an_invalid_endpoint() {
    for (endpoint, expected) in [
        ("shop", "shop is neither a URL nor an endpoint"),
        ("localhost:80", "localhost:80 is neither a URL"),
        ("ann:sesame@localhost", "the endpoint is neither a URL"),
        ("gopher://localhost/", "unsupported URL scheme gopher://"),
        ("http://", "the address is not an HTTP or HTTPS URL"),
        (
            "http://ann:sesame@",
            "the address is not an HTTP or HTTPS URL",
        ),
    ] {
        let ran = run(rpc(&["call", endpoint, "echo"])).await;
        assert!(ran.failed(2).contains(expected), "{endpoint}: {ran:?}");
        assert!(!ran.err.contains("sesame"), "{ran:?}");
    }
    assert_eq!(run(rpc(&[])).await.code, Some(2));
}

#[tokio::test]
async fn a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://ann:sesame@{address}/?key=sesame");
    let ran = run(rpc(&["call", &url, "add", "1", "2"])).await;
    let stderr = ran.failed(3);
    assert!(
        stderr.starts_with(&format!(
            "error: did not run: add at http://{address}/: could not connect: "
        )),
        "{stderr}"
    );
    assert!(stderr.contains("Connection refused"), "{stderr}");
    assert!(!stderr.contains("sesame"), "{stderr}");
}

#[tokio::test]
async fn an_http_status() {
    let server = Server::that_replies(404, "<h1>lost</h1>").await;
    let ran = call(&server, &["add", "1", "2"]).await;
    let stderr = "the server answered with HTTP status 404 Not Found: its body is: <h1>lost</h1>";
    let expected = format!("error: did not run: add at {}: {stderr}", server.url);
    assert_eq!(ran.failed(3), expected);
}

/// What the server sends, how the command ends, and what it says first and last.
#[tokio::test]
async fn what_happened() {
    let status = |line: &str| format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n");
    let error = |status: &str, code: i64, id: &str| {
        let body =
            format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"no"}},"id":{id}}}"#);
        let length = body.len();
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let in_3_s = "hint: the server asks to try again in 3s";
    for (reply, code, first, last) in [
        (
            status("401 Unauthorized"),
            3,
            "did not run: ",
            "its body is empty",
        ),
        (
            status("429 Slowly\r\nretry-after: 3"),
            3,
            "did not run: ",
            in_3_s,
        ),
        (
            status("503 Busy\r\nrpc-refused: busy\r\nretry-after: 3"),
            3,
            "did not run: ",
            in_3_s,
        ),
        (status("503 Busy"), 7, "may have run: ", "its body is empty"),
        (
            status("302 Found\r\nlocation: http://ann:sesame@b.example/rpc?sesame"),
            3,
            "did not run: ",
            "which points to http://b.example/rpc: its body is empty",
        ),
        (String::new(), 7, "may have run: ", ""),
        (error("404 Not Found", 1001, "1"), 1, "", "no (code 1001)"),
        (
            error("404 Not Found", -32601, "1"),
            1,
            "",
            "no (code -32601)",
        ),
        (
            error("503 Busy\r\nrpc-refused: busy", -32000, "null"),
            3,
            "",
            "no (code -32000)",
        ),
        (
            error("200 OK", 7, "8"),
            5,
            "may have run: ",
            "not this one with id 1",
        ),
    ] {
        let url = answering(reply.clone()).await;
        let ran = run(rpc(&["call", &url, "add", "1", "2"])).await;
        let stderr = ran.failed(code);
        let start = format!("error: {first}add at {url}: ");
        assert!(stderr.starts_with(&start), "{reply}: {stderr}");
        assert!(stderr.ends_with(last), "{reply}: {stderr}");
        assert!(!stderr.contains("sesame"), "{reply}: {stderr}");
    }
}

/// Answers each connection's request with these bytes, and closes the connection.
async fn answering(reply: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rpc", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let _all_of_it = stream.read(&mut request).await;
            let _or_the_client_has_gone = stream.write_all(reply.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn a_proxy_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut command = rpc(&["call", "http://shop.invalid/rpc?key=sesame", "add", "1"]);
    command
        .env("NO_PROXY", "")
        .env("http_proxy", format!("http://ann:sesame@{address}"));
    let ran = run(command).await;
    let stderr = ran.failed(3);
    let expected = format!(
        "error: did not run: add at http://shop.invalid/rpc through the proxy http://{address}: could not connect: "
    );
    assert!(stderr.starts_with(&expected), "{stderr}");
    assert!(!stderr.contains("sesame"), "{stderr}");
}

#[tokio::test]
async fn a_timeout() {
    let server = Server::start().await;
    let ran = call(&server, &["sleep", "20000", "--timeout", "100ms"]).await;
    let expected = format!(
        "error: may have run: sleep at {}: no reply in time",
        server.url
    );
    assert_eq!(ran.failed(4), expected);
}

#[tokio::test]
async fn a_reply_above_the_limit() {
    let server = Server::start().await;
    let text = "x".repeat(1_000);
    let ran = call(&server, &["echo", &text, "--max-reply", "1000"]).await;
    assert!(ran.failed(7).contains("1000 bytes"), "{ran:?}");
    for enough in ["2000", "2kB", "2 KiB"] {
        let ran = call(&server, &["echo", &text, "--max-reply", enough]).await;
        assert_eq!(ran.printed(), format!("[\"{text}\"]"));
    }
}

#[tokio::test]
async fn an_invalid_reply() {
    for (reply, expected) in [
        ("", "the reply is empty"),
        ("[]", "the reply is not a JSON-RPC 2.0 response"),
        ("<html>", "the reply is an HTML page"),
        (
            r#"{"jsonrpc":"2.0","id":2,"result":1}"#,
            "the reply answers the call with id 2",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"result":1"#,
            "the reply is cut off",
        ),
    ] {
        let server = Server::that_replies(200, reply).await;
        let ran = call(&server, &["add", "1", "2"]).await;
        assert!(ran.failed(5).contains(expected), "{reply}: {ran:?}");
    }
}

#[tokio::test]
async fn a_missing_file() {
    let server = Server::start().await;
    for words in [
        &["--params"] as &[&str],
        &["--root-certificates"],
        &["--identity"],
        &["--bearer-file"],
        &["--user", "ann", "--password-file"],
    ] {
        let words = [&["add"], words, &["/nonexistent/file"]].concat();
        let ran = call(&server, &words).await;
        assert!(
            ran.failed(6).contains("/nonexistent/file: No such file"),
            "{words:?}: {ran:?}"
        );
    }
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn an_interruption() {
    let server = Server::start().await;
    let mut command = rpc(&["call", &server.url, "gate"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while server.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    interrupt(&child);
    let ran = end_of(child).await;
    assert_eq!(ran.failed(130), "error: interrupted");
}

/// The reader of stdout has stopped reading.
#[tokio::test]
async fn an_interruption_while_the_result_is_written() {
    let server = Server::start().await;
    let folder = Folder::new();
    let params = folder.write("params", &format!("[\"{}\"]", "x".repeat(400_000)));
    let mut command = rpc(&["call", &server.url, "echo", "--params", &params]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let first = stdout.read_u8();
    let first = tokio::time::timeout(LIMIT, first).await;
    assert_eq!(first.expect("it writes nothing").unwrap(), b'[');
    interrupt(&child);
    let ended = tokio::time::timeout(LIMIT, child.wait()).await;
    assert_eq!(ended.expect("it goes on").unwrap().code(), Some(130));
}

/// An unescaped `/` in a password changes the URL or makes it invalid.
#[tokio::test]
async fn a_password_in_an_invalid_url_is_not_shown() {
    for url in [
        "http://ann.invalid:se/same@127.0.0.1:1/",
        "http://ann.invalid:se#same@127.0.0.1:1/",
        "http://ann.invalid:12/same@127.0.0.1:1/",
        "http://ann.invalid:se?same@127.0.0.1:1/",
    ] {
        let ran = run(rpc(&["call", url, "add", "-v", "--timeout", "2"])).await;
        assert!(
            !ran.err.contains("same@") && !ran.err.contains("ann"),
            "{ran:?}"
        );
    }
    let ran = run(rpc(&[
        "call",
        "http://ann.invalid:se/same@127.0.0.1:1/",
        "add",
    ]))
    .await;
    assert!(ran.failed(2).contains("write / as %2F"), "{ran:?}");
}

/// Some come from a line break that is not meant, and some from an attacker.
#[tokio::test]
async fn credentials_with_control_characters_are_refused() {
    let server = Server::start().await;
    let folder = Folder::new();
    let file = folder.write("secret", "open\nsesame\n");
    let in_url = server.url.replace("//", "//ann:open%0asesame@");
    let user_in_url = server.url.replace("//", "//a%1bnn:sesame@");
    for (url, words, expected) in [
        (
            &server.url,
            &["--user", "ann:open\nsesame"] as &[&str],
            "the password has",
        ),
        (
            &server.url,
            &["--user", "a\u{7f}nn:sesame"],
            "the user name has",
        ),
        (
            &server.url,
            &["--user", "ann", "--password-file", &file],
            "the password in",
        ),
        (
            &server.url,
            &["--bearer", "open\u{9b}sesame"],
            "the token has",
        ),
        (&server.url, &["--bearer-file", &file], "the token in"),
        (
            &server.url,
            &["-H", "x-key: open\r\nsesame"],
            "the header x-key has",
        ),
        (&in_url, &[], "the password has"),
        (&user_in_url, &[], "the user name has"),
    ] {
        let words = [&["call", url, "add", "1", "2"], words].concat();
        let ran = run(rpc(&words)).await;
        let stderr = ran.failed(2);
        assert!(stderr.contains(expected), "{words:?}: {stderr}");
        assert!(stderr.contains(" a control character, U+00"), "{stderr}");
        assert!(!stderr.contains("sesame"), "{words:?}: {stderr}");
    }
    for (variable, value) in [("RPC_PASSWORD", "sesame\n"), ("RPC_BEARER", "ses\tame")] {
        let mut command = rpc(&["batch", &server.url, "-"]);
        command.env(variable, value);
        if variable == "RPC_PASSWORD" {
            command.args(["--user", "ann"]);
        }
        let ran = run(command).await;
        assert!(ran.failed(2).contains("a control character"), "{ran:?}");
    }
    assert!(server.messages().is_empty());
}

/// A person forgot to type the params or to redirect stdin.
#[cfg(unix)]
#[tokio::test]
async fn an_interruption_while_the_params_are_read() {
    use std::os::unix::process::ExitStatusExt;

    let server = Server::start().await;
    let mut command = rpc(&["call", &server.url, "add", "--params", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let _stdin = child.stdin.take();
    tokio::time::sleep(Duration::from_millis(300)).await;
    interrupt(&child);
    let ended = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
    // Killed by the signal, as other commands are.
    assert_eq!(
        ended.expect("it goes on reading").unwrap().signal(),
        Some(2)
    );
}

/// Ctrl-C, as a terminal sends it.
pub fn interrupt(child: &Child) {
    let process = i32::try_from(child.id().unwrap()).unwrap();
    let process = rustix::process::Pid::from_raw(process).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
}

/// `rpc methods … | head -1`
#[tokio::test]
async fn a_closed_stdout() {
    let server = Server::that_introspects().await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    for words in [
        &["methods", &server.url] as &[&str],
        &["call", &server.url, "echo"],
    ] {
        let mut command = rpc(words);
        command
            .stdout(writer.try_clone().unwrap())
            .stderr(Stdio::piped());
        let ran = end_of(command.spawn().unwrap()).await;
        assert_eq!(ran.failed(141), "", "{words:?}");
    }
}

/// Writing to a closed stderr must not panic.
#[tokio::test]
async fn a_closed_stderr() {
    let server = Server::start().await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = rpc(&["call", &server.url, "fail", "-v"]);
    command.stdout(Stdio::piped()).stderr(writer);
    assert_eq!(end_of(command.spawn().unwrap()).await.code, Some(1));
}

/// `--help` and the manual list every exit code.
#[tokio::test]
async fn exit_codes_are_documented() {
    let help = run(rpc(&["--help"])).await.out;
    let page = run(rpc(&["man"])).await.out;
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 130, 141] {
        assert!(help.contains(&format!("\n{code:>5}  ")), "{code}: {help}");
        assert!(
            page.contains(&format!("\\fB{code}\\fR\n")),
            "{code}: {page}"
        );
    }
}

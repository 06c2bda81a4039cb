//! What appears on a terminal.

use super::screen::Screen;
use super::server::Script;
use super::*;

fn on_terminal(arguments: &[&str], variables: &[(&str, &str)]) -> Screen {
    Screen::start(program().to_str().unwrap(), arguments, variables, None)
}

const INDENTED: &str = "[\r\n  {\r\n    \"a\": 1,\r\n    \"b\": \"x\"\r\n  },\r\n  []\r\n]\r\n";

#[tokio::test]
async fn the_result_is_indented_and_coloured() {
    let server = Server::start().await;
    let words = ["call", &server.url, "echo", r#"{"a":1,"b":"x"}"#, "[]"];
    let (code, shown) = on_terminal(&words, &[]).end().await;
    assert_eq!(code, Some(0), "{shown}");
    let coloured = INDENTED
        .replace("\"a\"", "\x1b[1;34m\"a\"\x1b[0m")
        .replace("\"b\"", "\x1b[1;34m\"b\"\x1b[0m")
        .replace("\"x\"", "\x1b[32m\"x\"\x1b[0m")
        .replace(": 1", ": \x1b[36m1\x1b[0m");
    assert_eq!(shown, coloured);
}

#[tokio::test]
async fn colours_can_be_turned_off() {
    let server = Server::start().await;
    let words = ["call", &server.url, "echo", r#"{"a":1,"b":"x"}"#, "[]"];
    let never = [&words[..], &["--color", "never"]].concat();
    for (words, variables) in [
        (&words[..], &[("NO_COLOR", "1")]),
        (&words[..], &[("TERM", "dumb")]),
        (&never[..], &[("TERM", "xterm")]),
    ] {
        let (_, shown) = on_terminal(words, variables).end().await;
        assert_eq!(shown, INDENTED, "{words:?} {variables:?}");
    }
}

#[tokio::test]
async fn colours_can_be_forced_in_a_pipe() {
    let server = Server::start().await;
    let ran = call(&server, &["echo", "x", "--color", "always"]).await;
    assert_eq!(ran.printed(), "[\n  \x1b[32m\"x\"\x1b[0m\n]");
}

/// An escape sequence in a reply must not reach the terminal.
#[tokio::test]
async fn escape_sequences_from_a_server_are_not_executed() {
    let reply = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\\u001b[31m\u{9b}31m\"}";
    let server = Server::that_replies(200, reply).await;
    let words = ["call", &server.url, "x", "--color", "never"];
    let (_, shown) = on_terminal(&words, &[]).end().await;
    assert_eq!(shown, "\"\\u001b[31m\\u009b31m\"\r\n");
}

/// Direction marks turn around what is shown, and zero-width characters hide in it.
#[tokio::test]
async fn invisible_characters_from_a_server_are_shown() {
    let text = "a\u{202e}b\u{200b}c\u{2066}d\u{feff}e\u{e0041}";
    let shown = r"a\u202eb\u200bc\u2066d\ufeffe\udb40\udc41";
    let result = format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{text}"}}"#);
    let error = format!(
        r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":7,"message":"{text}","data":"{text}"}}}}"#
    );
    let names = format!(r#"{{"jsonrpc":"2.0","id":1,"result":["{text}"]}}"#);
    for (reply, words) in [
        (&result, &["call", "x"] as &[&str]),
        (&result, &["call", "x", "-v"]),
        (&result, &["batch", "-"]),
        (&error, &["call", "x"]),
        (&error, &["batch", "-"]),
        (&names, &["methods"]),
        (&result, &["help", "x"]),
    ] {
        let server = Server::that_replies(200, reply.clone().leak()).await;
        let folder = Folder::new();
        let input = folder.write("input", "x\n");
        let mut line = vec![words[0], server.url.as_str()];
        line.extend(words[1..].iter().map(|word| match *word {
            "-" => input.as_str(),
            word => word,
        }));
        let (_, screen) = on_terminal(&line, &[]).end().await;
        assert!(screen.contains(shown), "{words:?}: {screen}");
        for hidden in text.chars().filter(|it| !it.is_ascii()) {
            assert!(!screen.contains(hidden), "{words:?}: {screen}");
        }
    }
    // A program gets the JSON as it came.
    let server = Server::that_replies(200, result.leak()).await;
    let ran = call(&server, &["x"]).await;
    assert_eq!(ran.printed(), format!("\"{text}\""));
}

async fn slow_server() -> Server {
    Server::of(Script {
        pause: Duration::from_millis(80),
        ..Script::default()
    })
    .await
}

/// A batch of forty calls in ten messages, one after the other.
fn forty(server: &Server, folder: &Folder) -> Vec<String> {
    let lines: String = (0..40).map(|n| format!("mark {n}\n")).collect();
    let input = folder.write("input", &lines);
    [
        "batch",
        &server.url,
        &input,
        "--batch-size",
        "4",
        "--in-flight",
        "1",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[tokio::test]
async fn a_bar_shows_the_progress_of_a_batch() {
    let server = slow_server().await;
    let folder = Folder::new();
    let words = forty(&server, &folder);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = std::fs::File::create(folder.path("output")).unwrap();
    let program = program().to_str().unwrap();
    let screen = Screen::start(program, &words, &[], Some(output.into()));
    let (code, shown) = screen.end().await;
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("/40 calls, "), "{shown}");
    assert!(shown.contains("[=="), "{shown}");
    assert!(shown.contains(" to go"), "{shown}");
    // At the end, the bar is cleared.
    assert!(
        shown.ends_with("\x1b[2K") || shown.ends_with('\r'),
        "{shown:?}"
    );
    let output = std::fs::read_to_string(folder.path("output")).unwrap();
    assert_eq!(output.lines().count(), 40);
    assert!(!output.contains('\x1b'));
}

#[tokio::test]
async fn the_bar_does_not_garble_the_results() {
    let server = slow_server().await;
    let folder = Folder::new();
    let words = forty(&server, &folder);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (code, shown) = on_terminal(&words, &[]).end().await;
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("/40 calls, "), "{shown}");
    for number in 1..=40 {
        let line = format!("{{\"line\":{number},\"result\":{}}}\r\n", (number - 1) * 10);
        assert!(shown.contains(&line), "{line}: {shown}");
    }
}

#[tokio::test]
async fn there_is_no_bar_without_a_terminal_that_can_show_it() {
    let server = slow_server().await;
    let folder = Folder::new();
    let words = forty(&server, &folder);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (code, shown) = on_terminal(&words, &[("TERM", "dumb")]).end().await;
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("calls"), "{shown}");

    let ran = run(rpc(&words)).await;
    assert_eq!(ran.printed().lines().count(), 40);
}

#[tokio::test]
async fn ctrl_c_ends_a_call() {
    let server = Server::start().await;
    let screen = on_terminal(&["call", &server.url, "gate"], &[]);
    while server.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    screen.write("\x03");
    let (code, shown) = screen.end().await;
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.ends_with("error: interrupted\r\n"), "{shown}");
}

//! `rpc batch`: how lines become messages, and how the results are printed.

use serde_json::Value;

use super::server::Script;
use super::*;

/// Runs `rpc batch` with this input.
async fn batch(server: &Server, input: &str, options: &[&str]) -> Ran {
    let words = [&["batch", &server.url, "-"], options].concat();
    run_with(rpc(&words), input).await
}

fn marks(range: std::ops::Range<u64>) -> String {
    range.map(|n| format!("mark {n}\n")).collect()
}

#[tokio::test]
async fn each_line_is_a_call_and_gives_one_line_of_output() {
    let server = Server::start().await;
    let input = r#"
# Sums.
add 1 -2
echo a:=1 "b=x y" c=5

{"method":"echo","params":[1.0]}
{"jsonrpc":"2.0","method":"mark","params":[7]}
fail
{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"mine"}
  add 3 4"#;
    let ran = batch(&server, input, &[]).await;
    let printed = r#"{"line":3,"result":-1}
{"line":4,"result":{"a":1,"b":"x y","c":"5"}}
{"line":6,"result":[1.0]}
{"line":7,"notified":true}
{"line":8,"error":{"code":1001,"message":"only 3 left","data":{"left":3}}}
{"line":9,"result":3}
{"line":10,"result":7}
"#;
    assert_eq!(ran.out, printed);
    let stderr = r#"line 8: only 3 left (code 1001, data {"left":3})
error: 1 of 7 lines: answered with an error
"#;
    assert_eq!((ran.code, &*ran.err), (Some(1), stderr));
    assert_eq!(server.marks(), [7]);
    // The calls before the notification, the notification, and the calls after it.
    let messages = server.messages();
    let lengths = messages.iter().map(|it| it.as_array().map(Vec::len));
    let mut lengths: Vec<Option<usize>> = lengths.collect();
    lengths.sort();
    assert_eq!(lengths, [None, Some(3), Some(3)]);
    let sent = server.seen.messages.lock().unwrap().join("\n");
    assert!(sent.contains(r#""id":"mine""#), "{sent}");
}

#[tokio::test]
async fn calls_go_in_messages_of_the_given_size() {
    for (options, sizes) in [
        (&["--batch-size", "4"] as &[&str], vec![4, 4, 2]),
        (&["--batch-size", "10"], vec![10]),
        (&[], vec![10]),
        (&["--batch-size", "3"], vec![3, 3, 3, 1]),
    ] {
        let server = Server::start().await;
        let ran = batch(&server, &marks(0..10), options).await;
        assert_eq!(ran.printed().lines().count(), 10);
        let mut found: Vec<usize> = server
            .messages()
            .iter()
            .map(|it| it.as_array().map_or(1, Vec::len))
            .collect();
        found.sort_by(|a, b| b.cmp(a));
        assert_eq!(found, sizes, "{options:?}");
    }
}

/// So that a server without batches can be called, too.
#[tokio::test]
async fn a_message_with_one_call_is_not_a_batch() {
    let server = Server::of(Script {
        refuses_batches: Some((-32600, "Invalid Request")),
        ..Script::default()
    })
    .await;
    let ran = batch(&server, &marks(0..5), &["--batch-size", "1"]).await;
    assert_eq!(ran.printed().lines().count(), 5);
    assert!(server.messages().iter().all(Value::is_object));

    // Without the option, the server is asked once for each size.
    let ran = batch(&server, &marks(5..9), &[]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let results = (5..9).map(|n| format!("{{\"line\":{},\"result\":{}}}\n", n - 4, n * 10));
    assert_eq!(ran.out, results.collect::<String>());
    assert!(
        ran.err.contains(
            "lines 1 to 4: the server refused the message of 4 calls and ran none of it: "
        ),
        "{ran:?}"
    );
    assert!(ran.err.contains("--batch-size"), "{ran:?}");
    // Several messages are in flight at once, so the server may get them in any order.
    let mut marks = server.marks();
    marks.sort();
    assert_eq!(marks, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn the_number_of_messages_in_flight_is_limited() {
    let mixed = "add 1 2\n{\"jsonrpc\":\"2.0\",\"method\":\"mark\",\"params\":[1]}\n".repeat(20);
    for (input, lines, size) in [(marks(0..41), 41, "2"), (mixed, 40, "1")] {
        for in_flight in ["1", "3"] {
            let server = Server::of(Script {
                pause: Duration::from_millis(30),
                ..Script::default()
            })
            .await;
            let options = ["--batch-size", size, "--in-flight", in_flight];
            let ran = batch(&server, &input, &options).await;
            assert_eq!(ran.printed().lines().count(), lines);
            let most = server.seen.most_under_way.load(Ordering::SeqCst);
            assert_eq!(most.to_string(), in_flight);
        }
    }
}

#[tokio::test]
async fn results_are_in_the_order_of_the_input() {
    let server = Server::start().await;
    let times = [120, 0, 60, 0, 90, 30, 0, 0];
    let input: String = times.map(|time| format!("sleep {time}\n")).concat();
    let ran = batch(&server, &input, &["--batch-size", "1", "--in-flight", "8"]).await;
    let expected = times.iter().enumerate();
    let expected: Vec<String> = expected
        .map(|(index, time)| format!("{{\"line\":{},\"result\":{time}}}", index + 1))
        .collect();
    assert_eq!(ran.printed(), expected.join("\n"));
}

#[tokio::test]
async fn an_invalid_line_costs_only_that_line() {
    let server = Server::start().await;
    let input = "mark 1\nmark 'x\n{\"method\":1}\nmark 2\n";
    let ran = batch(&server, input, &[]).await;
    assert_eq!(ran.code, Some(2));
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines[0]["result"], 10);
    assert_eq!(lines[1]["failure"], "unclosed quote");
    assert_eq!(lines[1]["line"], 2);
    assert_eq!(lines[3]["result"], 20);
    assert!(ran.err.contains("line 2: unclosed quote\n"), "{ran:?}");
    assert!(
        ran.err.ends_with("error: 2 of 4 lines: not a valid call\n"),
        "{ran:?}"
    );
    assert_eq!(server.marks(), [1, 2]);
}

/// A person types the calls, or a program writes them one by one.
#[tokio::test]
async fn a_line_that_is_typed_alone_is_sent_soon() {
    let server = Server::start().await;
    let mut command = rpc(&["batch", &server.url, "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for number in 1..=2 {
        stdin
            .write_all(format!("mark {number}\n").as_bytes())
            .await
            .unwrap();
        server.until_marks(number).await;
    }
    drop(stdin);
    assert_eq!(end_of(child).await.printed().lines().count(), 2);
}

#[tokio::test]
async fn a_message_without_an_answer_stops_the_run_unless_it_is_to_keep_going() {
    let input = "mark 1\nsleep 20000\nmark 2\nmark 3\n";
    let options = ["--batch-size", "1", "--in-flight", "1", "--timeout", "2s"];
    let server = Server::start().await;
    let ran = batch(&server, input, &options).await;
    assert_eq!(ran.code, Some(4));
    assert_eq!(server.marks(), [1]);
    assert!(
        ran.err.contains("line 2: may have run: sleep at ")
            && ran.err.contains(": no reply in time\n"),
        "{ran:?}"
    );
    assert!(
        ran.err.contains("hint: this run kept no journal"),
        "{ran:?}"
    );
    let failure = format!("sleep at {}: no reply in time", server.url);
    let last = format!(r#"{{"line":2,"failure":"{failure}"}}"#);
    assert!(ran.out.ends_with(&format!("{last}\n")), "{ran:?}");

    let server = Server::start().await;
    let ran = batch(&server, input, &[&options[..], &["--keep-going"]].concat()).await;
    assert_eq!(ran.code, Some(4), "as the first of them failed");
    assert_eq!(server.marks(), [1, 2, 3]);
    assert_eq!(ran.out.lines().count(), 4);
}

#[tokio::test]
async fn all_lines_can_be_notifications() {
    let server = Server::start().await;
    let ran = batch(&server, &marks(0..3), &["--notify"]).await;
    let printed = (1..=3).map(|n| format!("{{\"line\":{n},\"notified\":true}}\n"));
    assert_eq!(ran.out, printed.collect::<String>());
    let message = &server.messages()[0];
    assert!(
        message
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it.get("id").is_none())
    );
}

#[tokio::test]
async fn ids_within_a_message_differ() {
    let server = Server::start().await;
    let written =
        |n: u64, id: u64| format!("{{\"method\":\"mark\",\"params\":[{n}],\"id\":{id}}}\n");
    let input = [
        &written(1, 2),
        "mark 2\n",
        "mark 3\n",
        &written(4, 2),
        &written(5, 1),
        "mark 6\n",
    ];
    let ran = batch(&server, &input.concat(), &[]).await;
    let results = (1..=6).map(|n| format!("{{\"line\":{n},\"result\":{}}}\n", n * 10));
    assert_eq!(ran.out, results.collect::<String>(), "{ran:?}");
    // A repeated id starts another message. Generated ids differ from the given ones.
    let ids = |message: &Value| -> Vec<u64> {
        let calls = message.as_array().unwrap().iter();
        calls.map(|call| call["id"].as_u64().unwrap()).collect()
    };
    let mut sent: Vec<Vec<u64>> = server.messages().iter().map(ids).collect();
    sent.sort_by_key(|ids| ids[1]);
    assert_eq!(sent, [vec![2, 1, 3], vec![2, 1, 4]]);
}

/// More than any buffer on the way can hold.
#[tokio::test]
async fn twenty_thousand_lines() {
    let server = Server::start().await;
    let ran = batch(&server, &marks(0..20_000), &[]).await;
    let expected = (0..20_000).map(|n| format!("{{\"line\":{},\"result\":{}}}\n", n + 1, n * 10));
    assert!(ran.out == expected.collect::<String>());
    assert_eq!(server.messages().len(), 200);
}

#[tokio::test]
async fn the_batch_size_may_exceed_the_input() {
    let server = Server::start().await;
    let size = usize::MAX.to_string();
    let ran = batch(&server, &marks(0..3), &["--batch-size", &size]).await;
    assert_eq!(ran.printed().lines().count(), 3);
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn an_empty_input_is_not_a_failure() {
    let server = Server::start().await;
    assert_eq!(batch(&server, "\n# nothing\n", &[]).await.printed(), "");
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn a_closed_output_ends_the_run() {
    let server = Server::start().await;
    let folder = Folder::new();
    let input = folder.write("input", &marks(0..1000));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = rpc(&["batch", &server.url, &input, "--batch-size", "10"]);
    command.stdout(writer).stderr(Stdio::piped());
    let ran = end_of(command.spawn().unwrap()).await;
    assert_eq!(ran.failed(141), "");
    assert!(server.marks().len() < 1000, "it goes on without a reader");
}

/// Some servers take them for the same, and answer with one of them.
#[tokio::test]
async fn ids_that_mean_the_same_are_all_answered() {
    let server = Server::start().await;
    let ids = ["1", "1.0", "1e0", "\"1\"", "1", "\"a\"", "\"\\u0061\""];
    let lines = (1..).zip(ids);
    let lines =
        lines.map(|(n, id)| format!("{{\"method\":\"mark\",\"params\":[{n}],\"id\":{id}}}\n"));
    let input: String = lines.collect::<String>() + "mark 8\n";
    let ran = batch(&server, &input, &["--in-flight", "1"]).await;
    let results = (1..=8).map(|n| format!("{{\"line\":{n},\"result\":{}}}\n", n * 10));
    assert_eq!(ran.out, results.collect::<String>(), "{ran:?}");
    assert_eq!(ran.printed().lines().count(), 8);
    let sent = server.seen.messages.lock().unwrap().join("\n");
    for id in ids {
        assert!(sent.contains(&format!(r#""id":{id}}}"#)), "{id}: {sent}");
    }
}

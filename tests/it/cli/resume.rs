//! `rpc batch --resume`: a run that stopped half-way continues. No call is lost, and no call is silently sent twice.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::net::TcpListener;

use super::failures::interrupt;
use super::server::Script;
use super::*;

const LINES: u64 = 200;

/// A batch with a journal, whose line n calls `mark n`.
struct Job {
    folder: Folder,
    input: String,
    journal: String,
    options: Vec<&'static str>,
}

impl Job {
    fn new(options: &[&'static str]) -> Self {
        let folder = Folder::new();
        let lines: String = (1..=LINES).map(|n| format!("mark {n}\n")).collect();
        let input = folder.write("input", &lines);
        let journal = folder.path("journal");
        Job {
            folder,
            input,
            journal,
            options: options.to_vec(),
        }
    }

    fn command(&self, url: &str, more: &[&str]) -> Command {
        let words = ["batch", url, &self.input, "--resume", &self.journal];
        let mut command = rpc(&[&words, &self.options[..], more].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    async fn run(&self, server: &Server, more: &[&str]) -> Ran {
        run(self.command(&server.url, more)).await
    }

    /// Starts a run, and waits until the server has received `marks` calls.
    async fn start(&self, server: &Server, marks: usize) -> Child {
        let child = self.command(&server.url, &[]).spawn().unwrap();
        server.until_marks(marks).await;
        child
    }
}

/// The line numbers in the output: those with a result, and those without.
fn sorted(ran: &Ran) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let mut with_result = BTreeSet::new();
    let mut without = BTreeSet::new();
    for (index, line) in ran.out.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        let number = line["line"].as_u64().unwrap();
        assert_eq!(number, index as u64 + 1, "in order and complete");
        match line.get("result") {
            Some(result) => {
                assert_eq!(*result, number * 10);
                with_result.insert(number);
            }
            None => drop(without.insert(number)),
        }
    }
    (with_result, without)
}

/// The line numbers that stderr reports with this text.
fn reported(ran: &Ran, what: &str) -> BTreeSet<u64> {
    let lines = ran.err.lines().filter(|line| line.contains(what));
    let numbers = lines.filter_map(|line| {
        let (number, _) = line.strip_prefix("line ")?.split_once(':')?;
        number.parse().ok()
    });
    numbers.collect()
}

async fn slow(idempotent: bool) -> Server {
    Server::of(Script {
        introspects: idempotent,
        idempotent,
        pause: Duration::from_millis(15),
        ..Script::default()
    })
    .await
}

#[tokio::test]
async fn a_killed_run_continues_and_sends_nothing_twice() {
    let server = slow(false).await;
    let job = Job::new(&["--batch-size", "5", "--in-flight", "4"]);
    for marks in [40, 90, 140] {
        let mut child = job.start(&server, marks).await;
        child.kill().await.unwrap();
    }
    let ran = job.run(&server, &[]).await;
    let (with_result, without) = sorted(&ran);
    assert_eq!(with_result.len() + without.len(), LINES as usize);
    assert_eq!(reported(&ran, "not sent again"), without);
    // At most what was in flight at each of the three kills.
    assert!(without.len() <= 3 * 20, "{without:?}");
    assert_eq!(
        ran.code,
        Some(if without.is_empty() { 0 } else { 7 }),
        "{ran:?}"
    );
    for number in 1..=LINES {
        let times = server.times(number);
        match with_result.contains(&number) {
            true => assert_eq!(times, 1, "line {number}"),
            false => assert!(times <= 1, "line {number}"),
        }
    }

    // With --resend, the calls that may have run are sent again, and that is reported.
    let before = server.marks().len();
    let ran = job.run(&server, &["--resend"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(reported(&ran, "sent again (--resend)"), without);
    assert_eq!(sorted(&ran).0.len(), LINES as usize);
    assert_eq!(server.marks().len() - before, without.len());

    // Now everything is answered: nothing is sent, and the output is the same.
    let again = job.run(&server, &[]).await;
    assert_eq!(again.printed(), ran.out.trim_end());
    assert_eq!(server.marks().len() - before, without.len());
}

#[tokio::test]
async fn idempotent_calls_are_sent_again_and_reported() {
    for (server, option, why) in [
        (slow(true).await, None, "sent again (it is idempotent)"),
        (
            slow(false).await,
            Some("--idempotent"),
            "sent again (it is idempotent)",
        ),
    ] {
        let job = Job::new(&["--batch-size", "5"]);
        let mut child = job.start(&server, 60).await;
        child.kill().await.unwrap();
        // The server may still be working on calls of the killed run.
        let mut before = server.marks();
        loop {
            tokio::time::sleep(Duration::from_millis(300)).await;
            if before.len() == server.marks().len() {
                break;
            }
            before = server.marks();
        }
        let before: BTreeSet<u64> = before.into_iter().collect();
        let option: Vec<&str> = option.into_iter().collect();
        let ran = job.run(&server, &option).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(sorted(&ran).0.len(), LINES as usize);
        let again = reported(&ran, why);
        assert!(!again.is_empty(), "{ran:?}");
        let twice = (1..=LINES).filter(|number| server.times(*number) == 2);
        assert_eq!(
            twice.collect::<BTreeSet<u64>>(),
            again.intersection(&before).copied().collect()
        );
        assert!((1..=LINES).all(|number| server.times(number) >= 1));
    }
}

#[tokio::test]
async fn an_interrupted_run_waits_for_messages_in_flight() {
    let server = slow(false).await;
    let job = Job::new(&["--batch-size", "5", "--in-flight", "2"]);
    let child = job.start(&server, 60).await;
    interrupt(&child);
    let ran = end_of(child).await;
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert!(
        ran.err.contains("run the same command again to continue"),
        "{ran:?}"
    );
    let sent = server.marks().len();
    assert!(sent < LINES as usize);
    assert_eq!(sorted(&ran).0.len(), sent, "everything sent is answered");

    let ran = job.run(&server, &[]).await;
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert_eq!(sorted(&ran).0.len(), LINES as usize);
    assert!((1..=LINES).all(|number| server.times(number) == 1));
}

#[tokio::test]
async fn a_second_interruption_stops_at_once() {
    let server = Server::start().await;
    let folder = Folder::new();
    let input = folder.write("input", "gate\n");
    let journal = folder.path("journal");
    let words = ["batch", &server.url, &input, "--resume", &journal];
    let mut command = rpc(&words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while server.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    interrupt(&child);
    let stderr = until_reported(&mut child, "interrupted: waiting for 1 message in flight").await;
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    interrupt(&child);
    let ran = end_of(child).await;
    assert_eq!(ran.code, Some(130));
    let stderr = stderr.await.unwrap();
    assert!(
        stderr.contains("line 1: may have run: interrupted"),
        "{stderr}"
    );
    assert!(
        ran.out.starts_with(r#"{"line":1,"failure":"interrupted"#),
        "{ran:?}"
    );

    let ran = run(rpc(&words)).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    let messages = server.messages();
    let gates = messages.iter().filter(|it| it["method"] == "gate");
    assert_eq!(gates.count(), 1);
}

/// Calls that could not be sent certainly did not run.
#[tokio::test]
async fn a_run_without_a_server_continues_when_there_is_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{address}/");
    let job = Job::new(&["--batch-size", "5"]);
    let ran = run(job.command(&url, &[])).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains(&format!(
            "line 1: did not run: a batch of 5 calls (mark) at {url}: could not connect"
        )),
        "{ran:?}"
    );

    let server = Server::at(&url, Script::default()).await;
    let ran = job.run(&server, &[]).await;
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!((1..=LINES).all(|number| server.times(number) == 1));
}

/// An HTML page with status 404 means that no server looked into the message. Half an answer, or status 500, does not.
#[tokio::test]
async fn some_statuses_mean_that_nothing_ran() {
    for (status, body, is_certain) in [
        (404, "<h1>lost</h1>", true),
        (401, "", true),
        (413, "{", true),
        (404, "{", false),
        (500, "<h1>sorry</h1>", false),
        (503, "", false),
    ] {
        let job = Job::new(&["--in-flight", "1"]);
        let refusing = Server::that_replies(status, body).await;
        let ran = job.run(&refusing, &[]).await;
        let code = if is_certain { 3 } else { 7 };
        assert_eq!(ran.code, Some(code), "{ran:?}");
        let server = refusing.replaced().await;
        let ran = job.run(&server, &[]).await;
        let code = if is_certain { 0 } else { 7 };
        assert_eq!(ran.code, Some(code), "{status} {body}: {ran:?}");
        let missing = if is_certain { 0 } else { 100 };
        assert_eq!(server.marks().len() as u64, LINES - missing);
    }
}

/// A server that dies with calls in flight.
#[tokio::test]
async fn calls_on_a_broken_connection_may_have_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let job = Job::new(&["--batch-size", "5", "--in-flight", "1"]);
    let breaking = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut byte = [0];
        tokio::io::AsyncReadExt::read_exact(&mut socket, &mut byte)
            .await
            .unwrap();
    });
    let ran = run(job.command(&url, &[])).await;
    breaking.await.unwrap();
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(reported(&ran, "may have run"), (1..=5).collect());

    let server = Server::at(&url, Script::default()).await;
    let ran = job.run(&server, &[]).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(reported(&ran, "not sent again"), (1..=5).collect());
    assert!((6..=LINES).all(|number| server.times(number) == 1));
    assert_eq!(server.marks().len() as u64, LINES - 5);
}

#[tokio::test]
async fn calls_answered_with_an_error_are_not_sent_again() {
    let server = Server::start().await;
    let folder = Folder::new();
    let input = folder.write("input", "fail\nmark 1\n");
    let words = [
        "batch",
        &server.url,
        &input,
        "--resume",
        &folder.path("journal"),
    ];
    let first = run(rpc(&words)).await;
    let second = run(rpc(&words)).await;
    assert_eq!((first.code, second.code), (Some(1), Some(1)));
    assert_eq!(first.out, second.out);
    assert_eq!(server.messages().len(), 1);
    assert!(
        second
            .err
            .contains("line 1: answered with an error in an earlier run")
    );
}

#[tokio::test]
async fn a_changed_input_is_refused() {
    let server = Server::start().await;
    let job = Job::new(&[]);
    assert_eq!(job.run(&server, &[]).await.code, Some(0));
    let sent = server.messages().len();
    let text = std::fs::read_to_string(&job.input).unwrap();
    job.folder
        .write("input", &text.replace("mark 17\n", "mark 18\n"));
    let ran = job.run(&server, &[]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("line 17 has changed since "), "{ran:?}");
    assert_eq!(server.messages().len(), sent);
}

/// Another server has not run the calls that the journal says were answered.
#[tokio::test]
async fn another_server_is_refused() {
    let server = Server::start().await;
    let job = Job::new(&[]);
    assert_eq!(job.run(&server, &[]).await.code, Some(0));
    let other = Server::start().await;
    let ran = job.run(&other, &[]).await;
    let is_of = format!("is the journal of a batch for {}", server.url);
    assert!(ran.failed(2).contains(&is_of), "{ran:?}");
    assert!(other.messages().is_empty());

    // The same server with another query, another user or another kind of call counts as another batch.
    let sent = server.messages().len();
    let tenant = format!("{}?tenant=b", server.url);
    let user = server.url.replace("http://", "http://ann:pw@");
    for (url, option, expected) in [
        (&tenant, None, "is the journal of a batch for "),
        (&user, None, "is the journal of a batch for another user"),
        (
            &server.url,
            Some("--notify"),
            "is the journal of a batch without --notify",
        ),
    ] {
        let option: Vec<&str> = option.into_iter().collect();
        let ran = run(job.command(url, &option)).await;
        assert!(ran.failed(2).contains(expected), "{ran:?}");
    }
    assert_eq!(server.messages().len(), sent);

    // A password may change.
    let job = Job::new(&[]);
    for password in ["old", "new"] {
        let url = user.replace("pw", password);
        assert_eq!(run(job.command(&url, &[])).await.code, Some(0));
    }
    assert_eq!(server.messages().len(), 2 * sent);
}

/// Otherwise missing lines would go unnoticed, and lines before the difference would be sent.
#[tokio::test]
async fn an_input_with_missing_lines_is_refused_before_anything_is_sent() {
    let answering = Server::start().await;
    let failing = Server::that_replies(500, "<h1>sorry</h1>").await;
    for (server, code) in [(answering, 2), (failing, 7)] {
        let folder = Folder::new();
        let input = folder.write("input", "# nothing\nmark 2\nmark 3\n");
        let url = server.url.clone();
        let words = ["batch", &url, &input, "--resume", &folder.path("journal")];
        run(rpc(&words)).await;
        let server = server.replaced().await;
        for text in ["mark 1\nmark 2\n", "", "mark 1\n# mark 2\nmark 3\n"] {
            folder.write("input", text);
            let ran = run(rpc(&words)).await;
            let stderr = ran.failed(code);
            assert!(stderr.contains("are missing from the input"), "{stderr}");
        }
        folder.write("input", "mark 1\nmark 2\nmark 4\n");
        let ran = run(rpc(&words)).await;
        assert!(
            ran.failed(2).contains("line 3 has changed since"),
            "{ran:?}"
        );
        assert!(server.messages().is_empty());

        // With a pipe, missing lines are noticed only at the end.
        let words = ["batch", &url, "-", "--resume", &folder.path("journal")];
        let ran = run_with(rpc(&words), "mark 1\n").await;
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.err.contains("are missing from the input"), "{ran:?}");
    }
}

/// The reader of the results may pause for long. Answers are still recorded.
#[tokio::test]
async fn a_slow_reader_loses_no_answers() {
    let server = Server::start().await;
    let folder = Folder::new();
    // More than fits into a pipe and into the queues of the program.
    let lines: String = (1..=4_000).map(|n| format!("echo {:0>60}x\n", n)).collect();
    let input = folder.write("input", &lines);
    let journal = folder.path("journal");
    let words = ["batch", &server.url, &input, "--resume", &journal];
    let words = [&words[..], &["--batch-size", "20", "--timeout", "2s"]].concat();
    let mut command = rpc(&words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let ran = end_of(child).await;
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert_eq!(ran.out.lines().count(), 4_000);

    // Without any reader, the first Ctrl-C still works, and the second one stops at once.
    folder.write("journal", "");
    let mut child = command.spawn().unwrap();
    let length = || std::fs::metadata(&journal).unwrap().len();
    let mut before = 0;
    while before == 0 || before != length() {
        before = length();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    interrupt(&child);
    let _told = until_reported(&mut child, "waiting for the reader of the output").await;
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    interrupt(&child);
    let ended = tokio::time::timeout(LIMIT, child.wait()).await;
    assert_eq!(ended.expect("it goes on").unwrap().code(), Some(130));
}

/// Calls that may have run are reported even if nothing reads the results.
#[tokio::test]
async fn a_second_interruption_reports_calls_in_flight_while_stdout_is_blocked() {
    let server = Server::start().await;
    let folder = Folder::new();
    let lines: String = (1..=2_000).map(|n| format!("echo {n:0>60}x\n")).collect();
    let input = folder.write("input", &format!("{lines}gate\n"));
    let words = ["batch", &server.url, &input, "--batch-size", "20"];
    let mut command = rpc(&words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let is_gate = |message: &Value| message["method"] == "gate";
    while !server.messages().iter().any(is_gate) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    interrupt(&child);
    let stderr = until_reported(&mut child, "interrupted: waiting for 1 message in flight").await;
    interrupt(&child);
    let ended = tokio::time::timeout(LIMIT, child.wait()).await;
    assert_eq!(ended.expect("it goes on").unwrap().code(), Some(130));
    let stderr = stderr.await.unwrap();
    assert!(
        stderr.contains("line 2001: may have run: interrupted"),
        "{stderr}"
    );
}

/// A batch with calls that may have run, and a server that never says whether their method is idempotent.
struct Unanswered {
    folder: Folder,
    words: Vec<String>,
    server: Server,
}

impl Unanswered {
    /// All calls of the input may have run.
    async fn of(input: &str, options: &[&str]) -> Self {
        let failing = Server::that_replies(500, "<h1>sorry</h1>").await;
        let url = failing.url.clone();
        let folder = Folder::new();
        let input = folder.write("input", input);
        let journal = folder.path("journal");
        let words = ["batch", &url, &input, "--resume", &journal];
        let words = [&words[..], options].concat();
        assert_eq!(run(rpc(&words)).await.code, Some(7));
        let words = words.into_iter().map(str::to_owned).collect();
        drop(failing);
        let script = Script {
            introspects: true,
            hangs_on: "rpc.signature",
            ..Script::default()
        };
        let server = Server::at(&url, script).await;
        Unanswered {
            folder,
            words,
            server,
        }
    }

    fn command(&self) -> Command {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let mut command = rpc(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// A run that stops sends nothing more, and reports that the calls it skips may have run.
#[tokio::test]
async fn a_run_that_stops_while_it_asks_about_a_method_skips_the_call() {
    let options = ["--batch-size", "1", "--timeout", "3s"];
    let batch = Unanswered::of("# later\nmark 2\n# later\n", &options).await;

    // The first line fails while the server is being asked about the method of the second.
    batch.folder.write("input", "crash\nmark 2\nmark 3\n");
    let ran = run(batch.command()).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(reported(&ran, "not sent again"), [2].into());
    assert!(!ran.err.contains("sent again (it"), "{ran:?}");
    assert!(ran.err.contains("1 may have run before"), "{ran:?}");
    assert!(batch.server.marks().is_empty());

    // With --keep-going, only that call is skipped.
    let mut command = batch.command();
    command.arg("--keep-going");
    let ran = run(command).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(reported(&ran, "not sent again"), [1, 2].into());
    assert_eq!(batch.server.marks(), [3]);
}

/// Answers that arrive while the server is being asked about a method are recorded.
#[tokio::test]
async fn answers_are_kept_while_the_server_is_asked_about_a_method() {
    let batch = Unanswered::of("# later\nmark 2\n", &["--batch-size", "1"]).await;
    batch.folder.write("input", "sleep 300\nmark 2\n");
    let journal = batch.folder.path("journal");
    let child = batch.command().spawn().unwrap();
    let kept = async {
        while !std::fs::read_to_string(&journal)
            .unwrap()
            .contains(r#""line":1"#)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let kept = tokio::time::timeout(Duration::from_secs(10), kept).await;
    kept.expect("it waits for the server");
    let messages = batch.server.messages();
    let mut methods = messages.iter().map(|it| &it["method"]);
    assert!(methods.any(|method| method == "rpc.signature"));
    drop(child);
}

/// The first attempt may have run the call, even if the second one certainly did not.
#[tokio::test]
async fn a_call_that_may_have_run_stays_so_if_sending_it_again_fails() {
    let server = Server::that_replies(500, "<h1>sorry</h1>").await;
    let job = Job::new(&["--batch-size", "5", "--in-flight", "1"]);
    let ran = job.run(&server, &[]).await;
    assert_eq!(reported(&ran, "may have run"), (1..=5).collect(), "{ran:?}");

    // Sending it again certainly fails.
    let url = server.url.clone();
    drop(server);
    let ran = run(job.command(&url, &["--resend"])).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(reported(&ran, "sent again (--resend)"), (1..=5).collect());
    let twice = "did not run this time, but may have run before: a batch of 5 calls";
    assert_eq!(reported(&ran, twice), (1..=5).collect(), "{ran:?}");

    // The next run learns that from the journal.
    let server = Server::at(&url, Script::default()).await;
    let ran = job.run(&server, &[]).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(reported(&ran, "not sent again"), (1..=5).collect());
    assert!((1..=5).all(|number| server.times(number) == 0));
    assert!((6..=LINES).all(|number| server.times(number) == 1));
}

/// Half a line would spoil the next line, and with it the whole file.
#[cfg(unix)]
#[tokio::test]
async fn a_journal_on_a_full_disk_can_be_continued() {
    let server = Server::start().await;
    let job = Job::new(&["--batch-size", "5", "--in-flight", "2"]);
    // Files may have only a few blocks; writing more is an error.
    let mut command = Command::new("sh");
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let mut whole = job.command(&server.url, &[]);
    let program = whole.as_std().get_program().to_owned();
    command.args(["-c", limited, "sh"]).arg(program);
    command.args(whole.as_std().get_args()).env_clear();
    command.envs(environment()).stdin(Stdio::null());
    let ran = run(command).await;
    assert_eq!(ran.code, Some(6), "{ran:?}");
    assert!(ran.err.contains("File too large"), "{ran:?}");
    let journal = std::fs::read_to_string(&job.journal).unwrap();
    assert!(journal.ends_with('\n'), "{journal}");

    whole.arg("--resend");
    let ran = run(whole).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let again = reported(&ran, "sent again (--resend)");
    assert_eq!(sorted(&ran).0.len(), LINES as usize);
    for number in 1..=LINES {
        let most = 1 + usize::from(again.contains(&number));
        let times = server.times(number);
        assert!((1..=most).contains(&times), "line {number}: {times}");
    }
}

#[tokio::test]
async fn a_run_can_be_interrupted_while_it_asks_about_a_method() {
    let batch = Unanswered::of("mark 1\n", &[]).await;
    let child = batch.command().spawn().unwrap();
    while batch.server.messages().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    interrupt(&child);
    let ended = tokio::time::timeout(Duration::from_secs(10), end_of(child));
    let ran = ended.await.expect("it goes on waiting");
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert_eq!(batch.server.messages()[0]["method"], "rpc.signature");
}

#[tokio::test]
async fn a_file_that_is_not_a_journal_is_left_unchanged() {
    let server = Server::start().await;
    let job = Job::new(&[]);
    for text in [
        "mark 1\n",
        "{\"line\":1}\n",
        "{\"rpc-batch\":1}\n",
        "precious",
        "\n",
        "{}",
        "x",
    ] {
        job.folder.write("journal", text);
        let ran = job.run(&server, &[]).await;
        assert!(
            ran.failed(2).contains("is not the journal of a batch"),
            "{ran:?}"
        );
        assert_eq!(std::fs::read_to_string(&job.journal).unwrap(), text);
    }
    // Devices and pipes are refused without being opened.
    let words = ["batch", &server.url, &job.input, "--resume", "/dev/null"];
    let ran = run(rpc(&words)).await;
    assert!(
        ran.failed(2).contains("a journal must be a regular file"),
        "{ran:?}"
    );
    assert!(server.messages().is_empty());
    // A missing input leaves no journal behind.
    let none = job.folder.path("none");
    let words = ["batch", &server.url, "/nonexistent", "--resume", &none];
    run(rpc(&words)).await.failed(6);
    assert!(!Path::new(&none).exists());
}

/// A later version of `rpc` must be able to continue the runs of an earlier one.
#[tokio::test]
async fn the_format_of_the_journal_is_fixed() {
    // FNV-1a, 64 bits.
    let fingerprint = |text: &str| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let server = Server::start().await;
    let folder = Folder::new();
    let input = folder.write("input", "mark 1\nfail\n");
    let journal = folder.path("journal");
    let url = server.url.replace("http://", "http://ann:pw@") + "?key=x";
    let words = ["batch", &url, &input, "--resume", &journal];
    run(rpc(&words)).await;
    let shown = format!("{}?…", server.url);
    let whole = format!("{}?key=x", server.url);
    let expected = format!(
        r#"{{"rpc-batch":1,"url":"{shown}","server":{},"user":"ann","notify":false}}
{{"sent":[[1,{}],[2,{}]]}}
{{"line":1,"result":10}}
{{"line":2,"error":{{"code":1001,"message":"only 3 left","data":{{"left":3}}}}}}
"#,
        fingerprint(&whole),
        fingerprint("mark 1"),
        fingerprint("fail"),
    );
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), expected);

    // Without a server, what is sent is withdrawn again.
    drop(server);
    folder.write("journal", "");
    run(rpc(&words)).await;
    let last = std::fs::read_to_string(&journal).unwrap();
    let last: Vec<&str> = last.lines().skip(2).collect();
    assert_eq!(last, [r#"{"unsent":[1]}"#, r#"{"unsent":[2]}"#]);
}

/// A run may be killed in the middle of a write.
#[tokio::test]
async fn a_journal_can_be_cut_off_anywhere() {
    let mut server = Server::start().await;
    let whole = Job::new(&["--batch-size", "50"]);
    assert_eq!(whole.run(&server, &[]).await.code, Some(0));
    let journal = std::fs::read_to_string(&whole.journal).unwrap();
    let header = journal.lines().next().unwrap().len();
    let last = journal.len() - 1;
    for cut in [0, 5, 16, 30, header, header + 1, 200, 2_000, 5_000, last] {
        server = server.replaced().await;
        let job = Job::new(&["--batch-size", "50"]);
        job.folder.write("journal", &journal[..cut]);
        let ran = job.run(&server, &[]).await;
        let (with_result, without) = sorted(&ran);
        assert_eq!(
            with_result.len() + without.len(),
            LINES as usize,
            "cut at {cut}"
        );
        assert_eq!(reported(&ran, "not sent again"), without, "cut at {cut}");
        let again = job.run(&server, &["--resend"]).await;
        assert_eq!(sorted(&again).0.len(), LINES as usize, "cut at {cut}");
        assert!(
            (1..=LINES).all(|number| server.times(number) <= 1),
            "cut at {cut}"
        );
    }
}

#[tokio::test]
async fn two_runs_cannot_share_a_journal() {
    let server = slow(false).await;
    let job = Job::new(&["--batch-size", "5", "--in-flight", "1"]);
    let child = job.start(&server, 20).await;
    let ran = job.run(&server, &[]).await;
    assert!(
        ran.failed(2).ends_with("is in use by another run"),
        "{ran:?}"
    );
    interrupt(&child);
    end_of(child).await;
}

/// stdout is closed. The answers to messages in flight are still recorded.
#[tokio::test]
async fn answers_that_could_not_be_printed_are_kept() {
    let server = slow(false).await;
    let job = Job::new(&["--batch-size", "5"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = job.command(&server.url, &[]);
    command.stdout(writer);
    assert_eq!(end_of(command.spawn().unwrap()).await.code, Some(141));
    assert!(!server.marks().is_empty());
    let ran = job.run(&server, &[]).await;
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!((1..=LINES).all(|number| server.times(number) == 1));
}

//! What a client says of a call when a server of HTTP/2 does not answer it.

use rpc_core::CallError;

use super::frames::*;
use super::*;

/// What a server does with the first request that it gets.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    /// It announces that it has looked at no request, and closes the connection.
    GoAway,
    /// It refuses the request.
    Refuse,
    /// It closes the connection.
    Close,
    /// It resets the stream for no reason that says whether the method ran.
    Cancel,
}

/// A server whose first connection answers in this way, and whose others lead to another server.
async fn faulty(answer: Answer, behind: SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (first, _) = listener.accept().await.unwrap();
        tokio::spawn(answer_once(first, answer));
        while let Ok((mut front, _)) = listener.accept().await {
            let mut back = TcpStream::connect(behind).await.unwrap();
            tokio::spawn(async move {
                let _ends = tokio::io::copy_bidirectional(&mut front, &mut back).await;
            });
        }
    });
    url
}

async fn answer_once(mut stream: TcpStream, answer: Answer) {
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await.unwrap();
    let mut client = Frames::of(stream);
    client.send(&settings(&[])).await;
    let data = loop {
        let frame = client.next_of(DATA).await.unwrap();
        if frame.flags & END_STREAM != 0 {
            break frame;
        }
    };
    if answer != Answer::Close {
        client.send(&refusal(answer, data.stream)).await;
        client.until_closed().await;
    }
}

fn refusal(answer: Answer, stream: u32) -> Vec<u8> {
    let reset = |code: u32| frame(RST_STREAM, 0, stream, &code.to_be_bytes());
    match answer {
        Answer::GoAway => frame(GOAWAY, 0, 0, &[0; 8]),
        Answer::Close => Vec::new(),
        Answer::Refuse => reset(REFUSED_STREAM),
        Answer::Cancel => reset(CANCEL),
    }
}

fn client<C: Connections>(builder: Builder<C>, url: &str) -> ProbeClient<C::Transport> {
    ProbeClient::new(builder.http2_prior_knowledge().build(url).unwrap())
}

/// The lean client makes the call again if it certainly did not run.
#[tokio::test]
async fn a_call_that_was_not_looked_at_goes_to_a_new_connection() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    watch.gate.add_permits(1);
    let url = faulty(Answer::GoAway, server.address).await;
    let probe = client(lean::Client::builder(), &url);
    assert_eq!(within(probe.gate()).await.unwrap(), "through");
    assert_eq!(watch.started.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_call_says_whether_it_ran() {
    use Execution::MaybeRun;

    let server = running(probe()).await;
    // reqwest makes it again, too. A refused call goes to the same connection, which answers no other here.
    let url = faulty(Answer::GoAway, server.address).await;
    let echoed = within(client(Client::builder(), &url).echo("hi")).await;
    assert_eq!(echoed.unwrap(), "hi");
    for answer in [Answer::Close, Answer::Cancel] {
        let url = faulty(answer, server.address).await;
        let error = within(client(Client::builder(), &url).echo("hi")).await;
        let error = error.unwrap_err();
        assert!(matches!(error, CallError::Transport(_)), "{error:?}");
        assert_eq!(error.execution(), MaybeRun, "reqwest: {error:?}");
        let url = faulty(answer, server.address).await;
        let probe = client(lean::Client::builder(), &url);
        let error = within(probe.echo("hi")).await.unwrap_err();
        assert_eq!(error.execution(), MaybeRun, "lean: {error:?}");
        // The next call does not use what is lost.
        if answer == Answer::Close {
            assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
        }
    }
}

/// What was asked of a server that is [`unwilling`].
#[derive(Default)]
struct Asked {
    connections: AtomicUsize,
    /// The requests that it did not answer.
    in_vain: AtomicUsize,
}

/// A server that answers so many of each connection's requests, and the others in this way.
async fn unwilling(answers: usize, then: Answer) -> (String, Arc<Asked>) {
    let asked = Arc::new(Asked::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let counts = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counts.connections.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(answer_some(stream, answers, then, Arc::clone(&counts)));
        }
    });
    (url, asked)
}

async fn answer_some(mut stream: TcpStream, mut answers: usize, then: Answer, asked: Arc<Asked>) {
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await.unwrap();
    let mut client = Frames::of(stream);
    client.send(&settings(&[])).await;
    loop {
        let data = client.next_of(DATA).await;
        let Some(data) = data.filter(|data| data.flags & END_STREAM != 0) else {
            return;
        };
        if answers > 0 {
            answers -= 1;
            client.send(&echoed(&data)).await;
            continue;
        }
        asked.in_vain.fetch_add(1, Ordering::SeqCst);
        client.send(&refusal(then, data.stream)).await;
    }
}

/// The response to a call of `echo`.
fn echoed(request: &Frame) -> Vec<u8> {
    let call: serde_json::Value = serde_json::from_slice(&request.payload).unwrap();
    let body = format!(r#"{{"jsonrpc":"2.0","result":"hi","id":{}}}"#, call["id"]);
    let (name, value) = ("content-type", "application/json");
    let mut block = vec![0x88, 0, name.len() as u8]; // 200, and a header
    block.extend_from_slice(name.as_bytes());
    block.push(value.len() as u8);
    block.extend_from_slice(value.as_bytes());
    let head = frame(HEADERS, END_HEADERS, request.stream, &block);
    let data = frame(DATA, END_STREAM, request.stream, body.as_bytes());
    [head, data].concat()
}

/// One more attempt is made at once, for a server that was about to stop. Any others are up to the client's retry policy.
#[tokio::test]
async fn a_server_that_takes_no_call_is_asked_twice() {
    // A server that has said how many calls it takes, and refuses one that is within that, is busy.
    for (answers, then, times) in [
        (0, Answer::GoAway, 2),
        (0, Answer::Refuse, 2),
        (1, Answer::Refuse, 1),
    ] {
        let (url, asked) = unwilling(answers, then).await;
        let probe = client(lean::Client::builder(), &url);
        for _ in 0..answers {
            assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
        }
        let error = within(probe.echo("hi")).await.unwrap_err();
        assert_eq!(error.execution(), Execution::NotRun, "{error:?}");
        assert!(error.is_retryable());
        let in_vain = asked.in_vain.load(Ordering::SeqCst);
        assert_eq!(in_vain, times, "{answers} answers");
    }
}

/// A call that fails alone leaves the connection to the others.
#[tokio::test]
async fn a_reset_call_costs_no_connection() {
    let (url, asked) = unwilling(0, Answer::Cancel).await;
    let probe = client(lean::Client::builder(), &url);
    for _ in 0..3 {
        within(probe.echo("hi")).await.unwrap_err();
    }
    assert_eq!(asked.in_vain.load(Ordering::SeqCst), 3);
    assert_eq!(asked.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_server_no_call_runs() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let probe = client(lean::Client::builder(), &url);
    let calls: Vec<_> = (0..50)
        .map(|_| tokio::spawn(probe.echo("hi").into_future()))
        .collect();
    for call in calls {
        let error = within(call).await.unwrap().unwrap_err();
        assert_eq!(error.execution(), Execution::NotRun, "{error:?}");
    }
}

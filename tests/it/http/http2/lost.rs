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
    let code = |code: u32| frame(RST_STREAM, 0, data.stream, &code.to_be_bytes());
    match answer {
        Answer::GoAway => client.send(&frame(GOAWAY, 0, 0, &[0; 8])).await,
        Answer::Close => return,
        Answer::Refuse => client.send(&code(REFUSED_STREAM)).await,
        Answer::Cancel => client.send(&code(CANCEL)).await,
    }
    client.until_closed().await;
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
    use Execution::{MaybeRun, NotRun};

    let server = running(probe()).await;
    for (answer, execution) in [
        (Answer::GoAway, NotRun),
        (Answer::Refuse, NotRun),
        (Answer::Close, MaybeRun),
        (Answer::Cancel, MaybeRun),
    ] {
        let url = faulty(answer, server.address).await;
        let error = within(client(Client::builder(), &url).echo("hi")).await;
        let error = error.unwrap_err();
        assert!(matches!(error, CallError::Transport(_)), "{error:?}");
        assert_eq!(error.execution(), execution, "reqwest: {error:?}");
        if execution == MaybeRun {
            let url = faulty(answer, server.address).await;
            let probe = client(lean::Client::builder(), &url);
            let error = within(probe.echo("hi")).await.unwrap_err();
            assert_eq!(error.execution(), execution, "lean: {error:?}");
            // The next call does not use what is lost.
            if answer == Answer::Close {
                assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
            }
        }
    }
}

/// It gives up in the end, and a call that failed for this reason has not run.
#[tokio::test]
async fn a_server_that_refuses_every_call_is_not_asked_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_once(stream, Answer::GoAway));
        }
    });
    let probe = client(lean::Client::builder(), &url);
    let error = within(probe.echo("hi")).await.unwrap_err();
    assert_eq!(error.execution(), Execution::NotRun, "{error:?}");
    assert!(error.is_retryable());
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

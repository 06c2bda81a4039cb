//! Small calls over a WebSocket: many in flight, and one at a time.

use std::sync::Arc;
use std::time::Duration;

use clients::client::{Ask, Client};
use clients::jsonrpsee::Jsonrpsee;
use clients::load::{self, IN_FLIGHT, Run, Shape};
use clients::ours::Ours;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use jsonrpsee::ws_client::WsClientBuilder;
use measure::process::cpu_time_of_threads;
use measure::rounds::interleaved_several;
use measure::{Form, Metric, Results};
use peers::started::Started;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use work::Order;

use crate::contender;

const A_TURN: Duration = Duration::from_millis(300);

/// Measures all cases.
pub fn run(results: &mut Results, form: Form) {
    let runtime = clients::contenders::runtime();
    let many = [ours, ours_in_lines, jsonrpsee].map(|connect| connect(&runtime));
    let case = format!("add over a WebSocket, {IN_FLIGHT} in flight");
    measure(results, form, &runtime, &case, Shape::Tasks, &many);
    let [ours, _, jsonrpsee] = many;
    let [bare, other] = [tokio_websockets, tokio_tungstenite].map(|connect| connect(&runtime));
    let single = [ours, jsonrpsee, bare, other];
    let case = "add over a WebSocket, one at a time";
    measure(results, form, &runtime, case, Shape::Single, &single);
}

fn measure(
    results: &mut Results,
    form: Form,
    runtime: &Runtime,
    case: &str,
    shape: Shape,
    callers: &[Caller],
) {
    let mut turns: Vec<_> = callers
        .iter()
        .map(|caller| (caller.name, || caller.take_turn(runtime, shape)))
        .collect();
    let mut turns: Vec<(&str, &mut dyn FnMut() -> [f64; 3])> = turns
        .iter_mut()
        .map(|(name, turn)| (*name, turn as _))
        .collect();
    let [pace, own, of_server] = interleaved_several(form.pick(7, 15), &mut turns);
    let [pace_metric, _] = load::metrics(Ask::Add, shape);
    results.record(case, &pace_metric, &pace);
    let unit = "µs per call";
    results.record(case, &Metric::cost("client's processor time", unit), &own);
    let server_time = Metric::cost("server's processor time", unit);
    results.record(case, &server_time, &of_server);
}

/// Measures calls of one shape.
type Measure = Box<dyn Fn(&Runtime, Shape) -> Run>;

/// A connected client, and its server.
struct Caller {
    name: &'static str,
    server: Started,
    run: Measure,
}

impl Caller {
    fn new(name: &'static str, server: Started, client: impl Client) -> Self {
        Caller {
            name,
            server,
            run: Box::new(move |runtime, shape| {
                runtime.block_on(load::make_calls(&client, Ask::Add, shape, A_TURN))
            }),
        }
    }

    /// The pace, and the processor times of the client and of the server per call, in microseconds.
    fn take_turn(&self, runtime: &Runtime, shape: Shape) -> [f64; 3] {
        let before = cpu_time_of_threads(self.server.pid());
        let run = (self.run)(runtime, shape);
        let of_server = cpu_time_of_threads(self.server.pid()) - before;
        let a_call = |time: Duration| time.as_secs_f64() * 1e6 / run.calls as f64;
        [run.pace, a_call(run.own_time), a_call(of_server)]
    }
}

fn ours(runtime: &Runtime) -> Caller {
    let server = contender::RPC.start();
    let client = rpc_http::ws::Client::new(url(&server)).expect("the address is valid");
    proved(runtime, contender::RPC.name, server, Ours::over(client))
}

fn ours_in_lines(runtime: &Runtime) -> Caller {
    let server = contender::RPC_LINES.start();
    let client = rpc_stream::Client::new(format!("tcp://{}", server.address()));
    let client = client.expect("the address is valid");
    proved(
        runtime,
        contender::RPC_LINES.name,
        server,
        Ours::over(client),
    )
}

fn jsonrpsee(runtime: &Runtime) -> Caller {
    let server = contender::JSONRPSEE.start();
    let client = runtime.block_on(WsClientBuilder::default().build(url(&server)));
    let client = client.expect("the server listens");
    proved(
        runtime,
        contender::JSONRPSEE.name,
        server,
        Jsonrpsee::over(client),
    )
}

fn tokio_websockets(runtime: &Runtime) -> Caller {
    use tokio_websockets::{ClientBuilder, Message};

    let server = contender::TOKIO_WEBSOCKETS.start();
    let uri = url(&server).parse().expect("it is valid");
    let client = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(server.address()).await?;
        stream.set_nodelay(true)?;
        ClientBuilder::from_uri(uri).connect_on(stream).await
    });
    let (socket, _) = client.expect("the server listens");
    let echo = Echo::new(socket, || Message::text(CALL), |message| message.is_text());
    proved(runtime, contender::TOKIO_WEBSOCKETS.name, server, echo)
}

fn tokio_tungstenite(runtime: &Runtime) -> Caller {
    use tokio_tungstenite::client_async;
    use tokio_tungstenite::tungstenite::Message;

    let server = contender::TOKIO_TUNGSTENITE.start();
    let client = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(server.address()).await?;
        stream.set_nodelay(true)?;
        client_async(url(&server), stream).await
    });
    let (socket, _) = client.expect("the server listens");
    let echo = Echo::new(
        socket,
        || Message::text(CALL),
        |message| matches!(message, Message::Text(_)),
    );
    proved(runtime, contender::TOKIO_TUNGSTENITE.name, server, echo)
}

fn url(server: &Started) -> String {
    format!("ws://{}/", server.address())
}

/// The client, once it has made a call.
fn proved(
    runtime: &Runtime,
    name: &'static str,
    server: Started,
    mut client: impl Client,
) -> Caller {
    runtime.block_on(Ask::Add.of(&mut client));
    Caller::new(name, server, client)
}

/// What our client sends.
const CALL: &str = r#"{"jsonrpc":"2.0","method":"add","params":[2,3],"id":1}"#;

/// Sends a message, and waits for it to come back. It adds by itself.
struct Echo<S, M> {
    socket: Arc<Mutex<S>>,
    message: fn() -> M,
    is_right: fn(&M) -> bool,
}

impl<S, M> Echo<S, M> {
    fn new(socket: S, message: fn() -> M, is_right: fn(&M) -> bool) -> Self {
        Echo {
            socket: Arc::new(Mutex::new(socket)),
            message,
            is_right,
        }
    }
}

impl<S, M> Clone for Echo<S, M> {
    fn clone(&self) -> Self {
        Echo {
            socket: Arc::clone(&self.socket),
            ..*self
        }
    }
}

impl<S, M, E> Client for Echo<S, M>
where
    S: Sink<M, Error = E> + Stream<Item = Result<M, E>> + Unpin + Send + 'static,
    M: Send + 'static,
    E: std::fmt::Debug + Send,
{
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        let mut socket = self.socket.lock().await;
        let sent = socket.send((self.message)()).await;
        sent.expect("the connection is open");
        let message = socket.next().await.expect("the connection is open");
        assert!((self.is_right)(&message.expect("a message")));
        a + b
    }

    async fn echo(&mut self, _: &str) -> String {
        unimplemented!("only numbers are added")
    }

    async fn total(&mut self, _: &[Order]) -> f64 {
        unimplemented!("only numbers are added")
    }

    async fn list(&mut self, _: usize) -> f64 {
        unimplemented!("only numbers are added")
    }
}

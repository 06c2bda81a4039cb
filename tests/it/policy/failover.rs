//! Connections that are lost: a call goes to another server at once, and only the last one waits for its connection to come back.

use std::net::SocketAddr;

use tokio::runtime::Runtime;

use super::*;

/// A server in a runtime of its own, so that it can go without a word.
struct Doomed {
    runtime: Option<Runtime>,
    address: SocketAddr,
}

/// Serves a store at a listener, over whatever protocol.
type Serving = fn(TcpListener) -> Pin<Box<dyn Future<Output = ()> + Send>>;

impl Doomed {
    fn start(serving: Serving) -> Self {
        let mut server = Doomed {
            runtime: None,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        server.restart(serving);
        server
    }

    /// Takes its address again, which may still be in use for a moment.
    fn restart(&mut self, serving: Serving) {
        let begun = Instant::now();
        let listener = loop {
            match std::net::TcpListener::bind(self.address) {
                Ok(listener) => break listener,
                Err(error) => assert!(begun.elapsed() < LONG, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move { serving(TcpListener::from_std(listener).unwrap()).await });
        self.runtime = Some(runtime);
    }

    fn kill(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn over_http(listener: TcpListener) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let service = endpoint(StoreServer::new(Shelf::default()));
    Box::pin(async { drop(serve(listener, service).await) })
}

fn over_tcp(listener: TcpListener) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let service = StoreServer::new(Shelf::default());
    Box::pin(async { drop(rpc_stream::serve(listener, service).await) })
}

/// One of two servers dies for good. From then on, all calls go to the other one, without waiting for the first.
async fn survives<T: Transport>(serving: Serving, client: impl Fn(SocketAddr) -> Client<T>) {
    let mut servers = [(); 2].map(|()| Doomed::start(serving));
    let clients = [0, 1].map(|index: usize| client(servers[index].address));
    // Far longer than the test waits.
    let policy = quick().timeout(LONG * 4);
    let store = StoreClient::new(policy.over(Endpoints::of(clients)));
    let calls = async {
        for _ in 0..20 {
            assert!(store.get().await.unwrap());
        }
        servers[0].kill();
        for _ in 0..200 {
            assert!(store.get().await.unwrap());
        }
    };
    tokio::time::timeout(LONG, calls)
        .await
        .expect("it waits for a connection that does not come back");
}

#[tokio::test]
async fn over_websockets() {
    let client = |address| rpc_http::ws::Client::new(format!("ws://{address}/")).unwrap();
    survives(over_http, client).await;
}

#[tokio::test]
async fn over_sockets() {
    let client = |address| rpc_stream::Client::new(format!("tcp://{address}")).unwrap();
    survives(over_tcp, client).await;
}

#[tokio::test]
async fn over_zeromq() {
    let serving: Serving = |listener| {
        let service = StoreServer::new(Shelf::default());
        Box::pin(async { drop(rpc_zmq::serve(listener, service).await) })
    };
    let client = |address| rpc_zmq::Client::new(format!("tcp://{address}")).unwrap();
    survives(serving, client).await;
}

/// Calls that are not promised to be idempotent lose nothing either, once the loss is known.
#[tokio::test]
async fn a_call_that_was_not_sent_goes_elsewhere() {
    let mut servers = [(); 2].map(|()| Doomed::start(over_tcp));
    let addresses = [0, 1].map(|index: usize| servers[index].address);
    let clients =
        addresses.map(|address| rpc_stream::Client::new(format!("tcp://{address}")).unwrap());
    let store = StoreClient::new(quick().timeout(LONG * 4).over(Endpoints::of(clients)));
    for _ in 0..20 {
        assert!(store.put().await.unwrap());
    }
    servers[0].kill();
    // A few may have been sent before anybody knew.
    let mut unclear = 0;
    let calls = async {
        for _ in 0..200 {
            match store.put().await {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error.execution(), Execution::MaybeRun, "{error}");
                    unclear += 1;
                }
            }
        }
    };
    let in_time = tokio::time::timeout(LONG, calls);
    in_time.await.expect("it waits");
    assert!(unclear <= 1, "{unclear}");
}

/// Counts the attempts that have begun.
#[derive(Clone)]
struct Counted<T>(Client<T>, Arc<AtomicUsize>);

impl<T: Transport> Transport for Counted<T> {
    async fn send(&self, message: TransportRequest) -> Answer {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.transport().send(message).await
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0.transport().sleep(duration)
    }
}

/// If no server is left, the call waits for one, as it does without a policy.
#[tokio::test]
async fn the_last_server_is_waited_for() {
    let mut servers = [(); 2].map(|()| Doomed::start(over_http));
    let attempts = Arc::new(AtomicUsize::new(0));
    let clients = [0, 1].map(|index: usize| {
        let client = rpc_http::ws::Client::new(format!("ws://{}/", servers[index].address));
        Client::from_transport(Counted(client.unwrap(), Arc::clone(&attempts)))
    });
    let policy = quick().attempts(3).timeout(LONG);
    let store = StoreClient::new(policy.over(Endpoints::of(clients)));
    for _ in 0..20 {
        assert!(store.get().await.unwrap());
    }
    servers.iter_mut().for_each(Doomed::kill);
    let before = attempts.load(Ordering::SeqCst);
    let waiting = tokio::spawn(async move { store.get().await });
    while attempts.load(Ordering::SeqCst) < before + 2 {
        tokio::task::yield_now().await;
    }
    // Both again, since nobody knows for which of them it waits.
    servers
        .iter_mut()
        .for_each(|server| server.restart(over_http));
    let waited = tokio::time::timeout(LONG, waiting).await.expect("it hangs");
    assert!(waited.unwrap().unwrap());
}

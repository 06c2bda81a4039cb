//! Names with several addresses: each is a server, and the list follows the name.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;

use rpc_core::Context;
use rpc_http::{Builder, Connections, Resolve, ResolveError, resolve};

use super::*;
use crate::http::certificates::Authority;

const ONE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
const TWO: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

#[rpc]
trait Place {
    /// Where the server is, and the host that the client has asked for.
    async fn here(&self, #[rpc(context)] cx: &Context) -> (IpAddr, String);
}

struct At(IpAddr);

impl Place for At {
    async fn here(&self, cx: &Context) -> (IpAddr, String) {
        // HTTP/2 has it elsewhere.
        let host = cx.headers().get("host").map(|host| host.to_str().unwrap());
        (self.0, host.unwrap_or_default().to_owned())
    }
}

/// Servers at both addresses, with the same port.
async fn two_servers() -> u16 {
    let (one, two) = loop {
        let one = TcpListener::bind((ONE, 0)).await.unwrap();
        let port = one.local_addr().unwrap().port();
        // Somebody else may have it there.
        if let Ok(two) = TcpListener::bind((TWO, port)).await {
            break (one, two);
        }
    };
    let port = one.local_addr().unwrap().port();
    for (listener, address) in [(one, ONE), (two, TWO)] {
        let service = endpoint(PlaceServer::new(At(address)));
        tokio::spawn(serve(listener, service).into_future());
    }
    port
}

/// What a name means, which a test can change. Counts the questions.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<IpAddr>>>, Arc<AtomicUsize>);

impl Names {
    fn meaning(addresses: &[IpAddr]) -> Self {
        let names = Names::default();
        names.set(addresses);
        names
    }

    fn set(&self, addresses: &[IpAddr]) {
        *self.0.lock().unwrap() = addresses.to_vec();
    }

    fn resolve<C: Connections + 'static>(
        &self,
        port: u16,
        builder: fn() -> Builder<C>,
    ) -> Resolve<C> {
        let names = self.clone();
        resolve(format!("http://shop.test:{port}/"), builder).lookup(move |host| {
            names.1.fetch_add(1, Ordering::SeqCst);
            let addresses = names.0.lock().unwrap().clone();
            async move {
                assert_eq!(host, "shop.test");
                match addresses.is_empty() {
                    true => Err(io::ErrorKind::NotFound.into()),
                    false => Ok(addresses),
                }
            }
        })
    }

    /// Waits for some more questions.
    async fn asked_again(&self) {
        let before = self.1.load(Ordering::SeqCst);
        until(|| self.1.load(Ordering::SeqCst) >= before + 3).await;
    }
}

async fn until(is_true: impl Fn() -> bool) {
    let waiting = async {
        while !is_true() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LONG, waiting).await.expect("never");
}

/// Which servers answer a number of calls. The host stays the name.
async fn answering<T: Transport>(place: &PlaceClient<T>, port: u16) -> Vec<IpAddr> {
    let mut answering = Vec::new();
    for _ in 0..64 {
        let (address, host) = place.here().await.unwrap();
        assert_eq!(host, format!("shop.test:{port}"));
        answering.push(address);
    }
    answering.sort_unstable();
    answering.dedup();
    answering
}

async fn each_address_is_a_server<C: Connections + 'static>(builder: fn() -> Builder<C>) {
    let port = two_servers().await;
    let names = Names::meaning(&[TWO, ONE, ONE]);
    let servers = names.resolve(port, builder).endpoints().await.unwrap();
    let client = Policy::new().over(servers);
    let shown = client.transport().destination().unwrap().to_string();
    assert_eq!(shown, format!("http://shop.test:{port}/"));
    assert_eq!(answering(&PlaceClient::new(client), port).await, [ONE, TWO]);
}

#[tokio::test]
async fn each_address_is_a_server_of_the_lean_client() {
    each_address_is_a_server(lean::Client::builder).await;
}

#[tokio::test]
async fn each_address_is_a_server_of_the_client_on_reqwest() {
    each_address_is_a_server(rpc_http::Client::builder).await;
}

#[tokio::test]
async fn a_server_that_is_down_is_no_failure() {
    let port = two_servers().await;
    // Nobody listens there.
    let three = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
    let names = Names::meaning(&[ONE, TWO, three]);
    let servers = names.resolve(port, lean::Client::builder).endpoints();
    let place = PlaceClient::new(Policy::new().over(servers.await.unwrap()));
    assert_eq!(answering(&place, port).await, [ONE, TWO]);
}

#[tokio::test]
async fn the_list_follows_the_name() {
    let port = two_servers().await;
    let names = Names::meaning(&[ONE]);
    let servers = names.resolve(port, lean::Client::builder);
    let servers = servers.every(Duration::from_millis(5)).endpoints().await;
    let place = PlaceClient::new(Policy::new().over(servers.unwrap()));
    assert_eq!(answering(&place, port).await, [ONE]);
    names.set(&[ONE, TWO]);
    names.asked_again().await;
    assert_eq!(answering(&place, port).await, [ONE, TWO]);
    names.set(&[TWO]);
    names.asked_again().await;
    assert_eq!(answering(&place, port).await, [TWO]);
    // A name that nobody knows any more changes nothing.
    names.set(&[]);
    names.asked_again().await;
    assert_eq!(answering(&place, port).await, [TWO]);
    // Without a client, nobody asks.
    drop(place);
    until(|| Arc::strong_count(&names.0) == 1).await;
}

#[tokio::test]
async fn a_name_without_an_address_is_an_error() {
    let names = Names::default();
    let failed = names.resolve(80, lean::Client::builder).endpoints().await;
    assert!(matches!(failed, Err(ResolveError::Lookup(_))), "{failed:?}");
    let nothing = resolve("http://shop.test/", lean::Client::builder);
    let failed = nothing.lookup(|_| async { Ok(Vec::new()) }).endpoints();
    let failed = failed.await;
    assert!(matches!(failed, Err(ResolveError::NoAddress)), "{failed:?}");
    let failed = resolve("nonsense", lean::Client::builder).endpoints().await;
    assert!(matches!(failed, Err(ResolveError::Build(_))), "{failed:?}");
}

/// An address needs no lookup, and the system knows this machine.
#[tokio::test]
async fn addresses_and_the_systems_names() {
    let port = two_servers().await;
    for host in ["127.0.0.1", "localhost"] {
        let servers = resolve(format!("http://{host}:{port}/"), lean::Client::builder);
        let servers = servers.endpoints().await.unwrap();
        // For some systems, localhost is another address too, where nobody listens.
        let place = PlaceClient::new(quick().over(servers));
        let (address, asked) = place.here().await.unwrap();
        assert_eq!((address, asked), (ONE, format!("{host}:{port}")));
    }
}

/// The certificate is for the name and not for the address.
#[tokio::test]
async fn certificates_are_checked_for_the_name() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let service = endpoint(PlaceServer::new(At(ONE)));
    let serving = serve(listener, service).tls(authority.tls());
    tokio::spawn(serving.into_future());
    let pem = authority.pem.clone();
    let lean = {
        let pem = pem.clone();
        move || lean::Client::builder().root_certificates(pem.as_bytes())
    };
    let reqwest = move || rpc_http::Client::builder().root_certificates(pem.as_bytes());
    // The certificate is for `localhost`. What it means here is up to the test.
    checks_the_name(port, lean).await;
    checks_the_name(port, reqwest).await;
}

async fn checks_the_name<C: Connections + 'static>(
    port: u16,
    builder: impl Fn() -> Builder<C> + Clone + Send + Sync + 'static,
) {
    let of = async |host: &str| {
        let servers = resolve(format!("https://{host}:{port}/"), builder.clone());
        let servers = servers.lookup(|_| async { Ok(vec![ONE]) }).endpoints();
        let policy = Policy::new().attempts(1);
        PlaceClient::new(policy.over(servers.await.unwrap()))
    };
    let (address, _) = of("localhost").await.here().await.unwrap();
    assert_eq!(address, ONE);
    let refused = of("shop.test").await.here().await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused}");
}

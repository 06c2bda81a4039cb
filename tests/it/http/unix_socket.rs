//! HTTP over a Unix socket.

use rpc_core::{CallError, Dispatcher, Transport};
use rpc_http::server::{Listener, Peer};
use rpc_http::{BuildError, lean};
use tokio::net::{UnixListener, UnixStream};

use super::*;

/// A path that no other test uses.
fn socket_path(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("rpc-http-{name}-{}.sock", std::process::id()))
}

#[tokio::test]
async fn calls_over_a_unix_socket() {
    let path = socket_path("raw");
    let service = Dispatcher::new().method("caller", |cx: Context| async move {
        let peer = *cx.get::<Peer>().unwrap();
        (peer.is_unix(), peer.uid(), peer.pid())
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = Listener::bind_unix(&path).await.unwrap();
    let serve = serve(listener, endpoint(service));
    let task = tokio::spawn(serve.shutdown(async { drop(stopped.await) }).into_future());

    let mut stream = within(UnixStream::connect(&path)).await.unwrap();
    let message = r#"{"jsonrpc":"2.0","method":"caller","id":1}"#;
    let request = post(
        "content-type: application/json\r\nconnection: close\r\n",
        message,
    );
    within(stream.write_all(&request)).await.unwrap();
    let mut response = String::new();
    within(stream.read_to_string(&mut response)).await.unwrap();
    let uid = rustix::process::getuid().as_raw();
    let pid = std::process::id();
    let result = format!(r#""result":[true,{uid},{pid}],"id":1}}"#);
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.ends_with(&result), "{response}");

    stop.send(()).unwrap();
    within(task).await.unwrap().unwrap();
    assert!(!path.exists(), "the socket's file is left behind");
}

fn over(path: &std::path::Path) -> lean::ClientBuilder {
    lean::Client::builder().unix_socket(path)
}

/// What a method finds, called as a client would over TCP.
async fn hears<T: Transport>(client: &rpc_core::Client<T>) -> (bool, String) {
    let heard = client.call::<_, (bool, String)>("hears", ());
    within(heard).await.unwrap()
}

#[tokio::test]
async fn both_clients_call_over_a_unix_socket() {
    let path = socket_path("clients");
    let _ = std::fs::remove_file(&path);
    let service = Dispatcher::new().method("hears", |cx: Context| async move {
        let is_unix = cx.get::<Peer>().is_some_and(Peer::is_unix);
        (is_unix, cx.header("host").unwrap_or_default().to_owned())
    });
    // tokio's own listener does as well.
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(serve(listener, endpoint(service)).into_future());

    let lean = over(&path).build("http://shop.test/rpc").unwrap();
    for _ in 0..3 {
        assert_eq!(hears(&lean).await, (true, "shop.test".to_owned()));
    }
    let reqwest = Client::builder().configure_http(|http| http.unix_socket(&*path));
    let reqwest = reqwest.build("http://shop.test/rpc").unwrap();
    assert_eq!(hears(&reqwest).await, (true, "shop.test".to_owned()));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn axum_serves_over_a_unix_socket() {
    let path = socket_path("axum");
    let _ = std::fs::remove_file(&path);
    let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    let app = axum::Router::new().route_service("/rpc", endpoint(service));
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());

    let client = over(&path).build("http://localhost/rpc").unwrap();
    let sum: i64 = within(client.call("add", (1, 2))).await.unwrap();
    assert_eq!(sum, 3);
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_unix_socket_that_does_not_exist_is_named() {
    let path = socket_path("nobody\n");
    let client = over(&path).build("http://localhost/").unwrap();
    let error = within(client.call::<_, ()>("add", ())).await.unwrap_err();
    assert!(matches!(error, CallError::Transport(_)), "{error:?}");
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        said += &format!(": {error}");
        cause = error.source();
    }
    let shown = path.display().to_string().replace('\n', "\\u000a");
    assert!(
        said.contains(&format!("the Unix socket `{shown}`: No such file")),
        "{said}"
    );
}

#[test]
fn https_does_not_go_over_a_unix_socket() {
    let error = over(&socket_path("https")).build("https://localhost/");
    let error = error.unwrap_err();
    assert!(matches!(error, BuildError::HttpsOverUnixSocket));
    assert_eq!(
        error.to_string(),
        "over a Unix socket, the address has to be an HTTP URL, not HTTPS"
    );
}

//! HTTP over a Unix socket.

use rpc_core::Dispatcher;
use rpc_http::server::{Listener, Peer};
use tokio::net::UnixStream;

use super::*;

/// A path that no other test uses.
fn socket_path() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("rpc-http-{}.sock", std::process::id()))
}

#[tokio::test]
async fn calls_over_a_unix_socket() {
    let path = socket_path();
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

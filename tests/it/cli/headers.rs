//! What `rpc` says about itself, and replies in an encoding that it did not ask for.

use axum::Router;
use axum::response::IntoResponse;
use tokio::net::TcpListener;

use super::server::Server;
use super::*;

#[tokio::test]
async fn the_command_says_what_it_is_and_which_encodings_it_can_decode() {
    let server = Server::start().await;
    call(&server, &["echo", "hi"]).await.printed();
    call(&server, &["echo", "hi", "-H", "user-agent: shop/2"])
        .await
        .printed();
    let headers = server.seen.headers.lock().unwrap();
    let ours = format!("rpc-cli/{}", env!("CARGO_PKG_VERSION"));
    for (headers, name) in headers.iter().zip([&*ours, "shop/2"]) {
        assert_eq!(headers["user-agent"], name);
        assert_eq!(headers["accept-encoding"], "gzip,deflate");
    }
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let brotli = [0x8b, 0x00, 0x80, 0x22, 0x03];
    let answer = move || async move { ([("content-encoding", "br")], brotli).into_response() };
    let app = Router::new().fallback(answer);
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let ran = run(rpc(&["call", &url, "m"])).await;
    let error = format!(
        "error: may have run: m at {url}: the reply has the content encoding br, which this client can't decode"
    );
    assert_eq!(ran.failed(7), error);
    server.abort();
}

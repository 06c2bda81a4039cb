//! What `rpc` says about itself, and replies in an encoding that it did not ask for.

use axum::Router;
use axum::response::IntoResponse;
use tokio::net::TcpListener;

use super::server::Server;
use super::*;

#[tokio::test]
async fn the_command_says_what_it_is_and_asks_for_plain_replies() {
    let server = Server::start().await;
    call(&server, &["echo", "hi"]).await.printed();
    call(&server, &["echo", "hi", "-H", "user-agent: shop/2"])
        .await
        .printed();
    let headers = server.seen.headers.lock().unwrap();
    let ours = format!("rpc-cli/{}", env!("CARGO_PKG_VERSION"));
    for (headers, name) in headers.iter().zip([&*ours, "shop/2"]) {
        assert_eq!(headers["user-agent"], name);
        assert_eq!(headers["accept-encoding"], "identity");
    }
}

#[tokio::test]
async fn a_compressed_reply_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let gzip = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff];
    let answer = move || async move { ([("content-encoding", "gzip")], gzip).into_response() };
    let app = Router::new().fallback(answer);
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let ran = run(rpc(&["call", &url, "m"])).await;
    let error = format!(
        "error: may have run: m at {url}: the reply has the content encoding gzip, which this client can't decode"
    );
    assert_eq!(ran.failed(7), error);
    server.abort();
}

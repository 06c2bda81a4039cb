//! Which pages may open a stream, by the host that a request names. HTTP/2 names it in the URL. The server speaks HTTP/1.1, but the
//! endpoint may stand below one that speaks both.

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, ORIGIN};
use http::{Request, StatusCode, Version};
use rpc_http::server::endpoint;
use tower_service::Service as _;

use crate::streams::feed::{FeedServer, Source};

/// What becomes of a page that opens a stream.
async fn opened(version: Version, url: &str, host: Option<&str>, origin: &str) -> StatusCode {
    let call = r#"{"jsonrpc":"2.0","method":"feed.count","params":[1],"id":1}"#;
    let mut request = Request::post(url)
        .version(version)
        .header(ORIGIN, origin)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "text/event-stream")
        .body(Body::from(call))
        .unwrap();
    if let Some(host) = host {
        let host = host.parse().unwrap();
        request.headers_mut().insert(HOST, host);
    }
    let mut endpoint = endpoint(FeedServer::new(Source::default()));
    endpoint.call(request).await.unwrap().status()
}

#[tokio::test]
async fn a_page_must_come_from_the_host_that_its_request_names() {
    const OWN: &str = "https://shop.example";
    const EVIL: &str = "https://evil.example";
    const URL: &str = "https://shop.example/";
    let (allowed, refused) = (StatusCode::OK, StatusCode::FORBIDDEN);
    for (version, url, host, origin, status) in [
        (Version::HTTP_2, URL, None, OWN, allowed),
        (Version::HTTP_2, URL, None, EVIL, refused),
        (Version::HTTP_2, URL, Some("shop.example"), OWN, allowed),
        // The URL is what counts.
        (Version::HTTP_2, URL, Some("evil.example"), EVIL, refused),
        (Version::HTTP_2, URL, Some("evil.example"), OWN, allowed),
        (
            Version::HTTP_2,
            "https://shop.example:8443/",
            None,
            OWN,
            refused,
        ),
        (
            Version::HTTP_2,
            "https://shop.example:8443/",
            None,
            "https://shop.example:8443",
            allowed,
        ),
        (Version::HTTP_11, "/", Some("shop.example"), OWN, allowed),
        (Version::HTTP_11, "/", Some("shop.example"), EVIL, refused),
    ] {
        let opened = opened(version, url, host, origin).await;
        assert_eq!(opened, status, "{version:?} {url} {host:?} {origin}");
    }
}

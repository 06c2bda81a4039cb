//! The endpoint inside an application.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use rpc_core::Dispatcher;
use rpc_http::server::{Peer, RouterExt};
use tower_http::timeout::TimeoutLayer;

use super::*;

#[derive(Clone, Debug, PartialEq)]
struct User(String);

#[derive(Clone)]
struct Shared(&'static str);

/// Tells what a method finds in its context.
fn looking() -> Dispatcher {
    Dispatcher::new()
        .method("user", |cx: Context| async move {
            cx.get::<User>().map(|user| user.0.clone())
        })
        .method("shared", |cx: Context| async move {
            cx.get::<Shared>().map(|shared| shared.0)
        })
        .method("peer", |cx: Context| async move {
            cx.get::<Peer>().map(Peer::to_string)
        })
}

async fn only_ann(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    match request.headers().get("authorization") {
        Some(value) if value == "Bearer ann" => {
            request.extensions_mut().insert(User("ann".to_owned()));
            Ok(next.run(request).await)
        }
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

fn app() -> Router {
    let inner = Router::new()
        .route_service("/rpc", endpoint(looking()))
        .layer(axum::middleware::from_fn(only_ann));
    Router::new()
        .route_service("/probe", probe())
        .nest("/api/v1", inner)
        .layer(axum::Extension(Shared("state")))
        .route(
            "/health",
            get(|State(text): State<&'static str>| async move { text }),
        )
        .with_state("fine")
}

async fn shows_all_of_the_app(url: &str, knows_peer: bool) {
    let ann = Client::builder().bearer_auth("ann");
    let ann = ann.build(format!("{url}api/v1/rpc")).unwrap();
    let user: String = ann.call("user", ()).await.unwrap();
    assert_eq!(user, "ann");
    let shared: String = ann.call("shared", ()).await.unwrap();
    assert_eq!(shared, "state");
    let peer: Option<SocketAddr> = ann.call("peer", ()).await.unwrap();
    assert_eq!(peer.is_some(), knows_peer);
    assert!(peer.is_none_or(|peer| peer.ip().is_loopback()));

    let nobody = Client::new(format!("{url}api/v1/rpc")).unwrap();
    let error = nobody.call::<_, String>("user", ()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("user at {url}api/v1/rpc: the server answered with HTTP status 401 Unauthorized")
    );

    let probe = ProbeClient::new(Client::new(format!("{url}probe")).unwrap());
    assert_eq!(probe.echo("hi").await.unwrap(), "hi");

    let health = reqwest::get(format!("{url}health")).await.unwrap();
    assert_eq!(health.text().await.unwrap(), "fine");
    let missing = reqwest::get(format!("{url}nothing")).await.unwrap();
    assert_eq!(missing.status(), 404);
    let page = reqwest::get(format!("{url}probe")).await.unwrap();
    assert_eq!(page.status(), 405);
    assert_eq!(page.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_router_is_served() {
    let server = running(app()).await;
    within(shows_all_of_the_app(&server.url(), true)).await;
}

#[tokio::test]
async fn axum_serves_it_as_well() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app()).into_future());
    within(shows_all_of_the_app(&url, false)).await;
}

#[tokio::test]
async fn the_endpoint_s_own_values_are_in_the_context() {
    let endpoint = endpoint(looking())
        .extension(User("built in".to_owned()))
        .extension(Shared("early"))
        .extension(Shared("late"));
    let server = running(endpoint).await;
    let client = server.client();
    let (user, shared, peer) = within(client.batch((
        client.call::<_, String>("user", ()),
        client.call::<_, String>("shared", ()),
        client.call::<_, SocketAddr>("peer", ()),
    )))
    .await
    .unwrap();
    assert_eq!(user.unwrap(), "built in");
    assert_eq!(shared.unwrap(), "late");
    assert!(peer.unwrap().ip().is_loopback());
}

/// What a layer has checked is not to be overridden by what was there before the request came.
#[tokio::test]
async fn a_value_from_a_layer_takes_precedence() {
    let endpoint = endpoint(looking()).extension(User("nobody".to_owned()));
    let app = Router::new()
        .route_service("/", endpoint)
        .layer(axum::middleware::from_fn(only_ann));
    let server = running(app).await;
    let client = Client::builder().bearer_auth("ann").build(server.url());
    let user = client.unwrap().call::<_, String>("user", ());
    assert_eq!(within(user).await.unwrap(), "ann");
}

/// A layer that drops a response's future can't be told from a client that has gone.
#[tokio::test]
async fn a_layer_s_timeout_cancels_the_call_if_a_disconnect_does() {
    for cancels in [true, false] {
        let (watch, endpoint) = watched();
        let limit = Duration::from_millis(200);
        let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit);
        let app = Router::new()
            .route_service("/", endpoint.cancel_on_disconnect(cancels))
            .layer(timeout);
        let server = running(app).await;
        let mut raw = server.connect().await;
        raw.send(&json(r#"{"jsonrpc":"2.0","method":"gate","id":1}"#))
            .await;
        let response = raw.response().await;
        assert!(response.starts_with("HTTP/1.1 504 "), "{response}");
        if cancels {
            watch.until_cancelled(1).await;
        } else {
            watch.gate.add_permits(1);
            watch.until_finished(1).await;
        }
        assert_eq!(server.probe().echo("hi").await.unwrap(), "hi");
    }
}

/// Each has its own bound on messages in flight, and the clones of one share theirs.
#[tokio::test]
async fn several_endpoints_stand_in_one_router() {
    let (watch, busy) = watched();
    let busy = busy.max_in_flight(1);
    let app = Router::new()
        .route_service("/a", busy.clone())
        .route_service("/b", busy)
        .route_service("/other", probe().max_in_flight(1));
    let server = running(app).await;
    let at = |path: &str| ProbeClient::new(Client::new(format!("{}{path}", server.url())).unwrap());
    let held = tokio::spawn(at("a").gate());
    watch.until_started(1).await;
    for path in ["a", "b"] {
        let error = within(at(path).echo("hi")).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "echo at {}{path}: the server answered with HTTP status 503 Service Unavailable",
                server.url()
            )
        );
    }
    assert_eq!(at("other").echo("hi").await.unwrap(), "hi");
    watch.gate.add_permits(1);
    assert_eq!(within(held).await.unwrap().unwrap(), "through");
}

/// The state of an application.
#[derive(Clone, Debug, PartialEq)]
struct App(&'static str);

fn stateful() -> Dispatcher {
    looking().method("state", |cx: Context| async move {
        cx.get::<App>().map(|app| app.0)
    })
}

#[tokio::test]
async fn a_router_takes_a_service_and_lends_it_its_state() {
    let inner = Router::new()
        .rpc("/rpc", stateful())
        .rpc("/small", endpoint(stateful()).max_message(50))
        .rpc("/server", rpc_core::Server::new(stateful()).max_batch(1))
        .layer(axum::middleware::from_fn(only_ann));
    let app = Router::new()
        .nest("/api", inner)
        .route(
            "/state",
            get(|State(App(text)): State<App>| async move { text }),
        )
        .with_state(App("shop"));
    let server = running(app).await;
    let at = |path: &str| {
        let ann = Client::builder().bearer_auth("ann");
        ann.build(format!("{}{path}", server.url())).unwrap()
    };
    for path in ["api/rpc", "api/server"] {
        let client = at(path);
        let state: String = within(client.call("state", ())).await.unwrap();
        assert_eq!(state, "shop");
        let user: String = within(client.call("user", ())).await.unwrap();
        assert_eq!(user, "ann");
        let peer: Option<SocketAddr> = within(client.call("peer", ())).await.unwrap();
        assert!(peer.is_some());
    }
    let state = at("api/small").call::<_, String>("state", (" ".repeat(50),));
    let error = within(state).await.unwrap_err();
    assert!(error.to_string().contains("413"), "{error}");
    let nobody = Client::new(format!("{}api/rpc", server.url())).unwrap();
    let error = within(nobody.call::<_, String>("state", ()))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("401"), "{error}");

    let page = reqwest::get(format!("{}api/rpc", server.url()));
    assert_eq!(within(page).await.unwrap().status(), 401);
    let state = reqwest::get(format!("{}state", server.url()));
    assert_eq!(within(state).await.unwrap().text().await.unwrap(), "shop");
}

#[tokio::test]
async fn a_layer_s_value_takes_the_place_of_the_state() {
    let app = Router::new()
        .rpc("/", stateful())
        .layer(axum::Extension(App("layer")))
        .with_state(App("state"));
    let server = running(app).await;
    let state: String = within(server.client().call("state", ())).await.unwrap();
    assert_eq!(state, "layer");
    // Without a state, the endpoint says itself which HTTP methods there are.
    let server = running(Router::new().rpc("/", stateful())).await;
    let state: Option<String> = within(server.client().call("state", ())).await.unwrap();
    assert_eq!(state, None);
    let page = within(reqwest::get(server.url())).await.unwrap();
    assert_eq!(page.status(), 405);
    assert_eq!(page.headers()["allow"], "POST");
}

//! An endpoint in an axum application. It sits next to ordinary routes and behind a middleware that authenticates the
//! caller, and its methods share the application's state.
#![allow(missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header::AUTHORIZATION};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use rpc_core::{Context, RpcError, Server, rpc};
use rpc_http::Client;
use rpc_http::server::{RouterExt, serve};

#[rpc(namespace = "notes")]
pub trait Notes {
    /// Adds a note under the caller's name and returns the number of notes.
    async fn add(&self, text: &str, #[rpc(context)] cx: &Context) -> Result<u64, NoteError>;
}

#[derive(Debug, thiserror::Error, RpcError)]
pub enum NoteError {
    #[error("notes are not anonymous")]
    #[rpc(code = 1001)]
    Anonymous,
}

/// The caller. The middleware puts it into the request's extensions, and the method gets it from its context.
#[derive(Clone)]
struct User(String);

/// The application's state, shared by its routes and its methods.
#[derive(Default)]
struct App {
    notes: AtomicU64,
}

struct NotesService;

impl Notes for NotesService {
    async fn add(&self, text: &str, cx: &Context) -> Result<u64, NoteError> {
        let User(user) = cx.get().ok_or(NoteError::Anonymous)?;
        let app: &Arc<App> = cx.get().expect("the router has this state");
        println!("{user} notes: {text}");
        Ok(app.notes.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

async fn authenticate(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let user = match token {
        Some("Bearer ann's token") => User("ann".to_owned()),
        _ => return Err(StatusCode::UNAUTHORIZED),
    };
    request.extensions_mut().insert(user);
    Ok(next.run(request).await)
}

/// Counts the notes, for anyone who asks: the middleware only guards the routes that are added before it.
async fn count(State(app): State<Arc<App>>) -> String {
    format!("{} notes\n", app.notes.load(Ordering::Relaxed))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let notes = Server::new(NotesServer::new(NotesService)).max_batch(20);
    let app = Router::new()
        .rpc("/rpc", notes)
        .layer(middleware::from_fn(authenticate))
        .route("/count", get(count))
        .with_state(Arc::new(App::default()));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/rpc", listener.local_addr()?);
    // `axum::serve(listener, app)` works too. This `serve` also limits the number of connections and closes slow ones.
    tokio::spawn(serve(listener, app).into_future());

    let ann = NotesClient::new(Client::builder().bearer_auth("ann's token").build(&url)?);
    println!("notes so far: {}", ann.add("buy tea").await?);

    let anonymous = NotesClient::new(Client::new(&url)?);
    match anonymous.add("steal tea").await {
        Err(error) => println!("without a token: {error}"),
        Ok(_) => println!("without a token: let in"),
    }
    Ok(())
}

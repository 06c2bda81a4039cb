//! An endpoint in an axum application: beside ordinary routes, behind a middleware that checks who is asking, and with
//! the application's state in reach of the methods.
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
use rpc_http::server::{endpoint, serve};

#[rpc(namespace = "notes")]
pub trait Notes {
    /// Adds a note under the caller's name, and tells how many notes there are.
    async fn add(&self, text: &str, #[rpc(context)] cx: &Context) -> Result<u64, NoteError>;
}

#[derive(Debug, thiserror::Error, RpcError)]
pub enum NoteError {
    #[error("notes are not anonymous")]
    #[rpc(code = 1001)]
    Anonymous,
}

/// Who is asking: the middleware puts it into the request's extensions, and the method finds it in its context.
#[derive(Clone)]
struct User(String);

/// The application's state, which its routes and its methods share.
#[derive(Default)]
struct App {
    notes: AtomicU64,
}

struct NotesService(Arc<App>);

impl Notes for NotesService {
    async fn add(&self, text: &str, cx: &Context) -> Result<u64, NoteError> {
        let User(user) = cx.get().ok_or(NoteError::Anonymous)?;
        println!("{user} notes: {text}");
        Ok(self.0.notes.fetch_add(1, Ordering::Relaxed) + 1)
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

async fn count(State(app): State<Arc<App>>) -> String {
    format!("{} notes\n", app.notes.load(Ordering::Relaxed))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let state = Arc::new(App::default());
    let notes = Server::new(NotesServer::new(NotesService(Arc::clone(&state)))).max_batch(20);
    let app = Router::new()
        .route_service("/rpc", endpoint(notes))
        .layer(middleware::from_fn(authenticate))
        .route("/count", get(count))
        .with_state(state);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/rpc", listener.local_addr()?);
    // `axum::serve(listener, app)` would do as well; this one has limits on connections and their times.
    tokio::spawn(serve(listener, app).into_future());

    let ann = NotesClient::new(Client::builder().bearer_auth("ann's token").build(&url)?);
    println!("that makes {} notes", ann.add("buy tea").await?);

    let nobody = NotesClient::new(Client::new(&url)?);
    match nobody.add("steal tea").await {
        Err(error) => println!("nobody: {error}"),
        Ok(_) => println!("nobody was let in"),
    }
    Ok(())
}

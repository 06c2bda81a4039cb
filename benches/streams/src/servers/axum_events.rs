//! axum's `Sse`. Its events have only the item, so they are shorter than ours.

use axum::extract::Path;
use axum::response::Sse;
use axum::response::sse::Event;
use axum::routing::post;
use axum::{Error, Router};
use futures_util::{Stream, stream};
use tokio::net::TcpListener;

pub(super) async fn serve(listener: TcpListener) {
    let app = Router::new().route("/watch/{items}", post(watch));
    let served = axum::serve(listener, app).await;
    served.expect("the listener works");
}

async fn watch(Path(items): Path<usize>) -> Sse<impl Stream<Item = Result<Event, Error>>> {
    let events = (0..items).map(|_| Event::default().json_data(work::ITEM));
    Sse::new(stream::iter(events))
}

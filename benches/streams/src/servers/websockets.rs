//! tokio-websockets alone: the floor for everything over a WebSocket.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_websockets::{Error, Message, ServerBuilder, WebSocketStream};

use super::{Asked, WAITING, item_message};

type News = broadcast::Sender<Bytes>;

pub(super) async fn serve(listener: TcpListener) {
    let news = News::new(WAITING);
    loop {
        let (stream, _) = listener.accept().await.expect("the listener works");
        stream.set_nodelay(true).expect("it is open");
        tokio::spawn(answer(stream, news.clone()));
    }
}

async fn answer(stream: TcpStream, news: News) -> Result<(), Error> {
    let (_, mut socket) = ServerBuilder::new().accept(stream).await?;
    let item = Bytes::from(item_message());
    let short = item.slice(..100);
    while let Some(message) = socket.next().await {
        let message = message?;
        match message.as_text().map_or(Asked::Echo, Asked::of) {
            Asked::Watch(items) => send(&mut socket, items, &item).await?,
            Asked::Flood(messages) => send(&mut socket, messages, &short).await?,
            Asked::News => {
                let news = news.subscribe();
                socket.send(message).await?;
                return follow(&mut socket, news).await;
            }
            Asked::Publish(items) => {
                for _ in 0..items {
                    // Nobody may have subscribed.
                    let _ = news.send(item.clone());
                }
                socket.send(message).await?;
            }
            Asked::Echo => socket.send(message).await?,
        }
    }
    Ok(())
}

async fn send(
    socket: &mut WebSocketStream<TcpStream>,
    messages: usize,
    message: &Bytes,
) -> Result<(), Error> {
    for _ in 0..messages {
        socket.feed(Message::text(message.clone())).await?;
    }
    socket.flush().await
}

/// Sends whatever is published, with one flush for all that has come at once.
async fn follow(
    socket: &mut WebSocketStream<TcpStream>,
    mut news: broadcast::Receiver<Bytes>,
) -> Result<(), Error> {
    while let Ok(item) = news.recv().await {
        socket.feed(Message::text(item)).await?;
        while let Ok(item) = news.try_recv() {
            socket.feed(Message::text(item)).await?;
        }
        socket.flush().await?;
    }
    Ok(())
}

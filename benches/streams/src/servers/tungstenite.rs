//! tokio-tungstenite alone, to be compared with tokio-websockets.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::{Asked, item_message};

pub(super) async fn serve(listener: TcpListener) {
    loop {
        let (stream, _) = listener.accept().await.expect("the listener works");
        stream.set_nodelay(true).expect("it is open");
        tokio::spawn(answer(stream));
    }
}

async fn answer(stream: TcpStream) -> Result<(), Error> {
    let mut socket = accept_async(stream).await?;
    let item = Utf8Bytes::from(item_message());
    let short = Utf8Bytes::from(&item[..100]);
    while let Some(message) = socket.next().await {
        let message = message?;
        match message.to_text().map_or(Asked::Echo, Asked::of) {
            Asked::Watch(items) => send(&mut socket, items, &item).await?,
            Asked::Flood(messages) => send(&mut socket, messages, &short).await?,
            _ => socket.send(message).await?,
        }
    }
    Ok(())
}

async fn send(
    socket: &mut WebSocketStream<TcpStream>,
    messages: usize,
    message: &Utf8Bytes,
) -> Result<(), Error> {
    for _ in 0..messages {
        socket.feed(Message::Text(message.clone())).await?;
    }
    socket.flush().await
}

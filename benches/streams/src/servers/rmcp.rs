//! rmcp's transport over a Unix socket, without its service: it reads lines, and sends notifications of progress.

use rmcp::RoleServer;
use rmcp::model::{
    Notification, NumberOrString, ProgressNotificationParam, ProgressToken, ServerJsonRpcMessage,
    ServerNotification,
};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::{Asked, own_unix_socket};

pub(super) async fn serve(listener: TcpListener) {
    let socket = UnixListener::bind(own_unix_socket(&listener)).expect("the name is not in use");
    loop {
        let (stream, _) = socket.accept().await.expect("the listener works");
        tokio::spawn(answer(stream));
    }
}

/// Sends as many items as each line asks for. The request is not of MCP, which has no streams.
async fn answer(stream: UnixStream) {
    let (read, write) = stream.into_split();
    let mut transport =
        AsyncRwTransport::<RoleServer, _, _>::new_server(tokio::io::empty(), write);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Asked::Watch(items) = Asked::of(&line) else {
            return;
        };
        for at in 0..items {
            if transport.send(progress(at)).await.is_err() {
                return;
            }
        }
    }
}

fn progress(at: usize) -> ServerJsonRpcMessage {
    let token = ProgressToken(NumberOrString::Number(1));
    let progress = ProgressNotificationParam::new(token, at as f64).with_message(work::ITEM);
    let notification = ServerNotification::ProgressNotification(Notification::new(progress));
    ServerJsonRpcMessage::notification(notification)
}

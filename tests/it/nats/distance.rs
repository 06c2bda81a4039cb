//! [`Distance`]: a server of NATS as it looks from far away.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;

/// Passes connections on to a server. Everything arrives later.
pub struct Distance {
    address: String,
    task: JoinHandle<()>,
}

impl Distance {
    pub async fn of(server: &Server, delay: Duration) -> Distance {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("nats://{}", listener.local_addr().unwrap());
        let server = server.address().replace("nats://", "");
        let task = tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let far = TcpStream::connect(&server).await.unwrap();
                let (near_read, near_write) = near.into_split();
                let (far_read, far_write) = far.into_split();
                tokio::spawn(carry(near_read, far_write, delay));
                tokio::spawn(carry(far_read, near_write, delay));
            }
        });
        Distance { address, task }
    }

    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Distance {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Carries bytes from one end to the other, each with the same delay.
async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin + Send + 'static,
    delay: Duration,
) {
    let (sender, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((due, bytes)) = under_way.recv().await {
            tokio::time::sleep_until(due.into()).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        let due = Instant::now() + delay;
        if sender.send((due, bytes[..length].to_vec())).is_err() {
            return;
        }
    }
}

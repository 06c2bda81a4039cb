//! A command that serves, such as `rpc mock`.

use super::failures::interrupt;
use super::*;

/// A command that serves. Stopped on drop.
pub struct Served {
    pub url: String,
    child: Child,
}

impl Served {
    /// Starts `rpc` with these arguments, and waits for the URL on its stdout.
    pub async fn start(arguments: &[&str]) -> Self {
        Served::of(rpc(arguments)).await
    }

    pub async fn of(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(LIMIT, lines.next_line()).await;
        match line.expect("it prints no URL").unwrap() {
            Some(url) => Served { url, child },
            None => panic!("it ended: {:?}", end_of(child).await),
        }
    }

    /// The same server over a WebSocket.
    pub fn websocket(&self) -> String {
        self.url.replacen("http", "ws", 1)
    }

    /// Ends it with Ctrl-C.
    pub async fn stop(self) -> Ran {
        interrupt(&self.child);
        end_of(self.child).await
    }

    /// The result of a call, as `rpc call` prints it.
    pub async fn call(&self, words: &[&str]) -> String {
        self.ran(words).await.printed().to_owned()
    }

    pub async fn ran(&self, words: &[&str]) -> Ran {
        run(rpc(&[&["call", &self.url], words].concat())).await
    }

    /// The reply to a message, as curl gets it.
    pub async fn post(&self, message: &str) -> String {
        let mut command = Command::new("curl");
        let header = "content-type: application/json";
        command.args(["-sS", &self.url, "-H", header, "-d", message]);
        run(command).await.printed().to_owned()
    }
}

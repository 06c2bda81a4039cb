//! [`Worker`]: a worker in a process of its own, which writes down what it runs.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rpc_nats::async_nats;
use tokio::sync::oneshot;

use crate::{Result, Shop, ShopServer, until};

/// How often each number was run.
pub type Runs = HashMap<u64, usize>;

/// What the process of a worker does, until its standard input is closed.
pub async fn run(addresses: &str) -> Result {
    let nats = connect(addresses).await?;
    let (stop, stopped) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _closed = io::stdin().read_to_end(&mut Vec::new());
        drop(stop);
    });
    let worker = rpc_nats::serve(nats, "shop", ShopServer::new(Clerk));
    worker.shutdown(async { drop(stopped.await) }).await?;
    Ok(())
}

/// A connection to one of the nodes, which goes to another one when that one is lost.
pub async fn connect(addresses: &str) -> Result<async_nats::Client> {
    let options = async_nats::ConnectOptions::new()
        .retry_on_initial_connect()
        .reconnect_delay_callback(|_| Duration::from_millis(50));
    let addresses = addresses.split(',').map(str::parse);
    let addresses = addresses.collect::<std::result::Result<Vec<async_nats::ServerAddr>, _>>()?;
    Ok(options.connect(addresses).await?)
}

struct Clerk;

impl Clerk {
    /// Writes the number down, and then takes a while.
    async fn run(number: u64) -> u64 {
        println!("{number}");
        tokio::time::sleep(Duration::from_millis(2)).await;
        number
    }
}

impl Shop for Clerk {
    async fn look(&self, number: u64) -> u64 {
        Clerk::run(number).await
    }

    async fn place(&self, number: u64) -> u64 {
        Clerk::run(number).await
    }
}

/// The process of a worker, as its parent sees it.
pub struct Worker {
    process: Child,
    runs: Arc<Mutex<Runs>>,
    /// Ends when all has been read that the process has written, also if it was killed.
    reader: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(addresses: &str) -> Result<Worker> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["worker", addresses]);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let runs = Arc::default();
        let written = process.stdout.take().ok_or("a worker without an output")?;
        let reader = std::thread::spawn({
            let runs = Arc::clone(&runs);
            move || read(written, &runs)
        });
        Ok(Worker {
            process,
            runs,
            reader: Some(reader),
        })
    }

    /// What it has run so far.
    pub fn runs(&self) -> Runs {
        let runs = self.runs.lock();
        runs.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub async fn until_it_works(&self) -> Result {
        until("a worker works", || !self.runs().is_empty()).await
    }

    /// Asks it to stop, and waits until it has done what it had to do.
    pub async fn stop(&mut self) -> Result {
        drop(self.process.stdin.take());
        if let Some(reader) = self.reader.take() {
            until("a worker stops", || reader.is_finished()).await?;
        }
        self.process.wait()?;
        Ok(())
    }

    /// Ends it without warning.
    pub fn kill(&mut self) -> io::Result<()> {
        self.process.kill()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _reaped_already = self.process.wait();
    }
}

fn read(written: ChildStdout, runs: &Mutex<Runs>) {
    for line in BufReader::new(written).lines().map_while(io::Result::ok) {
        if let Ok(number) = line.parse() {
            let mut runs = runs.lock().unwrap_or_else(PoisonError::into_inner);
            *runs.entry(number).or_default() += 1;
        }
    }
}

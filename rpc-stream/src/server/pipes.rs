//! [`open()`]: stdin and stdout, each on a thread of its own.
//!
//! A read from stdin can't be broken off. On one of tokio's threads, it would keep the runtime from ending.

use std::io::{self, Read, Write};
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, Join, duplex, join};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// How many bytes wait between a thread and the connection.
const BETWEEN: usize = 64 * 1024;

/// Stdin and stdout as one stream.
pub(super) struct Pipes {
    pub(super) io: Join<DuplexStream, DuplexStream>,
    /// Completes when everything is written, after the stream has been closed.
    pub(super) written: oneshot::Receiver<io::Result<()>>,
}

/// Starts the threads.
pub(super) fn open() -> io::Result<Pipes> {
    let runtime = Handle::current();
    let (input, from_stdin) = duplex(BETWEEN);
    let (to_stdout, output) = duplex(BETWEEN);
    let (done, written) = oneshot::channel();
    let of_reader = runtime.clone();
    thread::Builder::new()
        .name("rpc-stdin".to_owned())
        .spawn(move || read(&of_reader, input))?;
    thread::Builder::new()
        .name("rpc-stdout".to_owned())
        .spawn(move || drop(done.send(write(&runtime, output))))?;
    Ok(Pipes {
        io: join(from_stdin, to_stdout),
        written,
    })
}

/// Passes on what comes from stdin, until its end, or until nobody wants it any more.
fn read(runtime: &Handle, mut input: DuplexStream) {
    let mut buffer = vec![0; BETWEEN];
    let mut stdin = io::stdin().lock();
    loop {
        let length = match stdin.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0, // nothing more comes
        };
        let passed_on = runtime.block_on(input.write_all(&buffer[..length]));
        if length == 0 || passed_on.is_err() {
            return;
        }
    }
}

/// Writes what there is to stdout, until the stream is closed.
fn write(runtime: &Handle, mut output: DuplexStream) -> io::Result<()> {
    let mut buffer = vec![0; BETWEEN];
    let mut stdout = io::stdout().lock();
    loop {
        let length = runtime.block_on(output.read(&mut buffer))?;
        if length == 0 {
            return Ok(());
        }
        stdout.write_all(&buffer[..length])?;
        stdout.flush()?;
    }
}

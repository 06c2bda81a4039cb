//! [`Screen`]: a program on a terminal, and what appears there.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::{LIMIT, environment};

pub struct Screen {
    pty: Arc<Pty>,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Screen {
    /// Starts a program on a terminal of 80 by 24 characters, which is its controlling terminal.
    pub fn start(
        program: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        stdout: Option<OwnedFd>,
    ) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, 80)).unwrap();
        let mut command = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(environment())
            .envs(variables.iter().copied());
        if let Some(stdout) = stdout {
            command = command.stdout(stdout);
        }
        let child = command.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let shown = Arc::default();
        std::thread::spawn({
            let (pty, shown) = (Arc::clone(&pty), Arc::clone(&shown));
            move || watch(&pty, &shown)
        });
        Screen { pty, child, shown }
    }

    /// Everything that was written, escape sequences included.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    pub fn write(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Waits until a text appears.
    pub async fn until(&self, text: &str) {
        let since = Instant::now();
        while !self.shown().contains(text) {
            assert!(since.elapsed() < LIMIT, "no {text:?} in {:?}", self.shown());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits for the end of the program. Returns its exit code and everything it wrote.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let since = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(since.elapsed() < LIMIT, "it hangs: {:?}", self.shown());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        // The watching thread ends when the terminal closes.
        while Arc::strong_count(&self.shown) > 1 {
            assert!(since.elapsed() < LIMIT, "the terminal stays open");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        (status.code(), self.shown())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// On Linux, reading fails once no process has the terminal open.
fn watch(mut pty: &Pty, shown: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(length) = pty.read(&mut buffer) {
        if length == 0 {
            break;
        }
        shown.lock().unwrap().extend(&buffer[..length]);
    }
}

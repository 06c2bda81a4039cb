//! [`Screen`]: a program on a terminal, and what a person would see there.

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
    /// Starts a program of 80 by 24 characters, whose controlling terminal this is.
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

    /// All that was written, with the commands to the terminal.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    pub fn write(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Waits until a text is shown.
    pub async fn until(&self, text: &str) {
        let since = Instant::now();
        while !self.shown().contains(text) {
            assert!(since.elapsed() < LIMIT, "no {text:?} in {:?}", self.shown());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits for the program's end: its code, and all that it has shown.
    pub async fn end(mut self) -> (Option<i32>, String) {
        let since = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(since.elapsed() < LIMIT, "it hangs: {:?}", self.shown());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        // The watcher ends with the terminal.
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

/// Linux ends a terminal that nobody has open any more with an error.
fn watch(mut pty: &Pty, shown: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(length) = pty.read(&mut buffer) {
        if length == 0 {
            break;
        }
        shown.lock().unwrap().extend(&buffer[..length]);
    }
}

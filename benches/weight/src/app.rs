//! [`App`]: a small program, written with one of the frameworks.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, output, own_folder, scratch, seconds, touch};

/// A package in `apps`.
pub struct App {
    pub contender: &'static str,
    name: &'static str,
}

impl App {
    /// An app, by its contender and its folder in `apps`.
    pub const fn new(contender: &'static str, name: &'static str) -> Self {
        App { contender, name }
    }

    /// The folder with its manifest.
    pub fn folder(&self) -> PathBuf {
        own_folder().join("apps").join(self.name)
    }

    /// Downloads its dependencies, so that builds don't need to.
    pub fn fetch(&self) {
        output(&mut cargo(&self.folder(), "fetch"));
    }

    /// The number of crates in its tree, without its own.
    pub fn crates(&self) -> usize {
        let arguments = "tree --offline -e normal --prefix none --no-dedupe";
        let tree = output(&mut cargo(&self.folder(), arguments));
        let crates: HashSet<&str> = tree.lines().collect();
        crates.len() - 1
    }

    /// Builds it into an empty folder, and returns how many seconds that takes.
    pub fn build_cold(&self, profile: &str) -> f64 {
        remove(&self.target(profile));
        self.build(profile)
    }

    /// Rebuilds it after a change to `main.rs`, and returns how many seconds that takes.
    pub fn build_after_touching_main(&self) -> f64 {
        touch(&self.folder().join("src/main.rs"));
        self.build("dev")
    }

    /// Panics unless the program works: it must sell 0 + 1 + 2 + 3 items.
    pub fn prove(&self) {
        let printed = output(Command::new("timeout").arg("10").arg(self.program()));
        assert_eq!(printed.trim(), "6", "{}", self.name);
    }

    /// The program's size in bytes, as built by cargo.
    pub fn size(&self) -> f64 {
        bytes(&self.program())
    }

    /// The program's size in bytes, without symbols.
    pub fn stripped_size(&self) -> f64 {
        let stripped = self.target("release").join("stripped");
        let mut strip = Command::new("strip");
        output(strip.arg("-o").arg(&stripped).arg(self.program()));
        bytes(&stripped)
    }

    fn build(&self, profile: &str) -> f64 {
        let mut build = cargo(&self.folder(), "build --offline --profile");
        seconds(
            build
                .arg(profile)
                .arg("--target-dir")
                .arg(self.target(profile)),
        )
    }

    /// The program of the release build.
    fn program(&self) -> PathBuf {
        let name = format!("weight-{}", self.name);
        self.target("release").join("release").join(name)
    }

    fn target(&self, profile: &str) -> PathBuf {
        scratch(&format!("{}-{profile}", self.name))
    }
}

fn bytes(file: &Path) -> f64 {
    fs::metadata(file).expect("it was built").len() as f64
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            panic!("{}: {error}", folder.display())
        }
        _ => {}
    }
}

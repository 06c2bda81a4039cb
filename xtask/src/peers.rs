//! Installs the programs that the tests talk to, at the versions pinned in `tests/peers`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Error, Result, cargo, program, root, run, target, works};

/// Installs what is missing and returns the folder.
pub(crate) fn install() -> Result<PathBuf> {
    let peers = target().join("peers");
    fs::create_dir_all(&peers)
        .map_err(|error| Error::new(format!("{}: {error}", peers.display())))?;
    debian("curl", "curl", &["--version"])?;
    python(
        &peers.join("venv"),
        &["requirements.txt", "requirements-hashed.txt"],
    )?;
    // jsonrpcclient 3 and 4 have the same import name, so they need separate environments.
    python(
        &peers.join("venv-jsonrpcclient-3"),
        &["requirements-jsonrpcclient-3.txt"],
    )?;
    // h2load, a client of HTTP/2.
    debian("nghttp2-client", "h2load", &["--version"])?;
    // The tests of shell completion run in these.
    debian("zsh", "zsh", &["--version"])?;
    debian("fish", "fish", &["--version"])?;
    // A language server.
    debian("clangd", "clangd", &["--version"])?;
    node(&root().join("tests/peers"), &peers.join("node"))?;
    // What builds the explorer page.
    node(&root().join("rpc-explorer/page"), &peers.join("page"))?;
    // The screenshots in the docs have these.
    debian("fontconfig", "fc-list", &["--version"])?;
    debian("fonts-inter", "fc-list", &["-q", "Inter"])?;
    debian("fonts-jetbrains-mono", "fc-list", &["-q", "JetBrains Mono"])?;
    // A browser, and proxies in front of our server.
    debian("chromium", "chromium", &["--version"])?;
    debian("nginx-light", "nginx", &["-v"])?;
    debian("haproxy", "haproxy", &["-v"])?;
    jsonrpsee(&peers)?;
    Ok(peers)
}

/// Installs a C++ compiler, which the fuzzer's library needs.
pub(crate) fn compiler() -> Result {
    debian("g++", "c++", &["--version"])
}

/// Installs valgrind, which counts instructions.
pub(crate) fn valgrind() -> Result {
    debian("valgrind", "valgrind", &["--version"])
}

/// Installs a Debian package, unless its program works already.
fn debian(package: &str, name: &str, check: &[&str]) -> Result {
    if works(program(name).args(check)) {
        return Ok(());
    }
    let install = ["install", "--yes", "--no-install-recommends", package];
    run(program("apt-get").args(["update"]))
        .and_then(|()| run(program("apt-get").args(install)))
        .map_err(|error| Error::new(format!("could not install {name}: {error}")))
}

/// Installs what these files pin. Those in a file whose name ends with `-hashed.txt` are pinned by hash.
fn python(environment: &Path, requirements: &[&str]) -> Result {
    let folder = root().join("tests/peers");
    let files: Vec<PathBuf> = requirements.iter().map(|name| folder.join(name)).collect();
    let sources: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let stamp = Stamp::of(&sources, environment.join("installed"))?;
    if stamp.is_current() {
        return Ok(());
    }
    // Debian's Python lacks the modules that create virtual environments.
    debian("python3-venv", "python3", &["-c", "import ensurepip, venv"])?;
    run(program("python3")
        .args(["-m", "venv", "--clear"])
        .arg(environment))?;
    for file in &sources {
        pip(environment, file)?;
    }
    stamp.write()
}

fn pip(environment: &Path, requirements: &Path) -> Result {
    let mut pip = program(environment.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        // Everything needed is pinned. The requirements that jsonrpcclient 3 declares are not enough.
        "--no-deps",
    ]);
    if requirements.to_string_lossy().ends_with("-hashed.txt") {
        pip.arg("--require-hashes");
    }
    run(pip.arg("--requirement").arg(requirements))
}

/// Installs what the files in a folder pin.
fn node(source: &Path, folder: &Path) -> Result {
    let files = ["package.json", "package-lock.json"];
    let sources = files.map(|file| source.join(file));
    let stamp = Stamp::of(&[&sources[0], &sources[1]], folder.join("installed"))?;
    if stamp.is_current() {
        return Ok(());
    }
    fs::create_dir_all(folder)
        .map_err(|error| Error::new(format!("{}: {error}", folder.display())))?;
    for file in files {
        fs::copy(source.join(file), folder.join(file))
            .map_err(|error| Error::new(format!("{file}: {error}")))?;
    }
    debian("npm", "npm", &["--version"])?;
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    run(program("npm").args(options).current_dir(folder))?;
    stamp.write()
}

/// Builds jsonrpsee's peer. It shares a folder with the benchmarks, which depend on jsonrpsee as well.
fn jsonrpsee(peers: &Path) -> Result {
    let apart = target().join("apart");
    run(
        cargo("build --locked --manifest-path tests/peers/jsonrpsee/Cargo.toml")
            .arg("--target-dir")
            .arg(&apart),
    )?;
    let name = "jsonrpsee-peer";
    fs::copy(apart.join("debug").join(name), peers.join(name))
        .map(drop)
        .map_err(|error| Error::new(format!("{name}: {error}")))
}

/// Records what was installed last, as a copy of the files that pin the versions.
struct Stamp {
    wanted: Vec<u8>,
    file: PathBuf,
}

impl Stamp {
    fn of(sources: &[&Path], file: PathBuf) -> Result<Self> {
        let mut wanted = Vec::new();
        for source in sources {
            let content = fs::read(source)
                .map_err(|error| Error::new(format!("{}: {error}", source.display())))?;
            wanted.extend(content);
        }
        Ok(Stamp { wanted, file })
    }

    fn is_current(&self) -> bool {
        fs::read(&self.file).is_ok_and(|installed| installed == self.wanted)
    }

    fn write(&self) -> Result {
        fs::write(&self.file, &self.wanted)
            .map_err(|error| Error::new(format!("{}: {error}", self.file.display())))
    }
}

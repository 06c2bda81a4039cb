//! The packages: what is inside them, that a user's crate can be one, and that they can get other names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of the packages that are for others.
const PACKAGES: &[&str] = &[
    "rpc-core",
    "rpc-macros",
    "rpc-tokio",
    "rpc-http",
    "rpc-zmq",
    "rpc-stream",
    "rpc-nats",
    "rpc-codegen",
    "rpc-explorer",
    "rpc-cli",
];

const LICENCES: &[&str] = &["LICENSE-MIT", "LICENSE-APACHE"];

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs a program, and panics with what it said if it fails.
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
}

fn cargo(folder: &Path, arguments: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments.split(' ')).current_dir(folder);
    cargo
}

/// Packs the crates of a workspace, and returns the folder with the archives.
fn pack(workspace: &Path, target: &Path, options: &str) -> PathBuf {
    let options = format!("package --no-verify --offline --allow-dirty {options}--target-dir");
    run(cargo(workspace, &options).arg(target));
    target.join("package")
}

/// The archive of a package, unpacked.
fn unpack(archives: &Path, name: &str) -> PathBuf {
    let package = format!("{name}-{}", env!("CARGO_PKG_VERSION"));
    let archive = archives.join(format!("{package}.crate"));
    run(Command::new("tar")
        .arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(archives));
    archives.join(package)
}

/// The value of the first `key = "…"` in a manifest: in `[package]`.
fn value<'a>(manifest: &'a str, key: &str) -> &'a str {
    let key = format!("{key} = \"");
    let line = manifest.lines().find_map(|line| line.strip_prefix(&*key));
    line.and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("no {key}…: {manifest}"))
}

#[test]
fn each_package_has_its_licences_its_readme_and_dependencies_from_a_registry() {
    let root = root();
    let archives = pack(&root, &folder("packages"), "--workspace ");
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    for folder in PACKAGES {
        let name = value(&read(&root.join(folder).join("Cargo.toml")), "name").to_owned();
        let package = unpack(&archives, &name);
        for licence in LICENCES {
            let path = package.join(licence);
            assert!(!path.is_symlink(), "{}", path.display());
            assert_eq!(read(&path), read(&root.join(licence)), "{folder}");
        }
        let readme = read(&package.join("README.md"));
        assert_ne!(readme, read(&root.join("README.md")), "{folder}");
        assert!(readme.starts_with("# rpc"), "{folder}: {readme}");
        assert!(
            !readme.contains("]("),
            "a link within the repository leads nowhere from a registry: {readme}"
        );

        let manifest = read(&package.join("Cargo.toml"));
        for key in ["description", "license", "rust-version"] {
            assert!(!value(&manifest, key).is_empty(), "{folder}");
        }
        assert_eq!(value(&manifest, "readme"), "README.md", "{folder}");
        assert!(
            manifest.contains("[package.metadata.docs.rs]\nall-features = true"),
            "{folder}"
        );
        for table in manifest
            .split("\n[")
            .filter(|table| !table.starts_with("dev-"))
        {
            let is_own = table.starts_with("dependencies.rpc-");
            assert!(!is_own || table.contains(&*version), "{folder}: {table}");
        }
    }
}

#[test]
fn a_users_contract_crate_can_be_packed() {
    let root = root();
    let user = folder("user-of-packages");
    fs::create_dir_all(user.join("src")).unwrap();
    let manifest = format!(
        r#"[package]
name = "contract"
version = "{version}"
edition = "2024"

[dependencies]
rpc-core = {{ package = "{package}", version = "0.1", path = {path:?} }}

[workspace]
"#,
        version = env!("CARGO_PKG_VERSION"),
        package = value(&read(&root.join("rpc-core/Cargo.toml")), "name"),
        path = root.join("rpc-core"),
    );
    fs::write(user.join("Cargo.toml"), manifest).unwrap();
    fs::write(user.join("src/lib.rs"), "").unwrap();
    // The lock file would name what the registry has, and that is not this project.
    let archives = pack(&user, &user.join("target"), "--exclude-lockfile ");
    let manifest = read(&unpack(&archives, "contract").join("Cargo.toml"));
    assert!(
        manifest.contains("[dependencies.rpc-core]\nversion = \"0.1\""),
        "{manifest}"
    );
    assert!(!manifest.contains("path = \"/"), "{manifest}");
}

/// Renames all packages in a copy of the workspace, as CONTRIBUTING.md says.
#[cfg(unix)]
#[test]
fn the_packages_can_get_other_names() {
    let (root, copy) = (root(), folder("renamed-packages"));
    let renamed = |text: String| {
        PACKAGES.iter().fold(text, |text, name| {
            let own = text.replacen(
                &format!("\nname = \"{name}\"\n"),
                &format!("\nname = \"acme-{name}\"\n"),
                1,
            );
            own.replace(
                &format!("package = \"{name}\""),
                &format!("package = \"acme-{name}\""),
            )
        })
    };
    let copy_manifest = |from: &Path, to: &Path| {
        fs::write(to, renamed(read(from))).unwrap();
    };
    let members = PACKAGES
        .iter()
        .chain(&["examples", "examples/sysinfo", "tests", "xtask"]);
    for member in members {
        let (from, to) = (root.join(member), copy.join(member));
        fs::create_dir_all(&to).unwrap();
        copy_manifest(&from.join("Cargo.toml"), &to.join("Cargo.toml"));
        for entry in fs::read_dir(&from).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            if name != "Cargo.toml" && name != "sysinfo" {
                std::os::unix::fs::symlink(entry.path(), to.join(name)).unwrap();
            }
        }
    }
    copy_manifest(&root.join("Cargo.toml"), &copy.join("Cargo.toml"));
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
    run(&mut cargo(&copy, "update --workspace --offline"));
    let lock = read(&copy.join("Cargo.lock"));
    for name in PACKAGES {
        assert!(lock.contains(&format!("name = \"acme-{name}\"")), "{name}");
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name}");
    }
    // The other workspaces name them in one place each.
    for manifest in [
        "benches/Cargo.toml",
        "benches/weight/apps/rpc/Cargo.toml",
        "fuzz/Cargo.toml",
    ] {
        let text = read(&root.join(manifest));
        for line in text
            .lines()
            .filter(|line| line.contains("path = \"") && line.contains("../rpc-"))
        {
            assert!(line.contains("package = \"rpc-"), "{manifest}: {line}");
        }
    }
}

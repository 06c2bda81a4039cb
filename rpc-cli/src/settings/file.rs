//! [`File`]: defaults and named endpoints, in TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Values;
use super::environment::non_empty;
use crate::failure::{Failure, Result};

/// What such a file may say, for the manual.
pub(crate) const EXAMPLE: &str = r#"# Holds for every server, and so may have no secrets in it.
[defaults]
timeout = "10s"
ids = "uuid"

# rpc call shop orders.place tea 2
[endpoints.shop]
url = "https://shop.example/rpc"
user = "ann"
password_file = "shop.password"   # beside this file
cacert = "shop.pem"
headers = { x-shop = "north" }
batch_size = 50
in_flight = 2
"#;

/// The configuration file, or none.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// Where it is, or would be.
    pub(crate) path: Option<PathBuf>,
    pub(crate) is_there: bool,
    pub(crate) defaults: Values,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
}

/// A server with a name.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) values: Values,
}

/// As it is written.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    defaults: Values,
    endpoints: BTreeMap<String, toml::Table>,
}

impl File {
    /// Reads the file that `RPC_CONFIG` names, or the one at the usual place where there is one.
    pub(crate) fn read() -> Result<Self> {
        if let Some(path) = non_empty("RPC_CONFIG") {
            let path = PathBuf::from(path);
            let text =
                std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
            return File::parse(path, &text);
        }
        let Some(path) = usual_path() else {
            return Ok(File::default());
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => File::parse(path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(File {
                path: Some(path),
                ..File::default()
            }),
            Err(error) => Err(Failure::file(&path, &error)),
        }
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let wrong = |what: &str| Failure::usage(format!("{}: {what}", path.display()));
        let Written {
            mut defaults,
            endpoints,
        } = toml::from_str(text).map_err(|error| wrong(&told(&error, text)))?;
        if defaults.has_credentials() {
            return Err(wrong(
                "[defaults] hold for every server: credentials and headers belong to an endpoint",
            ));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        make_absolute(&mut defaults, folder);
        let mut named = BTreeMap::new();
        for (name, table) in endpoints {
            let endpoint = Endpoint::of(table, folder)
                .map_err(|what| wrong(&format!("[endpoints.{name}]: {what}")))?;
            named.insert(name, endpoint);
        }
        Ok(File {
            path: Some(path),
            is_there: true,
            defaults,
            endpoints: named,
        })
    }
}

impl Endpoint {
    fn of(mut table: toml::Table, folder: &Path) -> std::result::Result<Self, String> {
        let Some(toml::Value::String(url)) = table.remove("url") else {
            return Err("there is no url".into());
        };
        let mut values: Values = table
            .try_into()
            .map_err(|error: toml::de::Error| without_values(error.message()))?;
        make_absolute(&mut values, folder);
        Ok(Endpoint { url, values })
    }
}

/// Where the text is wrong, without the line itself: toml would show it, and with it what may be a secret.
fn told(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| before.matches('\n').count() + 1);
    let message = without_values(error.message());
    match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    }
}

/// A message without what stands there instead of what is right, which serde shows.
fn without_values(message: &str) -> String {
    const KINDS: &[&str] = &["invalid type: ", "invalid value: ", "unknown variant "];
    let shows_it = KINDS.iter().any(|kind| message.starts_with(kind));
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if shows_it => format!("expected {expected}"),
        _ if shows_it => "a value is of the wrong kind".to_owned(),
        _ => message.to_owned(),
    }
}

fn make_absolute(values: &mut Values, folder: &Path) {
    for path in values.paths() {
        *path = folder.join(&path);
    }
}

/// By the XDG Base Directory Specification, on every system.
fn usual_path() -> Option<PathBuf> {
    let folder = match non_empty("XDG_CONFIG_HOME") {
        Some(folder) if Path::new(&folder).is_absolute() => PathBuf::from(folder),
        _ => std::env::home_dir()?.join(".config"),
    };
    Some(folder.join("rpc").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<File> {
        File::parse("/etc/rpc.toml".into(), text)
    }

    #[test]
    fn the_manual_s_example_is_one() {
        let file = parse(EXAMPLE).expect("it is right");
        let shop = &file.endpoints["shop"];
        assert_eq!(shop.url, "https://shop.example/rpc");
        let beside = Path::new("/etc/shop.password");
        assert_eq!(shop.values.password_file.as_deref(), Some(beside));
        assert_eq!(shop.values.headers.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_without_what_may_be_secret() {
        for (text, told) in [
            (
                "[defaults]\nbearer = \"sesame\"",
                "[defaults] hold for every server",
            ),
            (
                "[endpoints.a]\nuser = \"sesame\"",
                "[endpoints.a]: there is no url",
            ),
            (
                "[endpoints.a]\nurl = \"http://a\"\nusr = \"sesame\"",
                "[endpoints.a]: unknown field `usr`",
            ),
            ("\n[endpoints.a\nbearer = \"sesame\"", "line 2: "),
            (
                "[endpoints.a]\nurl = \"http://a\"\nbearer = 424242",
                "a value is no text in quotes",
            ),
            ("x = \"sesame\"", "unknown field `x`"),
            (
                "[endpoints.a]\nurl = \"http://a\"\nheaders = \"authorization: Bearer sesame, expected x\"",
                "[endpoints.a]: expected a map",
            ),
            (
                "[endpoints]\nshop = \"https://ann:sesame@host/\"",
                "expected a map",
            ),
            (
                "[endpoints.a]\nurl = \"http://a\"\nids = \"sesame\"",
                "[endpoints.a]: expected one of `decimal`",
            ),
            (
                "[endpoints.a]\nurl = \"http://a\"\nbatch_size = 424242.5",
                "[endpoints.a]: expected usize",
            ),
            ("[defaults]\nbatch_size = 0", "it is at least 1"),
            (
                "[defaults]\ntimeout = \"soon\"",
                "a time is a number above 0",
            ),
        ] {
            let shown = parse(text).expect_err(text).to_string();
            assert!(shown.starts_with("error: /etc/rpc.toml: "), "{shown}");
            assert!(shown.contains(told), "{shown}");
            assert!(!shown.contains("sesame"), "{shown}");
            assert!(!shown.contains("424242"), "{shown}");
        }
    }
}

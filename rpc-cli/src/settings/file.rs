//! [`ConfigFile`]: defaults and named endpoints, in TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::environment::non_empty;
use super::partial::PartialSettings;
use super::source::Source;
use crate::encoding;
use crate::failure::{Failure, Result};

/// An example of the file, for the manual.
pub(crate) const EXAMPLE: &str = r#"# For every server, so secrets are not allowed here.
[defaults]
timeout = "10s"
ids = "uuid"

# rpc call shop orders.place tea 2
[endpoints.shop]
url = "https://shop.example/rpc"
user = "ann"
password_file = "shop.password"   # next to this file
root_certificates = "shop.pem"
headers = { x-shop = "north" }
batch_size = 50
in_flight = 2
"#;

/// The configuration file. Empty if it does not exist.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    /// Where it is, or where it is looked for.
    pub(crate) path: Option<PathBuf>,
    pub(crate) exists: bool,
    pub(crate) defaults: PartialSettings,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
}

/// A server with a name.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) settings: PartialSettings,
}

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    defaults: PartialSettings,
    endpoints: BTreeMap<String, toml::Table>,
}

impl ConfigFile {
    /// Reads the file that `RPC_CONFIG` names, or else the one in the usual place, which may be missing.
    pub(crate) fn read() -> Result<Self> {
        if let Some(path) = non_empty("RPC_CONFIG") {
            let path = PathBuf::from(path);
            let text = encoding::read(&path)?;
            return ConfigFile::parse(path, &text);
        }
        let Some(path) = usual_path() else {
            return Ok(ConfigFile::default());
        };
        match std::fs::read(&path) {
            Ok(bytes) => {
                let text = encoding::decode(&path, bytes)?;
                ConfigFile::parse(path, &text)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ConfigFile {
                path: Some(path),
                ..ConfigFile::default()
            }),
            Err(error) => Err(Failure::file(&path, &error)),
        }
    }

    /// This file as the source of a setting in one of its tables.
    pub(super) fn source(&self, table: String) -> Source {
        Source::File {
            path: self.path.clone().unwrap_or_default(),
            table,
        }
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let invalid = |what: &str| Failure::usage(format!("{}: {what}", path.display()));
        let Written {
            mut defaults,
            endpoints,
        } = toml::from_str(text).map_err(|error| invalid(&message_at_line(&error, text)))?;
        if defaults.has_credentials() {
            return Err(invalid(
                "[defaults] is for every server: move credentials and headers to an endpoint",
            ));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        make_absolute(&mut defaults, folder);
        let mut named = BTreeMap::new();
        for (name, table) in endpoints {
            let endpoint = Endpoint::from_table(table, folder)
                .map_err(|what| invalid(&format!("[endpoints.{name}]: {what}")))?;
            named.insert(name, endpoint);
        }
        Ok(ConfigFile {
            path: Some(path),
            exists: true,
            defaults,
            endpoints: named,
        })
    }
}

impl Endpoint {
    fn from_table(mut table: toml::Table, folder: &Path) -> std::result::Result<Self, String> {
        let Some(toml::Value::String(url)) = table.remove("url") else {
            return Err("missing field `url`".into());
        };
        let mut settings: PartialSettings = table
            .try_into()
            .map_err(|error: toml::de::Error| without_values(error.message()))?;
        make_absolute(&mut settings, folder);
        Ok(Endpoint { url, settings })
    }
}

/// The message and the number of the line. toml would show the line itself, which may have a secret in it.
fn message_at_line(error: &toml::de::Error, text: &str) -> String {
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

/// serde shows the invalid value, which may be a secret. This keeps only what was expected.
fn without_values(message: &str) -> String {
    const KINDS: &[&str] = &["invalid type: ", "invalid value: ", "unknown variant "];
    let shows_it = KINDS.iter().any(|kind| message.starts_with(kind));
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if shows_it => format!("expected {expected}"),
        _ if shows_it => "a value has the wrong type".to_owned(),
        _ => message.to_owned(),
    }
}

fn make_absolute(settings: &mut PartialSettings, folder: &Path) {
    for path in settings.paths() {
        *path = folder.join(&path);
    }
}

/// Follows the XDG Base Directory Specification on every system.
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

    fn parse(text: &str) -> Result<ConfigFile> {
        ConfigFile::parse("/etc/rpc.toml".into(), text)
    }

    #[test]
    fn the_example_in_the_manual_is_valid() {
        let file = parse(EXAMPLE).expect("valid");
        let shop = &file.endpoints["shop"];
        assert_eq!(shop.url, "https://shop.example/rpc");
        let beside = Path::new("/etc/shop.password");
        assert_eq!(shop.settings.password_file.as_deref(), Some(beside));
        assert_eq!(shop.settings.headers.len(), 1);
    }

    /// serde lists the fields that it knows when it meets another.
    fn fields<T: serde::de::DeserializeOwned>() -> Vec<String> {
        let Err(error) = toml::from_str::<T>("unheard_of = 1") else {
            panic!("accepts any field");
        };
        let names = error.message().split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect()
    }

    /// What a program reads as `rpc_http::Config`, `rpc` reads as an endpoint.
    #[test]
    fn settings_have_the_names_of_rpc_http() {
        let ours = fields::<PartialSettings>();
        let mut theirs = fields::<rpc_http::Config>();
        assert!(theirs.contains(&"max_reply".to_owned()), "{theirs:?}");
        theirs.retain(|name| name != "url");
        theirs.retain(|name| !ours.contains(name));
        assert!(theirs.is_empty(), "unknown to rpc: {theirs:?}");
        let table = "\
url = \"http://a\"
timeout = 2.5
connect_timeout = 1
max_reply = 1000
headers = { x-shop = \"north\" }
user = \"ann\"
password = \"sesame\"
ids = \"hexadecimal\"
root_certificates = \"ca.pem\"
identity = \"ann.pem\"
";
        toml::from_str::<rpc_http::Config>(table).expect("valid");
        parse(&format!("[endpoints.a]\n{table}")).expect("valid");
    }

    #[test]
    fn errors_do_not_show_values() {
        for (text, expected) in [
            (
                "[defaults]\nbearer = \"sesame\"",
                "[defaults] is for every server",
            ),
            (
                "[endpoints.a]\nuser = \"sesame\"",
                "[endpoints.a]: missing field `url`",
            ),
            (
                "[endpoints.a]\nurl = \"http://a\"\nusr = \"sesame\"",
                "[endpoints.a]: unknown field `usr`",
            ),
            ("\n[endpoints.a\nbearer = \"sesame\"", "line 2: "),
            (
                "[endpoints.a]\nurl = \"http://a\"\nbearer = 424242",
                "expected a string in quotes",
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
            ("[defaults]\nbatch_size = 0", "must be at least 1"),
            (
                "[defaults]\ntimeout = \"soon\"",
                "a time is a number above 0",
            ),
        ] {
            let shown = parse(text).expect_err(text).to_string();
            assert!(shown.starts_with("error: /etc/rpc.toml: "), "{shown}");
            assert!(shown.contains(expected), "{shown}");
            assert!(!shown.contains("sesame"), "{shown}");
            assert!(!shown.contains("424242"), "{shown}");
        }
    }
}

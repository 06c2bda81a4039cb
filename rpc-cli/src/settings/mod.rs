//! [`Settings`]: what holds for a call, and where each of it was said.
//!
//! The command line goes before the environment, that before the endpoint of the file, that before the file's defaults.

pub(crate) mod environment;
pub(crate) mod file;
mod identity;
mod url;
mod values;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue};
use rpc_core::introspection::UnknownMethod;

pub(crate) use file::File;
pub(crate) use url::{shown_url, without_user};
pub(crate) use values::{Count, Header, Ids, Secret, Timeout, Values};

use crate::failure::{Failure, Result};
use identity::Caller;

/// What a URL looks like, for those who wrote another.
pub(crate) const URLS: &str = "a URL is http://… or https://…, and for ZeroMQ tcp://… or ipc://…";

/// What holds, after all places have had their say.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) url: Given<String>,
    pub(crate) timeout: Given<Timeout>,
    pub(crate) authorization: Option<Given<Authorization>>,
    pub(crate) headers: Vec<Given<(HeaderName, HeaderValue)>>,
    pub(crate) cacert: Option<Given<PathBuf>>,
    pub(crate) cert: Option<Given<PathBuf>>,
    pub(crate) key: Option<Given<PathBuf>>,
    pub(crate) insecure: Given<bool>,
    pub(crate) ids: Given<Ids>,
    pub(crate) batch_size: Given<Count>,
    pub(crate) in_flight: Given<Count>,
}

/// A value, and where it was said.
#[derive(Debug, Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// A place where something may be said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    CommandLine,
    Environment,
    File { path: PathBuf, table: String },
    Default,
}

impl Origin {
    /// Is it said of this server, and not of any?
    pub(crate) fn is_of_one_server(&self) -> bool {
        match self {
            Origin::CommandLine => true,
            Origin::File { table, .. } => table.starts_with("endpoints."),
            Origin::Environment | Origin::Default => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::CommandLine => f.write_str("command line"),
            Origin::Environment => f.write_str("environment"),
            Origin::File { path, table } => write!(f, "{}, [{table}]", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// Who the caller is.
#[derive(Debug, Clone)]
pub(crate) enum Authorization {
    User { name: String, password: Hidden },
    Bearer(Hidden),
}

/// A secret, or where it is.
#[derive(Debug, Clone)]
pub(crate) enum Hidden {
    Here(Secret),
    InFile(PathBuf),
    Nowhere,
}

impl Hidden {
    /// A file's last line break is none of the secret.
    pub(crate) fn read(&self) -> Result<Secret> {
        match self {
            Hidden::Here(secret) => Ok(secret.clone()),
            Hidden::InFile(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
                Ok(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            Hidden::Nowhere => Err(Failure::usage("there is a user, and no password")
                .hint("RPC_PASSWORD, --password-file, or --user NAME: for an empty one")),
        }
    }
}

/// One place's say, and which place that is.
struct Layer {
    origin: Origin,
    values: Values,
}

/// All places, the one that goes before the others first.
struct Layers(Vec<Layer>);

impl Settings {
    /// What holds for an endpoint: a URL, or the name of one in the file.
    pub(crate) fn of(endpoint: &str, command_line: Values) -> Result<Self> {
        Settings::in_file(&File::read()?, endpoint, command_line)
    }

    /// The same, where the file has been read.
    pub(crate) fn in_file(file: &File, endpoint: &str, command_line: Values) -> Result<Self> {
        let (url, named) = locate(endpoint, file)?;
        Layers::new(command_line, file, named)?.settings(url)
    }

    /// What holds for any server, with an empty URL.
    pub(crate) fn of_no_server(file: &File, command_line: Values) -> Result<Self> {
        let url = Given {
            value: String::new(),
            origin: Origin::Default,
        };
        Layers::new(command_line, file, None)?.settings(url)
    }
}

/// The URL, and the name of the endpoint in the file where it has one.
fn locate<'a>(endpoint: &'a str, file: &File) -> Result<(Given<String>, Option<&'a str>)> {
    if let Some(known) = file.endpoints.get(endpoint) {
        let origin = Origin::File {
            path: file.path.clone().unwrap_or_default(),
            table: format!("endpoints.{endpoint}"),
        };
        let url = known.url.clone();
        return Ok((Given { value: url, origin }, Some(endpoint)));
    }
    if endpoint.contains("://") {
        let url = Given {
            value: endpoint.to_owned(),
            origin: Origin::CommandLine,
        };
        return Ok((url, None));
    }
    Err(unknown_endpoint(endpoint, file))
}

fn unknown_endpoint(endpoint: &str, file: &File) -> Failure {
    // It may be a URL without its scheme, which has a password in it, or a token in its query.
    let shown = match endpoint.contains(['@', '?']) {
        true => "the endpoint",
        false => endpoint,
    };
    let text = format!("{shown} is neither a URL nor an endpoint of the configuration file");
    let names = file.endpoints.keys().cloned();
    match UnknownMethod::new(endpoint, names).suggestion {
        Some(near) => Failure::usage(text).hint(format!("did you mean {near}?")),
        None => Failure::usage(text).hint(URLS),
    }
}

impl Layers {
    fn new(command_line: Values, file: &File, endpoint: Option<&str>) -> Result<Self> {
        let layer = |origin, values| Layer { origin, values };
        let table = |table: String| Origin::File {
            path: file.path.clone().unwrap_or_default(),
            table,
        };
        let mut layers = vec![
            layer(Origin::CommandLine, command_line),
            layer(Origin::Environment, environment::read()?),
        ];
        if let Some(name) = endpoint
            && let Some(known) = file.endpoints.get(name)
        {
            layers.push(layer(
                table(format!("endpoints.{name}")),
                known.values.clone(),
            ));
        }
        layers.push(layer(table("defaults".to_owned()), file.defaults.clone()));
        Ok(Layers(layers))
    }

    /// The first that is said.
    fn first<T>(&self, pick: impl Fn(&Values) -> Option<T>) -> Option<Given<T>> {
        self.0.iter().find_map(|layer| {
            Some(Given {
                value: pick(&layer.values)?,
                origin: layer.origin.clone(),
            })
        })
    }

    fn first_or<T>(&self, pick: impl Fn(&Values) -> Option<T>, default: T) -> Given<T> {
        self.first(pick).unwrap_or(Given {
            value: default,
            origin: Origin::Default,
        })
    }

    fn settings(&self, url: Given<String>) -> Result<Settings> {
        let cert = self.first(|values| values.cert.clone());
        let key = self.first(|values| values.key.clone());
        if cert.is_none() && key.is_some() {
            return Err(Failure::usage("there is a --key, and no --cert"));
        }
        let caller = Caller::find(self, &url)?;
        Ok(Settings {
            headers: self.headers(&caller)?,
            authorization: caller.authorization,
            url,
            timeout: self.first_or(|values| values.timeout, Timeout(Duration::from_secs(30))),
            cacert: self.first(|values| values.cacert.clone()),
            cert,
            key,
            insecure: self.first_or(|values| values.insecure, false),
            ids: self.first_or(|values| values.ids, Ids::Decimal),
            batch_size: self.first_or(|values| values.batch_size, Count(100)),
            in_flight: self.first_or(|values| values.in_flight, Count(4)),
        })
    }

    /// All of them, but for each name those of the first place alone, and `authorization` of the place that says who the
    /// caller is.
    fn headers(&self, caller: &Caller) -> Result<Vec<Given<(HeaderName, HeaderValue)>>> {
        let mut headers: Vec<Given<(HeaderName, HeaderValue)>> = Vec::new();
        for layer in &self.0 {
            let before = headers.len();
            for header in &layer.values.headers {
                let (name, value) = parsed(header, &layer.origin)?;
                if name == AUTHORIZATION && !caller.is_said_by(layer) {
                    continue;
                }
                if headers[..before].iter().all(|it| it.value.0 != name) {
                    let value = (name, value);
                    let origin = layer.origin.clone();
                    headers.push(Given { value, origin });
                }
            }
        }
        Ok(headers)
    }
}

/// The text is not shown where it is wrong, since it may be a secret.
fn parsed(header: &Header, origin: &Origin) -> Result<(HeaderName, HeaderValue)> {
    let wrong = |what: &str| Failure::usage(format!("a header {what} ({origin})"));
    let (name, value) = header
        .parts()
        .ok_or_else(|| wrong("is not written NAME: VALUE"))?;
    let name = HeaderName::try_from(name).map_err(|_| wrong("has a name that is none"))?;
    if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
        return Err(wrong(&format!("{name} is not for a person to say")));
    }
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| wrong(&format!("{name} has a value that is not allowed")))?;
    value.set_sensitive(is_secret(&name));
    Ok((name, value))
}

/// By the words that names of such headers are made of.
fn is_secret(name: &HeaderName) -> bool {
    const WORDS: &[&str] = &[
        "auth",
        "cookie",
        "credential",
        "jwt",
        "key",
        "pass",
        "secret",
        "session",
        "sign",
        "token",
    ];
    WORDS.iter().any(|word| name.as_str().contains(word))
}

/// A file's content, to be put beside others' in a PEM text.
pub(crate) fn read_pem(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}

//! `rpc config`: what holds, and who said it.

use std::fmt::Display;

use crate::completions;
use crate::failure::Result;
use crate::settings::{Authorization, File, Given, Hidden, Origin, Settings, Values, shown_url};
use crate::terminal::print_plain;

/// Show what holds for a server, and where each of it was said
///
/// The command line goes before the environment, that before the endpoint in the configuration file, and that before the
/// file's defaults. Secrets are not shown. rpc man has an example of the file.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL", add = completions::endpoint())]
    endpoint: Option<String>,

    #[command(flatten)]
    values: Values,
}

pub(crate) fn run(arguments: ConfigArguments) -> Result {
    let file = File::read()?;
    let settings = match &arguments.endpoint {
        Some(endpoint) => Settings::in_file(&file, endpoint, arguments.values)?,
        None => Settings::of_no_server(&file, arguments.values)?,
    };
    let mut table = Table::default();
    table.settings(&settings);
    let mut lines = vec![place(&file)];
    if arguments.endpoint.is_none() {
        let endpoints = file.endpoints.iter();
        lines
            .extend(endpoints.map(|(name, it)| format!("endpoint {name}: {}", shown_url(&it.url))));
    }
    lines.push(String::new());
    lines.extend(table.lines());
    print_plain(&lines.join("\n"))
}

fn place(file: &File) -> String {
    match &file.path {
        Some(path) if file.is_there => format!("configuration file: {}", path.display()),
        Some(path) => format!("configuration file: none at {}", path.display()),
        None => "configuration file: none".to_owned(),
    }
}

/// A name, a value and an origin a line.
#[derive(Default)]
struct Table(Vec<[String; 3]>);

impl Table {
    fn settings(&mut self, settings: &Settings) {
        let Settings {
            url,
            timeout,
            authorization,
            headers,
            cacert,
            cert,
            key,
            insecure,
            ids,
            batch_size,
            in_flight,
        } = settings;
        if !url.value.is_empty() {
            self.add("url", shown_url(&url.value), url);
        }
        self.add("timeout", timeout.value, timeout);
        if let Some(authorization) = authorization {
            let kind = match &authorization.value {
                Authorization::User { .. } => "authorization:user",
                Authorization::Bearer(Hidden::InFile(_)) => "authorization:bearer_file",
                Authorization::Bearer(_) => "authorization:bearer",
            };
            self.add(kind, who(&authorization.value), authorization);
        }
        for header in headers {
            let (name, value) = &header.value;
            let shown = match value.to_str() {
                Ok(text) if !value.is_sensitive() => text,
                _ => "(hidden)",
            };
            self.add("header", format!("{name}: {shown}"), header);
        }
        for (name, path) in [("cacert", cacert), ("cert", cert), ("key", key)] {
            if let Some(path) = path {
                self.add(name, path.value.display(), path);
            }
        }
        self.add("insecure", insecure.value, insecure);
        self.add("ids", ids.value, ids);
        self.add("batch_size", batch_size.value, batch_size);
        self.add("in_flight", in_flight.value, in_flight);
    }

    fn add<T>(&mut self, name: &str, value: impl Display, given: &Given<T>) {
        let origin = match given.origin {
            Origin::Environment => format!("(environment, {})", variable(name)),
            _ => format!("({})", given.origin),
        };
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        self.0.push([name.to_owned(), value.to_string(), origin]);
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let width = |column: usize| {
            let widths = self.0.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let (names, values) = (width(0), width(1));
        self.0
            .iter()
            .map(move |[name, value, origin]| format!("{name:names$}  {value:values$}  {origin}"))
    }
}

/// The variable that a setting is named in. What stands behind a colon says which of several it is.
fn variable(name: &str) -> String {
    let name = name.split_once(':').map_or(name, |(_, kind)| kind);
    format!("RPC_{}", name.to_uppercase())
}

fn who(authorization: &Authorization) -> String {
    match authorization {
        Authorization::User { name, password } => {
            let password = match password {
                Hidden::Here(_) => "a password (hidden)".to_owned(),
                Hidden::InFile(path) => format!("the password in {}", path.display()),
                Hidden::Nowhere => "no password".to_owned(),
            };
            format!("user {name} with {password}")
        }
        Authorization::Bearer(Hidden::InFile(path)) => format!("token in {}", path.display()),
        Authorization::Bearer(_) => "token (hidden)".to_owned(),
    }
}

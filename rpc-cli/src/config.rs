//! `rpc config`: the settings in effect, and where each one comes from.

use std::fmt::Display;

use crate::arguments::ConfigArguments;
use crate::failure::Result;
use crate::settings::{
    ConfigFile, Credentials, SecretSource, Setting, Settings, Source, TlsSettings, redacted_url,
};
use crate::terminal::print_escaped;

pub(crate) fn run(arguments: ConfigArguments) -> Result {
    let file = ConfigFile::read()?;
    let settings = match &arguments.endpoint {
        Some(endpoint) => Settings::with_file(&file, endpoint, arguments.settings)?,
        None => Settings::without_endpoint(&file, arguments.settings)?,
    };
    let mut table = Table::default();
    table.settings(&settings);
    let mut lines = vec![location(&file)];
    if arguments.endpoint.is_none() {
        let endpoints = file.endpoints.iter();
        lines.extend(
            endpoints.map(|(name, it)| format!("endpoint {name}: {}", redacted_url(&it.url))),
        );
    }
    lines.push(String::new());
    lines.extend(table.lines());
    print_escaped(&lines.join("\n"))
}

fn location(file: &ConfigFile) -> String {
    match &file.path {
        Some(path) if file.exists => format!("configuration file: {}", path.display()),
        Some(path) => format!("configuration file: none at {}", path.display()),
        None => "configuration file: none".to_owned(),
    }
}

/// The name, the value and the source of each setting.
#[derive(Default)]
struct Table(Vec<[String; 3]>);

impl Table {
    fn settings(&mut self, settings: &Settings) {
        let url = &settings.url;
        if !url.value.is_empty() {
            self.add("url", redacted_url(&url.value), url);
        }
        self.add("timeout", settings.timeout.value, &settings.timeout);
        if let Some(timeout) = &settings.connect_timeout {
            self.add("connect_timeout", timeout.value, timeout);
        }
        if let Some(attempts) = &settings.attempts {
            self.add("attempts", attempts.value, attempts);
        }
        self.add("http2", settings.http2.value, &settings.http2);
        if let Some(max_reply) = &settings.max_reply {
            self.add("max_reply", max_reply.value, max_reply);
        }
        self.add("jsonrpc", settings.jsonrpc.value, &settings.jsonrpc);
        if let Some(credentials) = &settings.credentials {
            self.credentials(credentials);
        }
        for header in &settings.headers {
            let (name, value) = &header.value;
            let shown = match value.to_str() {
                Ok(text) if !value.is_sensitive() => text,
                _ => "(hidden)",
            };
            self.add("header", format!("{name}: {shown}"), header);
        }
        self.tls(&settings.tls);
        self.add("ids", settings.ids.value, &settings.ids);
        self.add("tolerant", settings.tolerant.value, &settings.tolerant);
        self.add(
            "batch_size",
            settings.batch_size.value,
            &settings.batch_size,
        );
        self.add("in_flight", settings.in_flight.value, &settings.in_flight);
    }

    fn credentials(&mut self, credentials: &Setting<Credentials>) {
        let setting = match &credentials.value {
            Credentials::User { .. } => "user",
            Credentials::Bearer(SecretSource::File(_)) => "bearer_file",
            Credentials::Bearer(_) => "bearer",
        };
        let row = [
            "authorization".to_owned(),
            describe(&credentials.value),
            source(setting, &credentials.source),
        ];
        self.0.push(row);
    }

    fn tls(&mut self, tls: &TlsSettings) {
        for (name, path) in [
            ("root_certificates", &tls.root_certificates),
            ("identity", &tls.identity),
            ("identity_key", &tls.identity_key),
        ] {
            if let Some(path) = path {
                self.add(name, path.value.display(), path);
            }
        }
        self.add("insecure", tls.insecure.value, &tls.insecure);
    }

    fn add<T>(&mut self, name: &str, value: impl Display, setting: &Setting<T>) {
        let source = source(name, &setting.source);
        self.0.push([name.to_owned(), value.to_string(), source]);
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let width = |column: usize| {
            let widths = self.0.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let (names, values) = (width(0), width(1));
        self.0
            .iter()
            .map(move |[name, value, source]| format!("{name:names$}  {value:values$}  {source}"))
    }
}

/// Where a setting comes from. For the environment, that includes the name of the variable.
fn source(setting: &str, source: &Source) -> String {
    match source {
        Source::Environment => format!("(environment, RPC_{})", setting.to_uppercase()),
        source => format!("({source})"),
    }
}

fn describe(credentials: &Credentials) -> String {
    match credentials {
        Credentials::User { name, password } => {
            let password = match password {
                SecretSource::Text(_) => "a password (hidden)".to_owned(),
                SecretSource::File(path) => format!("the password in {}", path.display()),
                SecretSource::Missing => "no password".to_owned(),
            };
            format!("user {name} with {password}")
        }
        Credentials::Bearer(SecretSource::File(path)) => format!("token in {}", path.display()),
        Credentials::Bearer(_) => "token (hidden)".to_owned(),
    }
}

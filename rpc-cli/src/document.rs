//! [`Source`]: an OpenRPC document from a file, from stdin or from a server.

use std::fmt::Display;
use std::io::Read;
use std::path::Path;

use rpc_codegen::{Document, Place, ReadError};
use rpc_core::CallError;
use rpc_core::introspection::IntrospectionClient;
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::introspection::is_method_not_found;
use crate::servers::Servers;
use crate::settings::PartialSettings;
use crate::verbose::connect;

/// Where a document comes from.
pub(crate) struct Source<'a> {
    /// A file, `-`, a URL, or the name of an endpoint.
    pub(crate) name: &'a str,
    pub(crate) settings: &'a PartialSettings,
    pub(crate) verbose: bool,
}

impl Source<'_> {
    pub(crate) async fn read(&self) -> Result<Document> {
        let path = Path::new(self.name);
        let document = match self.name {
            "-" => Document::parse(&stdin()?),
            _ if path.exists() => Document::open(path),
            name if let Some((revision, file)) = of_git(name) => {
                Document::parse(&in_git(revision, file)?)
            }
            name if looks_like_file(name) => {
                return Err(Failure::new(Exit::File, format!("{name}: no such file")));
            }
            _ => Document::parse(self.discover().await?.get()),
        };
        document.map_err(|error| self.mistake(&error))
    }

    /// Whether this names a document, and not a server.
    pub(crate) fn is_document(&self) -> bool {
        let name = self.name;
        name == "-" || Path::new(name).exists() || of_git(name).is_some() || looks_like_file(name)
    }

    /// The document of a server.
    pub(crate) async fn discover(&self) -> Result<Box<RawValue>> {
        let servers = Servers::of(self.name, &[], self.settings)?;
        let client = connect(&servers, self.verbose)?;
        let document = IntrospectionClient::new(client).discover().await;
        document.map_err(|error| no_document(&error))
    }

    /// The document can't be understood.
    pub(crate) fn mistake(&self, error: &ReadError) -> Failure {
        Failure::usage(self.at(error.place(), error.message()))
            .with_hint("rpc lint shows all mistakes in a document")
    }

    /// Something about a place in the document.
    pub(crate) fn at(&self, place: &Place, what: impl Display) -> String {
        format!("{}: {what}", self.place(place))
    }

    /// The file that a place is in. Places in other files are given from the folder of the document.
    pub(crate) fn file(&self, place: &Place) -> String {
        match place.file() {
            "" => self.name.to_owned(),
            file => {
                let path = Path::new(self.name).with_file_name(file);
                path.to_string_lossy().into_owned()
            }
        }
    }

    /// A place, with the name of the document.
    pub(crate) fn place(&self, place: &Place) -> String {
        let document = match (place.file(), self.name) {
            ("", "-") => "stdin",
            ("", name) => name,
            _ => "",
        };
        format!("{document}{place}")
    }
}

fn no_document(error: &CallError) -> Failure {
    let failure = Failure::call(error);
    match is_method_not_found(error) {
        true => failure.with_hint(
            "this server has no document; a server of rpc-core needs the feature `schema`",
        ),
        false => failure,
    }
}

/// `REVISION:FILE`. URLs have slashes after the colon, and what begins with a known scheme is one, too.
fn of_git(name: &str) -> Option<(&str, &str)> {
    let (revision, file) = name.split_once(':')?;
    (looks_like_file(file) && !file.starts_with('/') && !revision.is_empty())
        .then_some((revision, file))
}

fn in_git(revision: &str, file: &str) -> Result<String> {
    let failed = |why: &str| Failure::new(Exit::File, format!("{revision}:{file}: {}", why.trim()));
    // Without `./`, git takes the path from the root of the repository.
    let object = format!("{revision}:./{}", file.trim_start_matches("./"));
    let output = std::process::Command::new("git")
        .arg("show")
        .arg("--end-of-options")
        .arg(object)
        .output();
    let output = output.map_err(|error| failed(&format!("could not run git: {error}")))?;
    match output.status.success() {
        true => String::from_utf8(output.stdout).map_err(|error| failed(&error.to_string())),
        false => Err(failed(&String::from_utf8_lossy(&output.stderr))),
    }
}

fn stdin() -> Result<String> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::new(Exit::File, format!("standard input: {error}")))?;
    Ok(text)
}

/// Endpoints have no such names, and URLs have a colon before any such ending.
fn looks_like_file(name: &str) -> bool {
    let endings = [".json", ".yaml", ".yml"];
    !name.contains("://") && endings.iter().any(|ending| name.ends_with(ending))
}

//! [`Behind`]: the server that calls are passed on to, and its document.

use rpc_codegen::Value;
use rpc_core::{BoxTransport, Client, Context, Dispatcher, ErrorObject, Outcome, code, memory};
use serde_json::value::RawValue;

use crate::arguments::ExploreArguments;
use crate::document::Source;
use crate::failure::{Failure, Result};
use crate::servers::Servers;
use crate::settings::{PartialSettings, Scheme, Settings, redacted_url};
use crate::verbose::connect;

/// The server that calls are passed on to, and its document.
pub(crate) struct Behind {
    pub(crate) client: Client<BoxTransport>,
    /// `None` if the server is asked for it.
    pub(crate) document: Option<String>,
    pub(crate) about: About,
}

/// What the page and people are told about the server.
pub(crate) struct About {
    /// The address for snippets, without anything that may be a secret.
    pub(crate) url: Option<String>,
    /// Whether the headers of a call reach it. Over many connections, calls have none.
    pub(crate) takes_headers: bool,
    /// For people: what is explored.
    pub(crate) shown: String,
}

impl Behind {
    pub(crate) async fn of(arguments: &ExploreArguments) -> Result<Self> {
        let target = source(arguments, &arguments.target);
        let document = match &arguments.document {
            Some(_) if target.is_document() => {
                return Err(Failure::usage(format!(
                    "{}: already a document, so --document does not apply",
                    arguments.target
                )));
            }
            Some(document) => Some(read(&source(arguments, document)).await?),
            None if target.is_document() => {
                let document = read(&target).await?;
                return Behind::of_document(arguments, document);
            }
            None => None,
        };
        Behind::of_server(arguments, &arguments.target, document)
    }

    fn of_server(
        arguments: &ExploreArguments,
        endpoint: &str,
        document: Option<Value>,
    ) -> Result<Self> {
        let servers = Servers::of(endpoint, &[], &arguments.settings)?;
        let url = &servers.settings().url.value;
        let shown = redacted_url(url);
        Ok(Behind {
            client: connect(&servers, arguments.verbose)?,
            document: document.map(|document| document.to_string()),
            about: About {
                takes_headers: Scheme::of(url).is_some_and(Scheme::takes_headers),
                shown: shown.clone(),
                url: Some(shown),
            },
        })
    }

    /// Calls go to the first server that the document names, if it names one.
    fn of_document(arguments: &ExploreArguments, document: Value) -> Result<Self> {
        let name = &arguments.target;
        let Some(url) = first_server(&document) else {
            return Ok(Behind {
                client: nobody(),
                document: Some(document.to_string()),
                about: About {
                    url: None,
                    takes_headers: true,
                    shown: format!("{name}, which names no server"),
                },
            });
        };
        check_named_server(name, &url, &arguments.settings)?;
        Behind::of_server(arguments, &url, Some(document))
    }
}

fn source<'a>(arguments: &'a ExploreArguments, name: &'a str) -> Source<'a> {
    Source {
        name,
        settings: &arguments.settings,
        verbose: arguments.verbose,
    }
}

async fn read(source: &Source<'_>) -> Result<Value> {
    Ok(source.read().await?.value().clone())
}

/// The address of the first server.
fn first_server(document: &Value) -> Option<String> {
    let servers = document.get("servers")?.as_array()?;
    let url = servers.first()?.get("url")?.as_str()?;
    (!url.is_empty()).then(|| url.to_owned())
}

/// A document may come from anywhere. It starts no programs and opens no sockets of this machine, and gets no credentials that
/// were meant for another server.
fn check_named_server(document: &str, url: &str, command_line: &PartialSettings) -> Result {
    let shown = redacted_url(url);
    let is_on_network = matches!(Scheme::of(url), Some(Scheme::Http | Scheme::WebSocket));
    let hint = format!("rpc explore URL --document {document} calls the server that you name");
    if !is_on_network || !url.contains("://") {
        return Err(Failure::usage(format!(
            "{document} names the server {shown:?}, which is not an http, https, ws or wss URL"
        ))
        .with_hint(hint));
    }
    let settings = Settings::for_endpoint(url, command_line.clone())?;
    match settings.credentials.is_some() || !settings.headers.is_empty() {
        true => Err(Failure::usage(format!(
            "{document} names the server {shown}, and headers and credentials are sent only to servers that you name"
        ))
        .with_hint(hint)),
        false => Ok(()),
    }
}

/// Where calls go if nobody knows where to.
fn nobody() -> Client<BoxTransport> {
    let refuse = |_: Context, _: Option<Box<RawValue>>| async {
        let reason = "the document names no server: start rpc explore with a URL, and give the document with --document";
        Outcome::from(ErrorObject::new(code::INVALID_REQUEST, reason))
    };
    memory::connect(Dispatcher::new().fallback(refuse)).boxed()
}

//! `rpc mock`: a server that answers the calls of a document.

use rpc_codegen::mock::Mock;

use crate::arguments::MockArguments;
use crate::document::Source;
use crate::failure::{Failure, Result};
use crate::serving::serve_until_stopped;
use crate::terminal::report;

pub(crate) async fn run(arguments: MockArguments) -> Result {
    let source = Source {
        name: &arguments.document,
        settings: &arguments.settings,
        verbose: arguments.verbose,
    };
    let document = source.read().await?;
    let mut mock = Mock::of(&document).map_err(|error| source.mistake(&error))?;
    for warning in mock.warnings() {
        let text = source.at(&warning.place, &warning.message);
        report(&format!("warning: {text}"));
    }
    mock = mock.seed(arguments.seed).items(arguments.items);
    if let Some(delay) = arguments.delay {
        mock = mock.delay(delay.0, tokio::time::sleep);
    }
    for rule in &arguments.fail {
        let added = mock.fail(&rule.method, rule.code, rule.rate);
        mock = added.map_err(|error| Failure::usage(format!("--fail: {error}")))?;
    }
    serve_until_stopped(mock, &arguments.listen).await
}

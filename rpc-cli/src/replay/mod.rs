//! `rpc replay`: answers from a recording, or compares a server with it.

mod against;
mod differences;
mod given;
mod recording;
mod service;

use crate::arguments::ReplayArguments;
use crate::failure::Result;
use crate::serving::serve_until_stopped;

pub(crate) async fn run(arguments: ReplayArguments) -> Result {
    let lines = recording::read(&arguments.file)?;
    match &arguments.against {
        Some(endpoint) => against::run(lines, endpoint, &arguments).await,
        None => serve_until_stopped(service::Replay::of(lines), &arguments.listen).await,
    }
}

//! `rpc explore`: serves the explorer page on this machine, and passes its calls on to a server.

mod behind;
mod described;
mod headers;
mod origin;
mod service;
mod streams;

use std::net::SocketAddr;

use rpc_core::Server;
use rpc_http::server::{Endpoint, endpoint};

use self::behind::Behind;
use self::origin::OwnPage;
use self::service::Explored;
use crate::arguments::ExploreArguments;
use crate::failure::Result;
use crate::serving::{guarded, serve_at};
use crate::terminal::report;

pub(crate) async fn run(arguments: ExploreArguments) -> Result {
    let behind = Behind::of(&arguments).await?;
    serve_at(&arguments.listen, |address| {
        if !address.ip().is_loopback() {
            report("warning: anybody who can reach this address can call the server as you");
        }
        report(&format!(
            "exploring {}; open this page in a browser, and press Ctrl-C to stop",
            behind.about.shown
        ));
        page(behind, OwnPage::at(&arguments.listen), address)
    })
    .await
}

fn page(behind: Behind, own_page: OwnPage, address: SocketAddr) -> Endpoint<Explored> {
    let service = Explored::new(behind, own_page);
    // The person at the page started this command, and wants to know why a call failed.
    let server = Server::new(service).disclose(true).explain(true);
    guarded(endpoint(server).explorer(), address)
}

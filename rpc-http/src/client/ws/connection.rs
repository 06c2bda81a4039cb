//! [`Target`]: where a client connects to, and how.

use std::future::Future;

use http::{HeaderMap, Uri};
use hyper_util::rt::TokioIo;
use rpc_core::session::Session;
use rpc_tokio::client::Dial;
use tokio_websockets::{ClientBuilder, WebSocketStream};
use tower_service::Service;

use super::super::error::BoxError;
use super::super::lean::address::Address;
use super::super::lean::connector::{Connector, Wire};
use super::super::log::shown_url;
use crate::websocket::{Bounds, Ended, Gathered, Role, run};

/// Where a client connects to, and how.
pub(super) struct Target {
    pub(super) connector: Connector,
    pub(super) headers: HeaderMap,
    pub(super) address: Address,
    pub(super) bounds: Bounds,
}

impl Dial for Target {
    type Connection = WebSocketStream<Gathered<TokioIo<<Wire as Service<Uri>>::Response>>>;

    async fn connect(&self) -> Result<Self::Connection, BoxError> {
        let io = self.connector.connect(self.address.server.clone()).await?;
        let uri: Uri = self.address.uri.clone();
        let mut handshake = ClientBuilder::from_uri(uri).limits(self.bounds.limits());
        for (name, value) in &self.headers {
            handshake = handshake.add_header(name.clone(), value.clone())?;
        }
        let (socket, _response) = handshake
            .connect_on(Gathered::new(TokioIo::new(io)))
            .await?;
        Ok(socket)
    }

    async fn run(
        &self,
        socket: Self::Connection,
        session: Session,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), BoxError> {
        match run(socket, session, self.bounds, Role::Client, stop).await {
            Ended::Stopped => Ok(()),
            lost => Err(lost.to_string().into()),
        }
    }

    fn destination(&self) -> String {
        self.shown_url()
    }
}

impl Target {
    pub(super) fn shown_url(&self) -> String {
        let uri = &self.address.uri;
        let scheme = match uri.scheme_str() {
            Some("https") => "wss",
            _ => "ws",
        };
        let authority = uri.authority().map_or("", |it| it.as_str());
        shown_url(&format!("{scheme}://{authority}"), uri.path())
    }
}

//! [`Address`]: the servers of NATS and the subject of a service, in one text.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use async_nats::ServerAddr;
use rpc_core::Excerpt;

use crate::subject::{Base, InvalidSubject};

/// `nats://127.0.0.1:4222/shop`, or several servers: `nats://one:4222,two:4222/shop`.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) servers: Vec<ServerAddr>,
    pub(super) base: Base,
}

/// Why a text is not the address of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It does not end with a slash and a subject.
    NoSubject,
    /// The subject can't be that of a service.
    Subject(InvalidSubject),
    /// This can't be the address of a NATS server.
    Server(String),
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("nats", text));
        let (servers, subject) = rest.split_once('/').ok_or(AddressError::NoSubject)?;
        if subject.is_empty() {
            return Err(AddressError::NoSubject);
        }
        let base = Base::new(subject).map_err(AddressError::Subject)?;
        let server = |server: &str| {
            let parsed = format!("{scheme}://{server}").parse();
            // Without what may be a password.
            let shown = server.rsplit('@').next().unwrap_or_default();
            parsed.map_err(|_| AddressError::Server(shown.to_owned()))
        };
        Ok(Address {
            servers: servers.split(',').map(server).collect::<Result<_, _>>()?,
            base,
        })
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressError::NoSubject => f.write_str(
                "the address has no subject, such as `shop` in `nats://127.0.0.1:4222/shop`",
            ),
            AddressError::Subject(error) => error.fmt(f),
            AddressError::Server(server) => {
                let server = Excerpt::new(server, 200);
                write!(f, "`{server}` can't be the address of a NATS server")
            }
        }
    }
}

impl Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_servers_and_a_subject() {
        let address: Address = "nats://one:4222,me:secret@two/eu.shop"
            .parse()
            .expect("valid");
        let hosts: Vec<_> = address
            .servers
            .iter()
            .map(|it| (it.host(), it.port()))
            .collect();
        assert_eq!(hosts, [("one", 4222), ("two", 4222)]);
        assert_eq!(address.base.as_str(), "eu.shop");
        let address: Address = "localhost:5/shop".parse().expect("valid");
        assert_eq!(address.servers[0].port(), 5);
    }

    #[test]
    fn other_texts_are_refused() {
        let error = |text: &str| text.parse::<Address>().expect_err(text);
        assert_eq!(error("nats://localhost"), AddressError::NoSubject);
        assert_eq!(error("nats://localhost/"), AddressError::NoSubject);
        assert!(matches!(
            error("nats://localhost/a..b"),
            AddressError::Subject(_)
        ));
        let error = error("nats://me:secret@local host/shop");
        assert_eq!(error, AddressError::Server("local host".to_owned()));
    }
}

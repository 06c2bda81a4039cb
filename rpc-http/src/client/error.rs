//! [`BuildError`]: why a client could not be built.

use std::fmt;

use super::config::ConfigError;

/// The boxed cause of a failure.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a client could not be built.
#[non_exhaustive]
pub enum BuildError {
    /// The address is not an HTTP or HTTPS URL. It is not shown, since it may contain a secret.
    Url,
    /// The address is not a `ws` or `wss` URL. It is not shown, since it may contain a secret.
    #[cfg(feature = "ws")]
    WebSocketUrl,
    /// A WebSocket client has no such option.
    #[cfg(feature = "ws")]
    NotForWebSockets(&'static str),
    /// A header's name or value is not allowed.
    Header(http::Error),
    /// A user's name has a colon in it. In basic authentication, a colon ends the name (RFC 7617).
    UserWithColon,
    /// The address is an HTTPS URL, but connections go to a Unix socket, which is used without TLS.
    HttpsOverUnixSocket,
    /// A configuration is wrong: see [`Builder::configure`](super::Builder::configure).
    Config(ConfigError),
    /// A certificate or an identity can't be read, or the HTTP client can't be built.
    Http(BoxError),
    /// An option of the connections was set, but the application supplied the `reqwest::Client`.
    #[cfg(feature = "client")]
    Given(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Url => f.write_str("the address is not an HTTP or HTTPS URL"),
            #[cfg(feature = "ws")]
            BuildError::WebSocketUrl => f.write_str("the address is not a `ws` or `wss` URL"),
            #[cfg(feature = "ws")]
            BuildError::NotForWebSockets(option) => {
                write!(f, "`{option}` does not apply to a client over a WebSocket")
            }
            BuildError::Header(_) => f.write_str("a header's name or value is not allowed"),
            BuildError::UserWithColon => {
                f.write_str("a user's name has a colon, which basic authentication does not allow")
            }
            BuildError::HttpsOverUnixSocket => {
                f.write_str("over a Unix socket, the address has to be an HTTP URL, not HTTPS")
            }
            BuildError::Config(error) => error.fmt(f),
            BuildError::Http(_) => f.write_str("the HTTP client could not be set up"),
            #[cfg(feature = "client")]
            BuildError::Given(option) => {
                write!(
                    f,
                    "`{option}` has to be set on the `reqwest::Client` that was supplied"
                )
            }
        }
    }
}

/// In words, since `unwrap` and `expect` show this.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BuildError({self}")?;
        if let Some(source) = std::error::Error::source(self) {
            write!(f, ": {source}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BuildError::Header(error) => Some(error),
            BuildError::Http(error) => Some(&**error),
            // It is shown in place of this one.
            BuildError::Config(error) => error.source(),
            #[cfg(feature = "ws")]
            BuildError::WebSocketUrl | BuildError::NotForWebSockets(_) => None,
            BuildError::Url | BuildError::UserWithColon | BuildError::HttpsOverUnixSocket => None,
            #[cfg(feature = "client")]
            BuildError::Given(_) => None,
        }
    }
}

impl From<ConfigError> for BuildError {
    fn from(error: ConfigError) -> Self {
        BuildError::Config(error)
    }
}

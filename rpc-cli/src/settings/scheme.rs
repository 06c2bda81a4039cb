//! [`Scheme`]: how a server is reached, which is the first thing that a URL says.

/// How a server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    WebSocket,
    Zmq,
    Nats,
    /// TCP, TLS or a Unix socket, with messages in lines or with heads.
    Socket,
    /// A command, which is started, and called over its stdin and stdout.
    Process,
}

impl Scheme {
    pub(crate) fn of(url: &str) -> Option<Self> {
        let (scheme, _) = url.split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        let (kind, framing) = match scheme.split_once('+') {
            None => (&*scheme, ""),
            Some((kind, framing @ ("lines" | "headers"))) => (kind, framing),
            Some(_) => return None,
        };
        match (kind, framing) {
            ("http" | "https", "") => Some(Scheme::Http),
            ("ws" | "wss", "") => Some(Scheme::WebSocket),
            ("tcp" | "ipc", "") => Some(Scheme::Zmq),
            ("nats", "") => Some(Scheme::Nats),
            ("tcp" | "tls" | "unix", _) => Some(Scheme::Socket),
            ("stdio", _) => Some(Scheme::Process),
            _ => None,
        }
    }

    /// Whether a method can answer with a stream.
    pub(crate) fn carries_streams(self) -> bool {
        self != Scheme::Zmq
    }

    /// Whether a call can have headers of its own.
    pub(crate) fn takes_headers(self) -> bool {
        matches!(self, Scheme::Http | Scheme::Nats)
    }
}

/// Whether a URL names something on this machine: a path or a command, which has no host and no user.
pub(crate) fn is_local(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let kind = scheme.and_then(|scheme| scheme.split('+').next());
    let is_kind = |name| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(name));
    Scheme::of(url).is_some() && (is_kind("unix") || is_kind("stdio"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        for (url, scheme, local) in [
            ("http://a", Some(Scheme::Http), false),
            ("HTTPS://a", Some(Scheme::Http), false),
            ("wss://a/b", Some(Scheme::WebSocket), false),
            ("tcp://a:1", Some(Scheme::Zmq), false),
            ("ipc:///a", Some(Scheme::Zmq), false),
            ("nats://a:1/b", Some(Scheme::Nats), false),
            ("tcp+lines://a:1", Some(Scheme::Socket), false),
            ("tls://a:1", Some(Scheme::Socket), false),
            ("tls+headers://a:1", Some(Scheme::Socket), false),
            ("unix:/a", Some(Scheme::Socket), true),
            ("unix+headers:///a", Some(Scheme::Socket), true),
            ("stdio:a http://b", Some(Scheme::Process), true),
            ("http+lines://a", None, false),
            ("tcp+words://a:1", None, false),
            ("unix+words:a", None, false),
            ("gopher://a", None, false),
            ("shop", None, false),
        ] {
            assert_eq!(Scheme::of(url), scheme, "{url}");
            assert_eq!(is_local(url), local, "{url}");
        }
    }
}

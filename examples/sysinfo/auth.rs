//! [`Credentials`]: HTTP basic authentication as an axum middleware.

use std::error::Error;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

/// The credentials that a request must have: `NAME:PASSWORD` in base64, as browsers and `curl --user` send it.
#[derive(Clone)]
pub(crate) struct Credentials(Arc<str>);

impl Credentials {
    /// Reads them from the environment: `SYSINFO_USER` is `NAME:PASSWORD`, or `SYSINFO_USER_FILE` is the path of a file
    /// that contains it. There is no default.
    pub(crate) fn from_environment() -> Result<Self, Box<dyn Error>> {
        let text = match (
            std::env::var("SYSINFO_USER"),
            std::env::var_os("SYSINFO_USER_FILE"),
        ) {
            (Ok(text), None) => text,
            (Err(_), Some(file)) => std::fs::read_to_string(file)?,
            _ => return Err("set either SYSINFO_USER or SYSINFO_USER_FILE".into()),
        };
        let text = text.trim_end_matches(['\r', '\n']);
        match text.split_once(':') {
            Some((name, password)) if !name.is_empty() && !password.is_empty() => {
                Ok(Credentials(STANDARD.encode(text).into()))
            }
            _ => Err("the credentials are not in the form NAME:PASSWORD".into()),
        }
    }

    fn are_shown_by(&self, request: &Request) -> bool {
        let header = request.headers().get(AUTHORIZATION);
        let shown = header.and_then(|value| value.to_str().ok()?.split_once(' '));
        shown.is_some_and(|(scheme, shown)| {
            // Compared in constant time: the time reveals the length of the credentials, but not how much of a guess
            // was right.
            scheme.eq_ignore_ascii_case("basic") && shown.as_bytes().ct_eq(self.0.as_bytes()).into()
        })
    }
}

/// Passes on requests with the right credentials, and answers all others with 401.
pub(crate) async fn require(
    State(credentials): State<Credentials>,
    request: Request,
    next: Next,
) -> Response {
    if credentials.are_shown_by(&request) {
        return next.run(request).await;
    }
    let challenge = HeaderValue::from_static("Basic realm=\"sysinfo\", charset=\"UTF-8\"");
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)]).into_response()
}

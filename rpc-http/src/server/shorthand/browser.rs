//! What a page of another site can make a browser send, and what it can't.
//!
//! Such a page can't read the answer, but it can cause the call. It can't set the content type of JSON without the browser
//! asking the server first (a CORS preflight, which the layers around the endpoint answer). So a request with that content
//! type is let in. Any other request from a browser must come from one of the server's own pages.
//!
//! A link from outside of web pages is also let in: see the [dialect's documentation](super#browsers).

use http::HeaderMap;
use http::header::{CONTENT_TYPE, ORIGIN, USER_AGENT};

use super::super::request::content_type_is_right;

/// Says which site's page made a request. Browsers set it themselves, for HTTPS and for localhost.
const SITE: &str = "sec-fetch-site";

/// What `curl --data` sends for any data.
const FORM: &[u8] = b"application/x-www-form-urlencoded";

pub(super) const REFUSED: &str = "a page of another site may have caused this request: a browser \
                                  says where it is from over HTTPS and to localhost alone";

/// The rule for JSON-RPC messages. curl's own content type is also accepted, but not from a browser, whose forms have it.
pub(super) fn may_post(headers: &HeaderMap) -> bool {
    content_type_is_right(headers) || (is_form(headers) && !is_browser(headers))
}

/// A GET has no content type, unless somebody sets it on purpose.
pub(super) fn may_get(headers: &HeaderMap) -> bool {
    let is_json = headers.contains_key(CONTENT_TYPE) && content_type_is_right(headers);
    is_json || is_from_same_origin(headers) || !is_browser(headers)
}

/// From a page of the server's own, or from none: an address that was typed in, a bookmark, a link in a mail.
fn is_from_same_origin(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SITE).iter();
    match (sites.next(), sites.next()) {
        (Some(site), None) => site == "same-origin" || site == "none",
        _ => false,
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (Some(content_type), None) => content_type.as_bytes().eq_ignore_ascii_case(FORM),
        _ => false,
    }
}

/// Over plain HTTP, browsers do not say which page made a request, and a GET need not have an origin. But all of them begin
/// their name like this. A page of another site may set another name, but then the browser asks first.
fn is_browser(headers: &HeaderMap) -> bool {
    let name = headers.get(USER_AGENT).map(|name| name.as_bytes());
    headers.contains_key(ORIGIN)
        || headers.contains_key(SITE)
        || name.is_some_and(|name| name.starts_with(b"Mozilla/"))
}

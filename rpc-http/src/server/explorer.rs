//! Serves the explorer page to browsers.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use super::body::Body;

/// Keeps a page of another site that opened this one from reaching into it.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Whether a browser asks for a page. With the shorthand, a path is the name of a method, and only an empty one leads here.
pub(super) fn is_wanted<B>(request: &Request<B>, has_shorthand: bool) -> bool {
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    let names_method = has_shorthand && !request.uri().path().trim_matches('/').is_empty();
    is_get && !names_method && names(request.headers(), &ACCEPT, "text/html")
}

/// The page, or that the browser has it already.
pub(super) fn page(headers: &HeaderMap) -> Response<Body> {
    let is_compressed = names(headers, &ACCEPT_ENCODING, "gzip");
    let (content, form) = match is_compressed {
        true => (rpc_explorer::PAGE_GZIP, "-gzip"),
        false => (rpc_explorer::PAGE, ""),
    };
    let tag = format!("\"{}{form}\"", rpc_explorer::DIGEST);
    let mut response = Response::new(Body::default());
    if is_known(headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(content);
        if is_compressed {
            let gzip = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, gzip);
        }
    }
    add_headers(response.headers_mut(), &tag);
    response
}

fn add_headers(headers: &mut HeaderMap, tag: &str) {
    let fixed = [
        (CONTENT_TYPE, rpc_explorer::CONTENT_TYPE),
        (
            CONTENT_SECURITY_POLICY,
            rpc_explorer::CONTENT_SECURITY_POLICY,
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
        // A browser keeps it, and asks each time whether it is still the same.
        (CACHE_CONTROL, "no-cache"),
        (VARY, "accept, accept-encoding"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
}

/// Whether one of the tags that the browser has is this one (RFC 9110, section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter();
    let mut tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Whether a header with a list names this, and does not give it a weight of zero.
fn names(headers: &HeaderMap, header: &HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(header).iter();
    let mut ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ranges.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case(wanted));
        is_named && !parts.any(is_zero_weight)
    })
}

/// Such a weight means "not acceptable" (RFC 9110, section 12.4.2).
fn is_zero_weight(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else {
        return false;
    };
    let weight = weight.trim().parse::<f32>();
    name.trim().eq_ignore_ascii_case("q") && weight.is_ok_and(|weight| weight == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, path: &str, accept: &str) -> Request<()> {
        let request = Request::builder().method(method).uri(path);
        request
            .header(ACCEPT, accept)
            .body(())
            .expect("a valid request")
    }

    #[test]
    fn only_a_browser_that_asks_for_a_page_gets_it() {
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        for (method, path, accept, has_shorthand, is_page) in [
            (Method::GET, "/", browser, false, true),
            (Method::HEAD, "/", browser, false, true),
            (Method::GET, "/rpc", browser, false, true),
            (Method::GET, "/", browser, true, true),
            (Method::GET, "/add", browser, true, false),
            (Method::POST, "/", browser, false, false),
            (Method::GET, "/", "*/*", false, false),
            (Method::GET, "/", "text/html;q=0", false, false),
            (Method::GET, "/", "text/event-stream", false, false),
        ] {
            let request = request(method, path, accept);
            assert_eq!(is_wanted(&request, has_shorthand), is_page, "{request:?}");
        }
    }

    #[test]
    fn a_browser_that_has_the_page_is_told_so() {
        let first = page(&HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[ETAG].to_str().expect("ASCII").to_owned();
        for (known, status) in [
            (tag.clone(), StatusCode::NOT_MODIFIED),
            (format!("\"x\", W/{tag}"), StatusCode::NOT_MODIFIED),
            ("\"x\"".to_owned(), StatusCode::OK),
        ] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, known.parse().expect("a value"))]);
            assert_eq!(page(&headers).status(), status, "{known}");
        }
    }

    #[test]
    fn a_browser_that_understands_gzip_gets_gzip() {
        let headers = |value| HeaderMap::from_iter([(ACCEPT_ENCODING, value)]);
        let gzip = page(&headers(HeaderValue::from_static("br, gzip")));
        assert_eq!(gzip.headers()[CONTENT_ENCODING], "gzip");
        assert_ne!(
            gzip.headers()[ETAG],
            page(&HeaderMap::new()).headers()[ETAG]
        );
        let plain = page(&headers(HeaderValue::from_static("gzip;q=0")));
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    }
}

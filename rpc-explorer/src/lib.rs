//! The explorer page: methods, docs, forms and calls of a JSON-RPC endpoint, in a browser.
//!
//! The page is one HTML file. It asks the address from which it came for `rpc.discover`, by POST, and sends calls there. It loads
//! nothing else: its script and style are inside, and [`CONTENT_SECURITY_POLICY`] allows only these two, by their hashes.
//!
//! `rpc-http` serves it, with its feature `explorer`. To serve it in another way, send [`PAGE`] with these headers:
//!
//! ```
//! let headers = [
//!     ("content-type", rpc_explorer::CONTENT_TYPE),
//!     ("content-security-policy", rpc_explorer::CONTENT_SECURITY_POLICY),
//!     ("x-content-type-options", "nosniff"),
//! ];
//! assert!(rpc_explorer::PAGE.starts_with(b"<!doctype html>"));
//! # drop(headers);
//! ```
//!
//! The sources are in `page`, in TypeScript. `npm ci` and `npm run build` there make the files that this crate includes. They are
//! committed, so building the crate needs no other tools.

/// The page, in UTF-8.
pub const PAGE: &[u8] = include_bytes!("../page/built/page.html");

/// The same, compressed with gzip.
pub const PAGE_GZIP: &[u8] = include_bytes!("../page/built/page.html.gz");

/// What the page may load and do: run its own script, use its own style, and send requests to where it came from.
pub const CONTENT_SECURITY_POLICY: &str = include_str!("../page/built/policy.txt");

/// Tells this page from that of another version: its SHA-256 in hexadecimal digits.
pub const DIGEST: &str = include_str!("../page/built/digest.txt");

/// The content type of both forms.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    /// A page that is larger takes noticeable time to load over a slow network.
    const MAX_COMPRESSED: usize = 60_000;

    #[test]
    fn the_compressed_page_is_small() {
        assert!(
            PAGE_GZIP.len() <= MAX_COMPRESSED,
            "{} bytes",
            PAGE_GZIP.len()
        );
        assert!(PAGE_GZIP.starts_with(&[0x1f, 0x8b]));
    }

    #[test]
    fn the_values_of_headers_are_on_one_line() {
        for value in [CONTENT_SECURITY_POLICY, DIGEST, CONTENT_TYPE] {
            assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            assert_eq!(value.trim(), value);
        }
    }
}

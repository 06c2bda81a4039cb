//! What this command adds to a server's document, for the page.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;

use super::behind::About;

/// Tells the page where calls really go, for its snippets.
const URL_MEMBER: &str = "x-explorer-url";

/// Tells the page whether the server gets the headers of its calls.
const HEADERS_MEMBER: &str = "x-explorer-headers";

/// The document with what this command knows of the server. `None` if it is not an object.
///
/// The document is someone else's, and people copy and run the command with the address. So its own members with these names are
/// left out. The texts of all others are kept as they are, so that no number is read and written again.
pub(crate) fn described(document: &str, about: &About) -> Option<Box<RawValue>> {
    let Members(given) = serde_json::from_str(document).ok()?;
    let url = about.url.as_ref();
    let url = url.map(|url| format!("{}:{}", json!(URL_MEMBER), json!(url)));
    let headers = format!("{}:{}", json!(HEADERS_MEMBER), about.takes_headers);
    let kept = given.iter().filter(|(name, _)| !is_added(name));
    let members: Vec<_> = kept
        .map(|(name, value)| format!("{name}:{value}"))
        .chain(url)
        .chain([headers])
        .collect();
    RawValue::from_string(format!("{{{}}}", members.join(","))).ok()
}

/// Whether this command says what a member of this name says. A name may be written with escapes.
fn is_added(name: &RawValue) -> bool {
    let name: Result<String, _> = serde_json::from_str(name.get());
    // What can't be read as a name, such as half of a surrogate pair, is another name.
    name.is_ok_and(|name| name == URL_MEMBER || name == HEADERS_MEMBER)
}

/// The members of an object, as their texts.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(document: &str, url: Option<&str>) -> Option<String> {
        let about = About {
            url: url.map(str::to_owned),
            takes_headers: true,
            shown: String::new(),
        };
        described(document, &about).map(|it| it.to_string())
    }

    #[test]
    fn a_document_keeps_its_digits() {
        assert_eq!(
            made(
                r#" {"n":18446744073709551616, "\ud800":1e2}"#,
                Some("http://a/")
            )
            .as_deref(),
            Some(
                r#"{"n":18446744073709551616,"\ud800":1e2,"x-explorer-url":"http://a/","x-explorer-headers":true}"#
            )
        );
        assert_eq!(
            made("{ }", Some("http://a/")).as_deref(),
            Some(r#"{"x-explorer-url":"http://a/","x-explorer-headers":true}"#)
        );
        assert_eq!(made("[]", Some("http://a/")), None);
    }

    #[test]
    fn a_server_does_not_choose_the_command_that_people_copy() {
        for member in [
            r#""x-explorer-url":"stdio:sh -c id""#,
            r#""\u0078-explorer-url" : "stdio:sh -c id""#,
            r#""x-explorer-url":1,"x-explorer-url":"stdio:sh -c id""#,
            r#""x-explorer-headers":false"#,
        ] {
            let document = format!(r#"{{{member},"openrpc":"1.4.1",{member}}}"#);
            assert_eq!(
                made(&document, Some("http://a/")).as_deref(),
                Some(
                    r#"{"openrpc":"1.4.1","x-explorer-url":"http://a/","x-explorer-headers":true}"#
                ),
                "{member}"
            );
            assert_eq!(
                made(&document, None).as_deref(),
                Some(r#"{"openrpc":"1.4.1","x-explorer-headers":true}"#)
            );
        }
    }
}

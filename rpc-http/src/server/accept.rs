//! [`Accept`]: whether a client takes a stream's items as they come.

use http::HeaderValue;

/// What a client takes as the answer to a call of a method that streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Only a reply in one piece.
    Reply,
    /// Server-sent events, too.
    Events,
}

const EVENTS: &str = "text/event-stream";

impl Accept {
    /// Whether this value of the header `Accept` names server-sent events. A range such as `*/*` does not: most clients that
    /// send it can't read events.
    #[inline]
    pub(super) fn names_events(value: &HeaderValue) -> bool {
        // `application/json` is shorter, so most requests cost no more than this.
        value.len() >= EVENTS.len() && is_among(value)
    }
}

#[cold]
fn is_among(value: &HeaderValue) -> bool {
    let Ok(value) = value.to_str() else {
        return false;
    };
    value.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case(EVENTS));
        is_named && !parts.any(refuses)
    })
}

/// Whether a parameter is a weight of zero, which means "not acceptable" (RFC 9110, section 12.4.2).
fn refuses(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else {
        return false;
    };
    let weight = weight.trim().parse::<f32>();
    name.trim().eq_ignore_ascii_case("q") && weight.is_ok_and(|weight| weight == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_name_accepts_it() {
        for (value, accepts) in [
            ("text/event-stream", true),
            ("Text/Event-Stream", true),
            ("application/json, text/event-stream", true),
            ("text/event-stream;q=0.5,application/json", true),
            ("text/event-stream; charset=utf-8; q=0.001", true),
            ("application/json;q=0, text/event-stream", true),
            ("text/event-stream;q=0", false),
            ("text/event-stream; Q = 0.000, application/json", false),
            ("application/json", false),
            ("*/*", false),
            ("text/*, application/json", false),
            ("text/event-stream-2", false),
            ("application/json;x=text/event-stream", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(value);
            assert_eq!(Accept::names_events(&value), accepts, "{value:?}");
        }
    }
}

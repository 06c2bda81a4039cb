//! The runtime of generated packages. What waits is derived from what is asynchronous, so that there is one source of both.

use crate::generated::File;

/// The files that are the same for every document.
pub(super) fn files() -> impl Iterator<Item = File> {
    let written = WRITTEN.iter().map(|(name, text)| File {
        name,
        text: (*text).to_owned(),
    });
    let derived = DERIVED.iter().map(|(name, text)| File {
        name,
        text: waiting(text),
    });
    written.chain(derived)
}

const WRITTEN: &[(&str, &str)] = &[
    ("_batch.py", include_str!("runtime/_batch.py")),
    ("_calls_async.py", include_str!("runtime/_calls_async.py")),
    ("_client_async.py", include_str!("runtime/_client_async.py")),
    ("_events.py", include_str!("runtime/_events.py")),
    ("_failures.py", include_str!("runtime/_failures.py")),
    ("_http_async.py", include_str!("runtime/_http_async.py")),
    (
        "_http_failures.py",
        include_str!("runtime/_http_failures.py"),
    ),
    ("_json.py", include_str!("runtime/_json.py")),
    ("_primitives.py", include_str!("runtime/_primitives.py")),
    ("_routes.py", include_str!("runtime/_routes.py")),
    ("_settings.py", include_str!("runtime/_settings.py")),
    ("_socket_async.py", include_str!("runtime/_socket_async.py")),
    (
        "_socket_failures.py",
        include_str!("runtime/_socket_failures.py"),
    ),
    ("_streams.py", include_str!("runtime/_streams.py")),
    ("_waiting.py", include_str!("runtime/_waiting.py")),
    (
        "_waiting_async.py",
        include_str!("runtime/_waiting_async.py"),
    ),
    ("_wire.py", include_str!("runtime/_wire.py")),
    ("py.typed", include_str!("runtime/py.typed")),
];

const DERIVED: &[(&str, &str)] = &[
    ("_calls.py", include_str!("runtime/_calls_async.py")),
    ("_client.py", include_str!("runtime/_client_async.py")),
    ("_http.py", include_str!("runtime/_http_async.py")),
    ("_socket.py", include_str!("runtime/_socket_async.py")),
];

/// What is written otherwise where calls wait, in this order.
const WAITING: &[(&str, &str)] = &[
    ("import asyncio\n", "import time\n"),
    ("asyncio.sleep", "time.sleep"),
    ("websockets.asyncio", "websockets.sync"),
    ("async def", "def"),
    ("async with", "with"),
    ("async for", "for"),
    ("await ", ""),
    ("StopAsyncIteration", "StopIteration"),
    ("Async", ""),
    ("_async", ""),
    ("aclose", "close"),
    ("aiter_bytes", "iter_bytes"),
    ("__aenter__", "__enter__"),
    ("__aexit__", "__exit__"),
    ("__aiter__", "__iter__"),
    ("__anext__", "__next__"),
    ("anext(", "next("),
];

/// Code of asyncio as code that waits.
fn waiting(code: &str) -> String {
    let replace = |code: String, (from, to): &(&str, &str)| code.replace(from, to);
    WAITING.iter().fold(code.to_owned(), replace)
}

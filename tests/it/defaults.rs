//! The documentation gives each default as a number, and the number is that of the one constant which the code reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// The constants of a file, as the documentation writes them: `30 s`, `2 MiB`, `1,024`.
fn constants(file: &str) -> BTreeMap<String, String> {
    let text = read(file);
    let constant = |line: &str| {
        let (_, rest) = line.split_once("const ")?;
        let (name, rest) = rest.split_once(": ")?;
        let (ty, value) = rest.split_once(" = ")?;
        let value = value.trim_end_matches(';');
        let shown = match ty {
            "Duration" => duration(value),
            _ => number(value.split('*').map(integer).product()),
        };
        Some((name.to_owned(), shown))
    };
    text.lines().filter_map(constant).collect()
}

fn integer(text: &str) -> u64 {
    text.trim().replace('_', "").parse().unwrap()
}

fn duration(value: &str) -> String {
    let (unit, value) = value.trim_end_matches(')').split_once('(').unwrap();
    match unit {
        "Duration::from_secs" => format!("{} s", integer(value)),
        "Duration::from_millis" => format!("{} ms", integer(value)),
        other => panic!("{other}"),
    }
}

fn number(value: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    match value {
        _ if value >= MIB && value.is_multiple_of(MIB) => format!("{} MiB", value / MIB),
        _ if value >= 16 * KIB && value.is_multiple_of(KIB) => format!("{} KiB", value / KIB),
        1000.. => format!("{},{:03}", value / 1000, value % 1000),
        _ => value.to_string(),
    }
}

/// The documentation above a function, in one line.
fn docs(file: &str, function: &str) -> String {
    let text = read(file);
    let start = format!("pub fn {function}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.starts_with(&start));
    let at = at.unwrap_or_else(|| panic!("no `{function}` in {file}"));
    let is_above = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
    let above = lines[..at].iter().rev().take_while(is_above);
    let mut above: Vec<&str> = above.filter_map(|line| line.strip_prefix("///")).collect();
    above.reverse();
    above.concat()
}

const SHARED: &str = "rpc-tokio/src/defaults.rs";
const HTTP_SERVER: &str = "rpc-http/src/server/defaults.rs";
const HTTP_CLIENT: &str = "rpc-http/src/client/defaults.rs";
const ZMQ: &str = "rpc-zmq/src/defaults.rs";
const NATS: &str = "rpc-nats/src/defaults.rs";
const STREAM: &str = "rpc-stream/src/defaults.rs";

/// A setting's file and function, and the file and the name of its default.
const SETTINGS: &[(&str, &str, &str, &str)] = &[
    (
        "rpc-core/src/client/batching/settings.rs",
        "pause",
        "rpc-core/src/limits.rs",
        "BATCHING_PAUSE",
    ),
    (
        "rpc-http/src/server/endpoint.rs",
        "max_message",
        SHARED,
        "MAX_MESSAGE",
    ),
    (
        "rpc-http/src/server/endpoint.rs",
        "max_in_flight",
        SHARED,
        "MAX_IN_FLIGHT",
    ),
    (
        "rpc-http/src/server/endpoint.rs",
        "heartbeat_interval",
        HTTP_SERVER,
        "HEARTBEAT",
    ),
    (
        "rpc-http/src/server/endpoint.rs",
        "body_timeout",
        SHARED,
        "MESSAGE_TIMEOUT",
    ),
    (
        "rpc-http/src/server/endpoint.rs",
        "max_receiving",
        HTTP_SERVER,
        "MAX_RECEIVING",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "max_header_size",
        HTTP_SERVER,
        "MAX_HEADER_SIZE",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "http2_max_streams",
        SHARED,
        "MAX_IN_FLIGHT_PER_CONNECTION",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "http2_ping_interval",
        HTTP_SERVER,
        "HTTP2_PING_INTERVAL",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "max_connection_age",
        HTTP_SERVER,
        "MAX_CONNECTION_AGE",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "shutdown_deadline",
        SHARED,
        "SHUTDOWN_DEADLINE",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "max_connections",
        SHARED,
        "MAX_CONNECTIONS",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "idle_timeout",
        HTTP_SERVER,
        "IDLE_TIMEOUT",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "header_timeout",
        SHARED,
        "HANDSHAKE_TIMEOUT",
    ),
    (
        "rpc-http/src/server/serve.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
    (
        "rpc-http/src/client/builder.rs",
        "timeout",
        SHARED,
        "CALL_TIMEOUT",
    ),
    (
        "rpc-http/src/client/builder.rs",
        "max_reply",
        SHARED,
        "MAX_REPLY",
    ),
    (
        "rpc-http/src/client/builder.rs",
        "idle_timeout",
        HTTP_CLIENT,
        "IDLE_TIMEOUT",
    ),
    (
        "rpc-http/src/client/builder.rs",
        "max_age",
        HTTP_CLIENT,
        "MAX_AGE",
    ),
    (
        "rpc-nats/src/server/serve.rs",
        "shutdown_deadline",
        SHARED,
        "SHUTDOWN_DEADLINE",
    ),
    (
        "rpc-nats/src/server/serve.rs",
        "max_in_flight",
        SHARED,
        "MAX_IN_FLIGHT",
    ),
    (
        "rpc-nats/src/client/builder.rs",
        "timeout",
        SHARED,
        "CALL_TIMEOUT",
    ),
    (
        "rpc-nats/src/client/builder.rs",
        "max_reply",
        SHARED,
        "MAX_REPLY",
    ),
    (
        "rpc-nats/src/client/builder.rs",
        "max_in_flight",
        SHARED,
        "MAX_IN_FLIGHT",
    ),
    (
        "rpc-nats/src/client/builder.rs",
        "loss_timeout",
        NATS,
        "LOSS_TIMEOUT",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "shutdown_deadline",
        SHARED,
        "SHUTDOWN_DEADLINE",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "max_connections",
        SHARED,
        "MAX_CONNECTIONS",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "max_message",
        SHARED,
        "MAX_MESSAGE",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "max_in_flight",
        SHARED,
        "MAX_IN_FLIGHT",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "max_in_flight_per_connection",
        SHARED,
        "MAX_IN_FLIGHT_PER_CONNECTION",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "handshake_timeout",
        SHARED,
        "HANDSHAKE_TIMEOUT",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "message_timeout",
        SHARED,
        "MESSAGE_TIMEOUT",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
    (
        "rpc-zmq/src/server/serve.rs",
        "heartbeat",
        ZMQ,
        "SERVER_HEARTBEAT",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "timeout",
        SHARED,
        "CALL_TIMEOUT",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "max_reply",
        SHARED,
        "MAX_REPLY",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "max_in_flight",
        SHARED,
        "MAX_IN_FLIGHT_PER_CONNECTION",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "connect_timeout",
        SHARED,
        "CONNECT_TIMEOUT",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "max_backoff",
        SHARED,
        "MAX_BACKOFF",
    ),
    (
        "rpc-zmq/src/client/builder.rs",
        "heartbeat",
        ZMQ,
        "CLIENT_HEARTBEAT",
    ),
    (
        "rpc-stream/src/server/serve.rs",
        "shutdown_deadline",
        SHARED,
        "SHUTDOWN_DEADLINE",
    ),
    (
        "rpc-stream/src/server/serve.rs",
        "max_connections",
        SHARED,
        "MAX_CONNECTIONS",
    ),
    (
        "rpc-stream/src/server/serve.rs",
        "max_message",
        SHARED,
        "MAX_MESSAGE",
    ),
    (
        "rpc-stream/src/server/serve.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
    (
        "rpc-stream/src/server/serve.rs",
        "keep_alive",
        STREAM,
        "KEEP_ALIVE",
    ),
    (
        "rpc-stream/src/server/stdio.rs",
        "max_message",
        SHARED,
        "MAX_MESSAGE",
    ),
    (
        "rpc-stream/src/server/stdio.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "timeout",
        SHARED,
        "CALL_TIMEOUT",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "max_reply",
        SHARED,
        "MAX_REPLY",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "connect_timeout",
        SHARED,
        "CONNECT_TIMEOUT",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "max_backoff",
        SHARED,
        "MAX_BACKOFF",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
    (
        "rpc-stream/src/client/builder.rs",
        "keep_alive",
        STREAM,
        "KEEP_ALIVE",
    ),
    (
        "rpc-stream/src/child/builder.rs",
        "timeout",
        SHARED,
        "CALL_TIMEOUT",
    ),
    (
        "rpc-stream/src/child/builder.rs",
        "max_reply",
        SHARED,
        "MAX_REPLY",
    ),
    (
        "rpc-stream/src/child/builder.rs",
        "write_timeout",
        SHARED,
        "WRITE_TIMEOUT",
    ),
];

#[test]
fn the_documented_defaults_are_those_of_the_code() {
    for (file, setting, table, name) in SETTINGS {
        let constants = constants(table);
        let default = constants.get(*name);
        let default = default.unwrap_or_else(|| panic!("no `{name}` in {table}"));
        let docs = docs(file, setting);
        let told = format!("default {default}");
        assert!(
            docs.contains(&told),
            "{file}: `{setting}` is not documented as {told}: {docs}"
        );
    }
}

/// A constant that nothing reads is a second copy of a number.
#[test]
fn each_default_and_limit_is_read() {
    for (table, src) in [
        ("rpc-core/src/limits.rs", "rpc-core/src"),
        (SHARED, "."),
        (HTTP_SERVER, "rpc-http/src"),
        (HTTP_CLIENT, "rpc-http/src"),
        (ZMQ, "rpc-zmq/src"),
        (STREAM, "rpc-stream/src"),
        (NATS, "rpc-nats/src"),
    ] {
        let mut code = String::new();
        for folder in [
            "rpc-core/src",
            "rpc-tokio/src",
            "rpc-http/src",
            "rpc-zmq/src",
            "rpc-stream/src",
            "rpc-nats/src",
        ] {
            if src == "." || folder == src {
                collect(&root().join(folder), &root().join(table), &mut code);
            }
        }
        for name in constants(table).keys() {
            let is_read = code
                .lines()
                .any(|line| !line.trim().starts_with("//") && line.contains(name.as_str()));
            // The table itself may read it: `Limits::default()` does.
            let own = read(table);
            let in_code = own.lines().filter(|line| !line.trim().starts_with("//"));
            let times = in_code.filter(|line| line.contains(name.as_str())).count();
            assert!(is_read || times > 1, "nothing reads `{name}` of {table}");
        }
    }
}

fn collect(folder: &Path, except: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, except, code);
        } else if path.canonicalize().unwrap() != except.canonicalize().unwrap() {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

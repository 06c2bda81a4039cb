//! Bytes that travel as base64 text.

use std::borrow::Cow;
use std::sync::Arc;

use allocation_counter::measure;
use futures_util::FutureExt;
use rpc_core::introspection::IntrospectionClient;
use rpc_core::{Base64, Dispatcher, Server, code, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::scripted::Script;

#[rpc]
trait Files {
    async fn write(&self, name: &str, content: Base64<Cow<'_, [u8]>>) -> usize;
    async fn read(&self, #[rpc(default = 1)] copies: usize) -> Option<Base64>;
    async fn shared(&self) -> Vec<rpc_core::Base64<Arc<[u8]>>>;
    async fn lent(&self, content: &Base64, note: Option<Base64<bytes::Bytes>>) -> usize;
    #[rpc(blocking)]
    fn reversed(&self, content: Base64) -> Base64<Box<[u8]>>;
    async fn stored(&self, file: File) -> File;
    async fn other(&self, a: MyBase64<u8>) -> Base64Like;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct File {
    name: String,
    content: Base64,
}

#[derive(Debug, Serialize, Deserialize)]
struct MyBase64<T>(T);

#[derive(Debug, Serialize, Deserialize)]
struct Base64Like(u8);

struct Disk;

impl Files for Disk {
    async fn write(&self, _: &str, content: Base64<Cow<'_, [u8]>>) -> usize {
        content.into_vec().len()
    }

    async fn read(&self, copies: usize) -> Option<Base64> {
        (copies > 0).then(|| Base64(b"a\x00\xff".repeat(copies)))
    }

    async fn shared(&self) -> Vec<Base64<Arc<[u8]>>> {
        vec![Base64(Arc::from(*b"shared"))]
    }

    async fn lent(&self, content: &Base64, note: Option<Base64<bytes::Bytes>>) -> usize {
        content.len() + note.map_or(0, |note| note.len())
    }

    fn reversed(&self, content: Base64) -> Base64<Box<[u8]>> {
        Base64(content.iter().rev().copied().collect())
    }

    async fn stored(&self, file: File) -> File {
        file
    }

    async fn other(&self, a: MyBase64<u8>) -> Base64Like {
        Base64Like(a.0)
    }
}

/// The samples of RFC 4648, section 10, and some bytes that are not text.
const SAMPLES: &[(&[u8], &str)] = &[
    (b"", ""),
    (b"f", "Zg=="),
    (b"fo", "Zm8="),
    (b"foo", "Zm9v"),
    (b"foob", "Zm9vYg=="),
    (b"fooba", "Zm9vYmE="),
    (b"foobar", "Zm9vYmFy"),
    (b"\xfb\xff\xfe\x00", "+//+AA=="),
];

#[tokio::test]
async fn bytes_are_text_on_the_wire() {
    for (bytes, text) in SAMPLES {
        let script = Script::replies(format!(r#"{{"jsonrpc":"2.0","result":"{text}","id":1}}"#));
        let files = FilesClient::new(script.client());
        let read = files.read(1).await.unwrap().unwrap();
        assert_eq!(&read.0, bytes);
        let write = files.write("a", (*bytes).into());
        drop(write.notify().await);
        assert_eq!(
            script.sent()[1],
            format!(r#"{{"jsonrpc":"2.0","method":"write","params":["a","{text}"]}}"#)
        );
        assert_eq!(
            format!("{read} {read:?}"),
            format!("{text} Base64(\"{text}\")")
        );
    }
}

#[tokio::test]
async fn every_holder_of_bytes_arrives() {
    let files = FilesClient::new(memory::connect(FilesServer::new(Disk)));
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(files.write("a", (&bytes).into()).await.unwrap(), 256);
    assert_eq!(files.write("a", (&[1_u8, 2]).into()).await.unwrap(), 2);
    assert_eq!(files.write("a", bytes.clone().into()).await.unwrap(), 256);
    assert_eq!(
        files.read(2).await.unwrap().unwrap().0,
        b"a\x00\xffa\x00\xff"
    );
    assert_eq!(files.read(0).await.unwrap(), None);
    assert_eq!(&files.shared().await.unwrap()[0][..], b"shared");
    let note = bytes::Bytes::from_static(b"note");
    let content = Base64(bytes);
    assert_eq!(files.lent(&content, Some(note.into())).await.unwrap(), 260);
    assert_eq!(
        &*files.reversed(Base64(vec![1, 2])).await.unwrap().0,
        [2, 1]
    );
    let file = || File {
        name: "a".to_owned(),
        content: Base64(vec![0, 255]),
    };
    assert_eq!(files.stored(file()).await.unwrap(), file());
}

#[tokio::test]
async fn a_text_that_is_not_base64_is_refused_with_the_place() {
    let client = memory::connect(FilesServer::new(Disk));
    for (text, expected) in [
        (
            json!("Zm9v\u{1b}"),
            r"`\u{1b}` at offset 4 is not in the alphabet",
        ),
        (json!("Zm9ö"), "`ö` at offset 3 is not in the alphabet"),
        (
            json!("Zm9v\nZm9v"),
            r"`\n` at offset 4 is not in the alphabet",
        ),
        (
            json!("_-_-"),
            "`_` at offset 0 is of the alphabet for URLs; the standard alphabet has `+` and `/`",
        ),
        (
            json!("Zm9"),
            "the length is not a multiple of 4; the text is cut or lacks its padding",
        ),
        (
            json!("Z"),
            "the length is not a multiple of 4; the text is cut or lacks its padding",
        ),
        (
            json!("Zg==Zg=="),
            "padding at offset 2, where a symbol must be",
        ),
        (
            json!("Zh=="),
            "the last symbol, at offset 1, has bits that no byte uses",
        ),
    ] {
        let call = client.call::<_, usize>("write", ("a", &text));
        let error = call.await.unwrap_err();
        let error = error.object().unwrap();
        assert_eq!(error.code(), code::INVALID_PARAMS);
        assert_eq!(
            error.data_as::<String>().unwrap(),
            format!("parameter `content`: invalid base64: {expected}"),
            "{text}"
        );
    }
    let call = client.call::<_, usize>("write", ("a", [1, 2, 3]));
    let error = call.await.unwrap_err();
    assert_eq!(
        error.object().unwrap().data_as::<String>().unwrap(),
        "parameter `content`: invalid type: sequence, expected a string of base64"
    );
}

#[tokio::test]
async fn escapes_in_the_text_are_read() {
    // PHP escapes slashes.
    let client = memory::connect(FilesServer::new(Disk));
    let message = r#"{"jsonrpc":"2.0","method":"reversed","params":["+\/\/\u002bAA=="],"id":1}"#;
    assert_eq!(
        client.send(message).await.unwrap().unwrap(),
        r#"{"jsonrpc":"2.0","result":"AP7/+w==","id":1}"#
    );
}

#[tokio::test]
async fn the_signature_names_it_alike_whatever_holds_the_bytes() {
    let service = Dispatcher::new().service(FilesServer::new(Disk)).method(
        "function",
        |a: Vec<Base64>, _: Option<Base64<Arc<[u8]>>>| async move { a.into_iter().next() },
    );
    let client = IntrospectionClient::new(memory::connect(service));
    let types = async |method: &str| {
        let signature = client.signature(method).await.unwrap();
        let params = signature.params.into_iter().map(|param| param.ty);
        params
            .chain([signature.result])
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(types("write").await, "&str, Base64, usize");
    assert_eq!(types("read").await, "usize, Option<Base64>");
    assert_eq!(types("shared").await, "Vec<Base64>");
    assert_eq!(types("lent").await, "&Base64, Option<Base64>, usize");
    assert_eq!(
        types("function").await,
        "Vec<Base64>, Option<Base64>, Option<Base64>"
    );
    assert_eq!(types("other").await, "MyBase64<u8>, Base64Like");
}

/// A megabyte is not copied on its way into the message or out of it.
#[test]
fn neither_side_copies_the_bytes() {
    const MEGABYTE: usize = 1 << 20;
    let bytes = vec![7; MEGABYTE];
    let script = Script::silent();
    let files = FilesClient::new(script.client());
    let encoded = measure(|| {
        drop(files.write("a", (&bytes).into()));
    });
    // A buffer that grows keeps its old half until the new one is filled.
    let most = 4 * (MEGABYTE * 4 / 3);
    assert!(encoded.bytes_max < most as u64, "{encoded:?}");

    let server = Server::new(FilesServer::new(Disk));
    let message = format!(
        r#"{{"jsonrpc":"2.0","method":"write","params":["a","{}"],"id":1}}"#,
        Base64(&bytes)
    );
    let decoded = measure(|| {
        let answer = server.handle(message.as_bytes(), Default::default());
        let reply = answer.now_or_never().unwrap().unwrap().into_body();
        assert_eq!(reply, br#"{"jsonrpc":"2.0","result":1048576,"id":1}"#);
    });
    assert!(decoded.bytes_max < MEGABYTE as u64 + 2048, "{decoded:?}");
}

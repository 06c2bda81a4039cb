//! Input that is not UTF-8: it is named, and nothing of it is sent.

use super::*;

const TEXT: &str = "add 1 2\n# none\nmark 3\n{\"method\":\"mark\",\"params\":[4]}\n";

type Encode = fn(&str) -> Vec<u8>;

/// The encodings that some shells and editors write.
const ENCODINGS: [(&str, Encode); 4] = [
    ("UTF-16LE", |text| {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("UTF-16BE", |text| {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }),
    ("UTF-32LE", |text| {
        let codes = text.chars().map(u32::from);
        codes.flat_map(u32::to_le_bytes).collect()
    }),
    ("UTF-32BE", |text| {
        let codes = text.chars().map(u32::from);
        codes.flat_map(u32::to_be_bytes).collect()
    }),
];

#[tokio::test]
async fn nothing_of_a_batch_in_another_encoding_is_sent() {
    let server = Server::start().await;
    let folder = Folder::new();
    for (name, encode) in ENCODINGS {
        for text in [
            TEXT.to_owned(),
            format!("\u{feff}{TEXT}"),
            format!("\n\n{TEXT}"),
        ] {
            let file = folder.path("input");
            std::fs::write(&file, encode(&text)).unwrap();
            let from_file = run(rpc(&["batch", &server.url, &file, "--keep-going"])).await;
            let command = rpc(&["batch", &server.url, "-", "--size", "1"]);
            let from_stdin = run_with_bytes(command, &encode(&text)).await;
            for ran in [from_file, from_stdin] {
                let stderr = ran.failed(2);
                assert!(
                    stderr.contains(&format!("this is {name}, not UTF-8")),
                    "{stderr}"
                );
                assert!(
                    stderr.contains(&format!("hint: iconv -f {name}")),
                    "{stderr}"
                );
            }
        }
    }
    assert!(server.messages().is_empty());
}

/// `cat` puts files of different encodings together.
#[tokio::test]
async fn text_in_another_encoding_after_a_line_in_utf_8_is_not_sent() {
    for (name, encode) in ENCODINGS {
        let server = Server::start().await;
        let input = [b"mark 1\n", encode(TEXT).as_slice()].concat();
        let ran = run_with_bytes(rpc(&["batch", &server.url, "-"]), &input).await;
        assert_eq!(ran.code, Some(2), "{name}: {ran:?}");
        assert_eq!(server.marks(), [1], "{name}");
        assert_eq!(server.messages().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn params_in_another_encoding_are_not_sent() {
    let server = Server::start().await;
    for (name, encode) in ENCODINGS {
        let command = rpc(&["call", &server.url, "add", "--params", "-"]);
        let ran = run_with_bytes(command, &encode("[1, 2]")).await;
        let stderr = ran.failed(2);
        assert!(
            stderr.contains(&format!("stdin: this is {name}")),
            "{stderr}"
        );
    }
    assert!(server.messages().is_empty());
    let command = rpc(&["call", &server.url, "add", "--params", "-"]);
    let ran = run_with_bytes(command, "\u{feff}[1, 2]".as_bytes()).await;
    assert_eq!(ran.printed(), "3");
}

#[tokio::test]
async fn settings_and_secrets_in_another_encoding_are_refused() {
    let server = Server::start().await;
    let folder = Folder::new();
    let secret = folder.path("secret");
    let config = folder.path("config.toml");
    for (name, encode) in ENCODINGS {
        std::fs::write(&secret, encode("sesame\n")).unwrap();
        let words = ["add", "1", "2", "--bearer-file", &secret];
        let ran = call(&server, &words).await;
        assert!(
            ran.failed(2).contains(&format!("this is {name}")),
            "{ran:?}"
        );
        std::fs::write(&config, encode("[defaults]\n")).unwrap();
        let mut command = rpc(&["call", &server.url, "add", "1", "2"]);
        command.env("RPC_CONFIG", &config);
        let ran = run(command).await;
        assert!(
            ran.failed(2).contains(&format!("this is {name}")),
            "{ran:?}"
        );
    }
    assert!(server.messages().is_empty());

    // A byte order mark is not part of the secret.
    std::fs::write(&secret, "\u{feff}sesame\r\n").unwrap();
    let ran = call(&server, &["add", "1", "2", "--bearer-file", &secret]).await;
    assert_eq!(ran.printed(), "3");
    assert_eq!(server.header("authorization").unwrap(), "Bearer sesame");
}

//! Certificates from files.

use super::*;
use crate::http::certificates::{Authority, https, running_tls};

#[tokio::test]
async fn a_server_is_trusted_by_its_authority_or_with_insecure() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    let folder = Folder::new();
    let authorities = folder.write("ca.pem", &authority.pem);
    let url = https(&server);

    let ran = run(rpc(&[
        "call",
        &url,
        "echo",
        "hi",
        "--root-certificates",
        &authorities,
    ]))
    .await;
    assert_eq!(ran.printed(), "\"hi\"");
    let ran = run(rpc(&["call", &url, "echo", "hi", "--insecure"])).await;
    assert_eq!(ran.printed(), "\"hi\"");
    let ran = run(rpc(&["call", &url, "echo", "hi"])).await;
    assert!(
        ran.failed(3)
            .contains("invalid peer certificate: UnknownIssuer"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn the_client_presents_a_certificate() {
    let authority = Authority::new();
    let server = running_tls(authority.mutual_tls()).await;
    let folder = Folder::new();
    let authorities = folder.write("ca.pem", &authority.pem);
    let ann = authority.client();
    let cert = folder.write("ann.pem", &ann.certificate);
    let key = folder.write("ann.key", &ann.key);
    let both = folder.write("both.pem", &ann.pem());
    let url = https(&server);

    let shown = |words: &[&str]| {
        let words = [
            &["call", &url, "shown", "--root-certificates", &authorities],
            words,
        ]
        .concat();
        run(rpc(&words))
    };
    assert!(
        shown(&["--identity", &cert, "--identity-key", &key])
            .await
            .printed()
            .starts_with('[')
    );
    assert!(
        shown(&["--identity", &both])
            .await
            .printed()
            .starts_with('[')
    );
    assert_eq!(shown(&[]).await.code, Some(3));

    let ran = shown(&["--identity", &cert]).await;
    assert!(
        ran.failed(2).contains(
            "check that --root-certificates, --identity and --identity-key are PEM files"
        ),
        "{ran:?}"
    );
}

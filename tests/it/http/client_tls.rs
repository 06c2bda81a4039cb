//! The client over HTTPS. Compiled once over each transport: see `over_reqwest` and `over_lean`.

use std::time::Instant;

use rcgen::ExtendedKeyUsagePurpose;
use rpc_http::BuildError;
use rpc_http::server::Tls;

use super::*;
use crate::http::certificates::{Authority, https, running_tls};

pub fn trusting(authority: &Authority) -> ClientBuilder {
    Client::builder().only_root_certificates(authority.pem.as_bytes())
}

/// The lengths of the certificates that the client has shown the server.
pub async fn shown(client: ClientBuilder, server: &Running) -> Result<Vec<usize>, String> {
    let client = client.build(https(server)).unwrap();
    within(client.call::<_, Vec<usize>>("shown", ()))
        .await
        .map_err(|error| chain(&error).join(": "))
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    assert_eq!(shown(trusting(&authority), &server).await, Ok(vec![]));
    let besides = Client::builder().root_certificates(authority.pem.as_bytes());
    assert_eq!(shown(besides, &server).await, Ok(vec![]));
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_server_says_nothing() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    for sceptic in [trusting(&Authority::new()), Client::builder()] {
        let error = shown(sceptic, &server).await.unwrap_err();
        assert!(
            error.contains(&format!(" at {}: could not connect: ", https(&server))),
            "{error}"
        );
        assert!(
            error.ends_with("invalid peer certificate: UnknownIssuer"),
            "{error}"
        );
    }

    let expired = authority.issue(ExtendedKeyUsagePurpose::ServerAuth, 2001);
    let expired = Tls::from_pem(expired.certificate.as_bytes(), expired.key.as_bytes()).unwrap();
    let server = running_tls(expired).await;
    let error = shown(trusting(&authority), &server).await.unwrap_err();
    assert!(error.contains("certificate expired"), "{error}");

    let server = running_tls(authority.tls()).await;
    let elsewhere = trusting(&authority).build(https(&server).replace("localhost", "127.0.0.1"));
    let call = elsewhere.unwrap();
    let call = call.call::<_, Vec<usize>>("shown", ());
    assert!(within(call).await.unwrap_err().is_transport());
}

#[tokio::test]
async fn a_server_may_ask_for_a_client_certificate() {
    let authority = Authority::new();
    let server = running_tls(authority.mutual_tls()).await;
    let ann = authority.client();
    let known = trusting(&authority).identity(ann.pem().as_bytes());
    let certificates = shown(known, &server).await.unwrap();
    assert_eq!(certificates.len(), 1);
    assert!(certificates[0] > 100);

    let stranger = Authority::new().client();
    let expired = authority.issue(ExtendedKeyUsagePurpose::ClientAuth, 2001);
    let not_for_clients = authority.server();
    for refused in [
        trusting(&authority),
        trusting(&authority).identity(stranger.pem().as_bytes()),
        trusting(&authority).identity(expired.pem().as_bytes()),
        trusting(&authority).identity(not_for_clients.pem().as_bytes()),
    ] {
        let error = shown(refused, &server).await.unwrap_err();
        // In TLS 1.3 a client is done before the server has judged it, so that the reason may come too late to be told.
        let said = [
            "the HTTP exchange failed: ",
            "the server refused the client's certificate: ",
        ];
        assert!(said.iter().any(|said| error.contains(said)), "{error}");
    }
}

#[test]
fn unusable_certificates_are_reported_by_build() {
    let authority = Authority::new();
    let ann = authority.client();
    let bob = authority.client();
    let broken = b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let no_certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let another_s_key = ann.certificate.clone() + &bob.key;
    for (what, builder) in [
        ("broken", Client::builder().root_certificates(broken)),
        ("broken", Client::builder().only_root_certificates(broken)),
        (
            "no certificate",
            Client::builder().only_root_certificates(no_certificate),
        ),
        ("junk", Client::builder().identity(b"junk")),
        (
            "no key",
            Client::builder().identity(ann.certificate.as_bytes()),
        ),
        (
            "a key alone",
            Client::builder().identity(ann.key.as_bytes()),
        ),
        (
            "another's key",
            Client::builder().identity(another_s_key.as_bytes()),
        ),
    ] {
        let error = builder.build("https://localhost/").expect_err(what);
        assert!(matches!(error, BuildError::Http(_)), "{what}: {error:?}");
        assert_eq!(error.to_string(), "the HTTP client could not be set up");
    }
}

/// A file with something else in it would otherwise pass for an empty list of authorities.
#[test]
fn a_pem_text_without_a_certificate_is_refused() {
    let key = Authority::new().client().key;
    for text in ["", "a page", &key] {
        for builder in [
            Client::builder().root_certificates(text.as_bytes()),
            Client::builder().only_root_certificates(text.as_bytes()),
        ] {
            let error = builder.build("https://localhost/").expect_err(text);
            let told = [
                "the HTTP client could not be set up",
                "the PEM text has no certificate",
            ];
            assert_eq!(chain(&error), told, "{text}");
        }
    }
    // Also where the URL has no use for it.
    let nobody = Client::builder().identity(key.as_bytes());
    let error = nobody.build("http://localhost/").unwrap_err();
    let cause = chain(&error).pop().unwrap();
    assert!(cause.contains("certificate"), "{cause}");
}

/// TLS is part of connecting.
#[tokio::test]
async fn a_handshake_takes_no_longer_than_connecting_may() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = Client::builder()
        .connect_timeout(Duration::from_millis(200))
        .build(format!("https://localhost:{port}/"))
        .unwrap();
    let since = Instant::now();
    let call = ProbeClient::new(client).echo("hi");
    let error = within(call).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(since.elapsed() < Duration::from_secs(10));
    drop(listener);
}

//! HTTPS, as the server serves it. What clients do with it is in `client_tls`.

use std::time::Instant;

use rpc_core::Dispatcher;
use rpc_http::server::Tls;
use tokio::process::Command;

use super::certificates::{Authority, Files, Identity, https, running_tls};
use super::over_reqwest::client_tls::{shown, trusting};
use super::*;

async fn curl(files: &Files, url: &str, options: &[&str]) -> Result<String, String> {
    let curl = Command::new("curl")
        .current_dir(&files.0)
        .args([
            "--silent",
            "--show-error",
            "--max-time",
            "10",
            "--noproxy",
            "*",
        ])
        .args(options)
        .args([
            "--header",
            "content-type: application/json",
            "--data",
            ECHO,
            url,
        ])
        .kill_on_drop(true)
        .output();
    let output = within(curl).await.expect("curl is needed");
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

#[tokio::test]
async fn curl_is_served() {
    let authority = Authority::new();
    let ann = authority.client();
    let files = Files::new(
        "curl",
        &[
            ("ca", &authority.pem),
            ("cert", &ann.certificate),
            ("key", &ann.key),
        ],
    );
    let trusting = ["--cacert", "ca"];
    let identified = ["--cacert", "ca", "--cert", "cert", "--key", "key"];

    let server = running_tls(authority.tls()).await;
    assert_eq!(
        curl(&files, &https(&server), &trusting).await.unwrap(),
        ECHOED
    );
    curl(&files, &https(&server), &[]).await.unwrap_err();

    let server = running_tls(authority.mutual_tls()).await;
    assert_eq!(
        curl(&files, &https(&server), &identified).await.unwrap(),
        ECHOED
    );
    curl(&files, &https(&server), &trusting).await.unwrap_err();
}

/// The server offers the protocols that it speaks, whatever the application's configuration says of them.
#[tokio::test]
async fn a_configuration_of_the_application_s_own_is_used() {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let authority = Authority::new();
    let identity = authority.server();
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![b"spdy/3".to_vec()];
    let server = running_tls(Tls::from_config(Arc::new(config))).await;
    assert_eq!(shown(trusting(&authority), &server).await, Ok(vec![]));
    let files = Files::new("own-config", &[("ca", &authority.pem)]);
    let options = [
        "--cacert",
        "ca",
        "--http2",
        "--write-out",
        " over %{http_version}",
    ];
    let served = curl(&files, &https(&server), &options).await.unwrap();
    assert_eq!(served, format!("{ECHOED} over 2"));
}

#[tokio::test]
async fn a_malformed_handshake_ends_the_connection() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    let since = Instant::now();
    // Plain HTTP is refused at once.
    let mut plain = server.connect().await;
    plain.send(&json(ECHO)).await;
    let mut answer = Vec::new();
    let _closed_or_reset = within(plain.stream.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert!(
        since.elapsed() < Duration::from_millis(250),
        "it took its time"
    );
    // Silence, and half a handshake, end in time.
    for beginning in [&b""[..], b"\x16\x03\x01\x02\x00\x01\x00"] {
        let since = Instant::now();
        let mut stalled = server.connect().await;
        stalled.send(beginning).await;
        stalled.until_closed().await;
        assert!(since.elapsed() >= Duration::from_millis(250));
        assert!(since.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(shown(trusting(&authority), &server).await, Ok(vec![]));
}

#[tokio::test]
async fn a_stop_does_not_lose_a_client_in_its_handshake() {
    let authority = Authority::new();
    let mut answered = 0;
    for milliseconds in [2, 5, 10, 20, 40] {
        let mut server = running_tls(authority.tls()).await;
        let url = https(&server);
        let clients: Vec<_> = (0..10)
            .map(|_| {
                let client = trusting(&authority).build(&url).unwrap();
                tokio::spawn(client.call::<_, String>("echo", ["hi"]))
            })
            .collect();
        pause(milliseconds).await;
        server.signal_stop();
        for call in clients {
            match within(call).await.unwrap() {
                Ok(_) => answered += 1,
                Err(error) => {
                    let error = chain(&error).join(": ");
                    let refused = error.contains(": Connection refused");
                    assert!(refused, "dropped after {milliseconds} ms: {error}");
                }
            }
        }
        server.until_stopped().await;
    }
    assert!(answered > 0, "all were refused");
}

#[test]
fn unusable_certificates_are_reported() {
    let authority = Authority::new();
    let Identity { certificate, key } = authority.server();
    let (certificate, key) = (certificate.as_bytes(), key.as_bytes());
    let other = authority.server();
    let garbage = b"garbage";
    let broken = b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let no_certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let ca = authority.pem.as_bytes();
    for (result, expected) in [
        (Tls::from_pem(garbage, key), "no certificate"),
        (Tls::from_pem(b"", key), "no certificate"),
        (Tls::from_pem(key, key), "no certificate"),
        (Tls::from_pem(broken, key), "a certificate can't be read"),
        (
            Tls::from_pem(certificate, garbage),
            "the private key can't be read",
        ),
        (
            Tls::from_pem(certificate, certificate),
            "the private key can't be read",
        ),
        (
            Tls::from_pem(certificate, other.key.as_bytes()),
            "certificate and key can't be used",
        ),
        (
            Tls::from_pem(no_certificate, key),
            "certificate and key can't be used",
        ),
        (
            Tls::with_client_authorities(certificate, key, garbage),
            "no certificate",
        ),
        (
            Tls::with_client_authorities(certificate, key, no_certificate),
            "an authority's certificate can't be used",
        ),
        (
            Tls::with_client_authorities(certificate, garbage, ca),
            "the private key can't be read",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), expected);
        let source = std::error::Error::source(&error).expect(expected);
        assert!(!source.to_string().is_empty());
    }
}

/// What is asked of a client is that it takes something, not that it takes everything at once.
#[tokio::test]
async fn a_slow_but_steady_reader_is_not_cut_off() {
    const LENGTH: usize = 16_000_000; // more than what the system keeps on the way
    let authority = Authority::new();
    let files = Files::new("slow", &[("ca", &authority.pem)]);
    let big = Dispatcher::new().method("big", |length: usize| async move { "x".repeat(length) });
    let tls = authority.tls();
    let set_up = |it: Serve<_>| it.tls(tls).write_timeout(Duration::from_secs(2));
    let server = running_with(endpoint(big), set_up).await;
    let message = format!(r#"{{"jsonrpc":"2.0","method":"big","params":[{LENGTH}],"id":1}}"#);
    let curl = Command::new("curl")
        .current_dir(&files.0)
        .args([
            "--silent",
            "--show-error",
            "--max-time",
            "20",
            "--noproxy",
            "*",
        ])
        .args([
            "--cacert",
            "ca",
            "--limit-rate",
            "3M",
            "--output",
            "received",
        ])
        .args([
            "--header",
            "content-type: application/json",
            "--data",
            &message,
        ])
        .arg(https(&server))
        .kill_on_drop(true)
        .output();
    let output = within(curl).await.expect("curl is needed");
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complained}");
    let received = std::fs::metadata(files.0.join("received")).unwrap().len();
    assert!(received > LENGTH as u64, "{received}");
}

/// The end is seen below TLS.
#[tokio::test]
async fn a_disconnect_cancels_what_is_to_be_cancelled() {
    let authority = Authority::new();
    let (watch, endpoint) = watched();
    let tls = authority.tls();
    let server = running_with(endpoint, |it| it.tls(tls)).await;
    let client = trusting(&authority).build(https(&server)).unwrap();
    let probe = ProbeClient::new(client);
    let calls = [tokio::spawn(probe.frail()), tokio::spawn(probe.gate())];
    watch.until_started(2).await;
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    watch.until_cancelled(1).await;
    watch.gate.add_permits(1);
    watch.until_finished(1).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 1);
}

//! HTTPS, with certificates that are made here.

use std::path::PathBuf;
use std::time::Instant;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    PublicKeyData, date_time_ymd,
};
use rpc_core::Dispatcher;
use rpc_http::client::ClientBuilder;
use rpc_http::server::{PeerCertificates, Tls};
use tokio::process::Command;

use super::*;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate and its key, as PEM texts.
struct Identity {
    certificate: String,
    key: String,
}

impl Identity {
    fn pem(&self) -> String {
        format!("{}{}", self.certificate, self.key)
    }
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        // No two authorities have the same name: then a signature would be wrong, rather than its maker unknown.
        let name = format!("authority {:?}", &key.der_bytes()[..8]);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Authority {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn issue(&self, usage: ExtendedKeyUsagePurpose, until: i32) -> Identity {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "ann");
        params.extended_key_usages = vec![usage];
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        Identity {
            certificate: params.signed_by(&key, &self.issuer).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self) -> Identity {
        self.issue(ExtendedKeyUsagePurpose::ServerAuth, 4000)
    }

    fn client(&self) -> Identity {
        self.issue(ExtendedKeyUsagePurpose::ClientAuth, 4000)
    }

    fn tls(&self) -> Tls {
        let server = self.server();
        Tls::from_pem(server.certificate.as_bytes(), server.key.as_bytes()).unwrap()
    }

    /// The server lets in who has a certificate of this authority.
    fn mutual_tls(&self) -> Tls {
        let server = self.server();
        Tls::with_client_authorities(
            server.certificate.as_bytes(),
            server.key.as_bytes(),
            self.pem.as_bytes(),
        )
        .unwrap()
    }

    fn trusting(&self) -> ClientBuilder {
        Client::builder().only_root_certificates(self.pem.as_bytes())
    }
}

async fn running_tls(tls: Tls) -> Running {
    let shown = Dispatcher::new()
        .method("echo", |text: String| async move { text })
        .method("shown", |cx: Context| async move {
            let certificates = cx.get::<PeerCertificates>().unwrap();
            certificates
                .0
                .iter()
                .map(|one| one.len())
                .collect::<Vec<_>>()
        });
    let set_up = |it: Serve<_>| it.tls(tls).header_timeout(Duration::from_millis(300));
    running_with(endpoint(shown), set_up).await
}

fn https(server: &Running) -> String {
    format!("https://localhost:{}/", server.address.port())
}

async fn shown(client: ClientBuilder, server: &Running) -> Result<Vec<usize>, String> {
    let client = client.build(&https(server)).unwrap();
    within(client.call::<_, Vec<usize>>("shown", ()).into_future())
        .await
        .map_err(|error| chain(&error))
}

/// An error with all its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    assert_eq!(shown(authority.trusting(), &server).await, Ok(vec![]));
    let besides = Client::builder().root_certificates(authority.pem.as_bytes());
    assert_eq!(shown(besides, &server).await, Ok(vec![]));
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_server_says_nothing() {
    let authority = Authority::new();
    let server = running_tls(authority.tls()).await;
    for sceptic in [Authority::new().trusting(), Client::builder()] {
        let error = shown(sceptic, &server).await.unwrap_err();
        assert!(
            error.starts_with("could not connect to the server: "),
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
    let error = shown(authority.trusting(), &server).await.unwrap_err();
    assert!(error.contains("certificate expired"), "{error}");

    let server = running_tls(authority.tls()).await;
    let elsewhere = authority
        .trusting()
        .build(&https(&server).replace("localhost", "127.0.0.1"));
    let call = elsewhere.unwrap();
    let call = call.call::<_, Vec<usize>>("shown", ());
    assert!(within(call.into_future()).await.unwrap_err().is_transport());
}

#[tokio::test]
async fn a_server_may_ask_who_the_client_is() {
    let authority = Authority::new();
    let server = running_tls(authority.mutual_tls()).await;
    let ann = authority.client();
    let known = authority.trusting().identity(ann.pem().as_bytes());
    let certificates = shown(known, &server).await.unwrap();
    assert_eq!(certificates.len(), 1);
    assert!(certificates[0] > 100);

    let stranger = Authority::new().client();
    let expired = authority.issue(ExtendedKeyUsagePurpose::ClientAuth, 2001);
    let not_for_clients = authority.server();
    for refused in [
        authority.trusting(),
        authority.trusting().identity(stranger.pem().as_bytes()),
        authority.trusting().identity(expired.pem().as_bytes()),
        authority
            .trusting()
            .identity(not_for_clients.pem().as_bytes()),
    ] {
        let error = shown(refused, &server).await.unwrap_err();
        // In TLS 1.3 a client is done before the server has judged it, so that the reason may come too late to be told.
        assert!(error.starts_with("the HTTP exchange failed: "), "{error}");
    }
}

/// Files in a directory that goes with the test.
struct Files(PathBuf);

impl Files {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let directory = std::env::temp_dir().join(format!("rpc-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        for (name, content) in files {
            std::fs::write(directory.join(name), content).unwrap();
        }
        Files(directory)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _best_effort = std::fs::remove_dir_all(&self.0);
    }
}

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

/// HTTP/2 is not spoken, even where the application's configuration offers it, so that nobody chooses it.
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
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let server = running_tls(Tls::from_config(Arc::new(config))).await;
    assert_eq!(shown(authority.trusting(), &server).await, Ok(vec![]));
    let files = Files::new("own-config", &[("ca", &authority.pem)]);
    let options = [
        "--cacert",
        "ca",
        "--http2",
        "--write-out",
        " over %{http_version}",
    ];
    let served = curl(&files, &https(&server), &options).await.unwrap();
    assert_eq!(served, format!("{ECHOED} over 1.1"));
}

#[tokio::test]
async fn a_handshake_that_is_none_ends() {
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
    assert_eq!(shown(authority.trusting(), &server).await, Ok(vec![]));
}

#[tokio::test]
async fn a_stop_does_not_lose_who_is_amid_the_handshake() {
    let authority = Authority::new();
    let mut answered = 0;
    for milliseconds in [2, 5, 10, 20, 40] {
        let mut server = running_tls(authority.tls()).await;
        let url = https(&server);
        let clients: Vec<_> = (0..10)
            .map(|_| {
                let client = authority.trusting().build(&url).unwrap();
                tokio::spawn(client.call::<_, String>("echo", ["hi"]).into_future())
            })
            .collect();
        pause(milliseconds).await;
        server.signal_stop();
        for call in clients {
            match within(call).await.unwrap() {
                Ok(_) => answered += 1,
                Err(error) => {
                    let error = chain(&error);
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
fn what_is_wrong_with_certificates_is_told() {
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
            "an authority's certificate is no good",
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

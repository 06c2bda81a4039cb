//! Certificates that are made here, and servers that show them.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    PublicKeyData, date_time_ymd,
};
use rpc_core::Dispatcher;
use rpc_http::server::{PeerCertificates, Tls};

use super::*;

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

/// A certificate and its key, as PEM texts.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Identity {
    pub fn pem(&self) -> String {
        format!("{}{}", self.certificate, self.key)
    }
}

impl Authority {
    pub fn new() -> Self {
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

    pub fn issue(&self, usage: ExtendedKeyUsagePurpose, until: i32) -> Identity {
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

    pub fn server(&self) -> Identity {
        self.issue(ExtendedKeyUsagePurpose::ServerAuth, 4000)
    }

    pub fn client(&self) -> Identity {
        self.issue(ExtendedKeyUsagePurpose::ClientAuth, 4000)
    }

    pub fn tls(&self) -> Tls {
        let server = self.server();
        Tls::from_pem(server.certificate.as_bytes(), server.key.as_bytes()).unwrap()
    }

    /// The server lets in who has a certificate of this authority.
    pub fn mutual_tls(&self) -> Tls {
        let server = self.server();
        Tls::with_client_authorities(
            server.certificate.as_bytes(),
            server.key.as_bytes(),
            self.pem.as_bytes(),
        )
        .unwrap()
    }
}

pub async fn running_tls(tls: Tls) -> Running {
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

pub fn https(server: &Running) -> String {
    format!("https://localhost:{}/", server.address.port())
}

/// Files in a directory that goes with the test.
pub struct Files(pub PathBuf);

impl Files {
    pub fn new(name: &str, files: &[(&str, &str)]) -> Self {
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

//! HTTPS with certificates on both sides: the server shows one, and admits only clients that show one.
//!
//! This example creates its own authority and certificates. In production they come from files.
#![allow(missing_docs)]

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rpc_core::{Context, rpc};
use rpc_http::Client;
use rpc_http::server::{PeerCertificates, Tls, endpoint, serve};

#[rpc]
pub trait Vault {
    /// Returns how many certificates the caller has shown.
    async fn credentials(&self, #[rpc(context)] cx: &Context) -> usize;
}

struct Strongroom;

impl Vault for Strongroom {
    async fn credentials(&self, cx: &Context) -> usize {
        cx.get::<PeerCertificates>()
            .map_or(0, |certificates| certificates.0.len())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let authority = Authority::new()?;
    let (certificate, key) = authority.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth)?;
    let (identity, identity_key) = authority.issue("ann", ExtendedKeyUsagePurpose::ClientAuth)?;

    let tls = Tls::with_client_authorities(
        certificate.as_bytes(),
        key.as_bytes(),
        authority.pem.as_bytes(),
    )?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://localhost:{}/", listener.local_addr()?.port());
    tokio::spawn(
        serve(listener, endpoint(VaultServer::new(Strongroom)))
            .tls(tls)
            .into_future(),
    );

    let ann = Client::builder()
        .only_root_certificates(authority.pem.as_bytes())
        .identity((identity + &identity_key).as_bytes())
        .build(&url)?;
    println!(
        "with a certificate: {} shown",
        VaultClient::new(ann).credentials().await?
    );

    let stranger = Client::builder()
        .only_root_certificates(authority.pem.as_bytes())
        .build(&url)?;
    match VaultClient::new(stranger).credentials().await {
        Err(error) => println!("without: {}", chain(&error)),
        Ok(_) => println!("without: let in"),
    }

    // This client does not know the authority, so it does not trust the server.
    let sceptic = Client::builder().build(&url)?;
    match VaultClient::new(sceptic).credentials().await {
        Err(error) => println!("without trust in the authority: {}", chain(&error)),
        Ok(_) => println!("without trust in the authority: connected"),
    }
    Ok(())
}

/// Formats an error with all its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// A certificate authority. Both sides trust the certificates it issues.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Result<Self, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority {
            issuer: Issuer::new(params, key),
            pem,
        })
    }

    /// Issues a certificate, and returns it and its key in PEM form.
    fn issue(
        &self,
        name: &str,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<(String, String), rcgen::Error> {
        let mut params = CertificateParams::new([name.to_owned()])?;
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate()?;
        Ok((
            params.signed_by(&key, &self.issuer)?.pem(),
            key.serialize_pem(),
        ))
    }
}

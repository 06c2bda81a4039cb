//! Reports this machine's status over HTTPS to callers who know the password.
//!
//! ```sh
//! SYSINFO_USER=ann:secret cargo run --example sysinfo -- 127.0.0.1:9999
//! ```
//!
//! Then, in another terminal:
//!
//! ```sh
//! curl --insecure --user ann https://localhost:9999/ping
//! curl --insecure --user ann 'https://localhost:9999/check_process?process=cargo'
//! curl --insecure --user ann https://localhost:9999/ -d '{"check_process": "cargo"}'
//! curl --insecure --user ann https://localhost:9999/ -d '{"check_process": ["cargo"]}'
//! curl --insecure --user ann https://localhost:9999/ -d '{"check_process": {"process": "cargo"}}'
//! ```
//!
//! curl needs `--insecure` because the server makes a new self-signed certificate at each start. To use your own, set
//! `SYSINFO_CERTIFICATE` and `SYSINFO_KEY` to the paths of PEM files. To keep the password out of the environment, put
//! it in a file and set `SYSINFO_USER_FILE` to its path.
#![allow(missing_docs)]

mod auth;
mod machine;

use std::error::Error;

use axum::{Router, middleware};
use rpc_example_sysinfo::MachineServer;
use rpc_http::server::{Tls, endpoint, serve};

use crate::auth::Credentials;
use crate::machine::ThisMachine;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9999");
    let credentials = Credentials::from_environment()?;
    let tls = tls()?;

    // The shorthand is what makes requests as short as the ones above: `GET /ping`, and `{"ping":""}`.
    let machine = endpoint(MachineServer::new(ThisMachine::new())).shorthand(true);
    let app = Router::new()
        .fallback_service(machine)
        .layer(middleware::from_fn_with_state(credentials, auth::require));

    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on https://{}/", listener.local_addr()?);
    serve(listener, app).tls(tls).await?;
    Ok(())
}

/// Uses the certificate from the environment, or makes a self-signed one.
fn tls() -> Result<Tls, Box<dyn Error>> {
    let paths = (
        std::env::var_os("SYSINFO_CERTIFICATE"),
        std::env::var_os("SYSINFO_KEY"),
    );
    let (certificate, key) = match paths {
        (Some(certificate), Some(key)) => (std::fs::read(certificate)?, std::fs::read(key)?),
        (None, None) => {
            let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
            let made = rcgen::generate_simple_self_signed(names)?;
            let key = made.signing_key.serialize_pem();
            (made.cert.pem().into_bytes(), key.into_bytes())
        }
        _ => return Err("set both SYSINFO_CERTIFICATE and SYSINFO_KEY, or neither".into()),
    };
    Ok(Tls::from_pem(&certificate, &key)?)
}

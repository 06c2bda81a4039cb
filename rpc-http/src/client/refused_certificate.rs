//! [`is_in`]: whether an error is the server's refusal of the client's certificate.

use std::error::Error;
use std::io;

use rustls::AlertDescription;

/// Whether an error, or one of its causes, is an alert by which a server refuses the client's certificate, or the lack of one.
///
/// In TLS 1.3 a client is done with the handshake before the server has judged its certificate. So a request may have been
/// written already, but nobody has read it.
pub(super) fn is_in(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source()).any(|error| {
        // The cause of an `io::Error` is not the error that it was made from, but the cause of that.
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref());
        inner
            .or_else(|| error.downcast_ref())
            .is_some_and(is_refusal)
    })
}

fn is_refusal(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::AlertReceived(
            AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateRequired
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
                | AlertDescription::DecryptError
                | AlertDescription::NoCertificate
        )
    )
}

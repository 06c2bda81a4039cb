//! [`next_piece`]: the data in the body of a response.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rpc_core::transport::TransportFailure;

use super::failed::lost;

/// The next piece of a body, or `None` at its end.
pub(super) async fn next_piece(body: &mut Incoming) -> Result<Option<Bytes>, TransportFailure> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(lost)?;
        // Other frames are trailers.
        if let Ok(piece) = frame.into_data() {
            return Ok(Some(piece));
        }
    }
    Ok(None)
}

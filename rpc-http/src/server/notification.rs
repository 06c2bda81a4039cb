//! [`NotificationStatus`]: the status of the response to a message without a reply.

use http::StatusCode;

/// The status of the response to a message without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NotificationStatus {
    /// 200 with an empty body, which every known client understands.
    #[default]
    Ok,
    /// 202 with an empty body.
    Accepted,
    /// 204. Some clients in wide use fail on it.
    NoContent,
}

impl From<NotificationStatus> for StatusCode {
    fn from(status: NotificationStatus) -> StatusCode {
        match status {
            NotificationStatus::Ok => StatusCode::OK,
            NotificationStatus::Accepted => StatusCode::ACCEPTED,
            NotificationStatus::NoContent => StatusCode::NO_CONTENT,
        }
    }
}

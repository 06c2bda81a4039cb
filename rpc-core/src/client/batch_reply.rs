//! [`BatchAnswers`]: the reply to a batch, sorted by the calls that were sent.

use bytes::Bytes;

use super::answers::{Answers, Unassigned};
use super::tolerance::Tolerance;
use super::{Client, Transport};
use crate::error::{ErrorObject, ProtocolError};
use crate::json::id::Id;
use crate::wire::response::{BatchReply, Content, Entry, read_batch};
use crate::wire::tolerant::Asked;

/// What the reply to a batch says.
pub(super) enum BatchAnswers {
    Each {
        answers: Answers<Content, ErrorObject>,
        /// Whether an entry is not a response.
        any_malformed: bool,
    },
    /// The server refused the batch as a whole.
    Refused(ErrorObject),
}

/// Reads the reply to calls with these ids. Returns it as well, since a tolerant client may change it.
///
/// `is_doubtful`: the transport says that it may not be a reply.
pub(super) fn read<T: Transport>(
    client: &Client<T>,
    reply: Bytes,
    ids: &[Id],
    is_doubtful: bool,
) -> (Bytes, Result<BatchAnswers, ProtocolError>) {
    let read = read_batch(&reply).map(|read| BatchAnswers::sort(ids, read));
    let is_complete = matches!(&read, Ok(read) if read.is_complete());
    if !is_complete && let Some((reply, forgiven)) = forgiven(client, &reply, ids, is_doubtful) {
        return (reply, Ok(BatchAnswers::sort(ids, forgiven)));
    }
    (reply, read)
}

fn forgiven<T: Transport>(
    client: &Client<T>,
    reply: &[u8],
    ids: &[Id],
    is_doubtful: bool,
) -> Option<(Bytes, BatchReply)> {
    let tolerance = client.tolerance()?;
    let asked = Asked::new(true, ids).doubtful(is_doubtful);
    let forgiven = Tolerance::forgive(reply, asked)?;
    let read = read_batch(&forgiven.reply).ok()?;
    tolerance.log(&forgiven, client.transport().destination());
    Some((forgiven.reply, read))
}

impl BatchAnswers {
    fn sort(ids: &[Id], reply: BatchReply) -> Self {
        let entries = match reply {
            BatchReply::Entries(entries) => entries,
            BatchReply::Refused(error) => return BatchAnswers::Refused(error),
        };
        let any_malformed = entries.iter().any(Entry::is_malformed);
        let entries = entries.into_iter().map(|it| (it.id, it.content));
        BatchAnswers::Each {
            answers: Answers::sort(ids, entries, Content::unassigned),
            any_malformed,
        }
    }

    /// Whether it has something valid to say to each call.
    fn is_complete(&self) -> bool {
        match self {
            BatchAnswers::Each {
                answers,
                any_malformed,
            } => !any_malformed && !answers.any_missing(),
            BatchAnswers::Refused(_) => true,
        }
    }
}

impl Content {
    /// What it says if it has no id, or if that is null.
    pub(super) fn unassigned(self) -> Unassigned<ErrorObject> {
        match self {
            Content::Error(error) => Unassigned::Unidentified(error),
            Content::Malformed(error) => Unassigned::Malformed(error),
            Content::Result(_) => Unassigned::Foreign,
        }
    }
}

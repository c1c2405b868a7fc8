//! How far the record has come, for whoever keeps that elsewhere, and whether it still holds what was kept.

use uuid::Uuid;

use crate::streams::{HEADS, Head, Stream, find_event};
use crate::{Digest, Error, Micros, View};

/// The heads of the streams that go on, or ended at `ended_since` or later; the newest stream first. What ended before is
/// pinned by the first event of a stream that began since.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(view: &mut View<'_>, ended_since: Micros) -> Result<Vec<Head>, Error> {
    let streams: Vec<Stream> = view.rows(
        " WHERE closed_at IS NULL OR closed_at >= $1 ORDER BY id DESC LIMIT $2",
        &[ended_since.into(), HEADS.into()],
    )?;
    Ok(streams.iter().map(Stream::head).collect())
}

/// The hash of the event at this place; `None` where there is none, or an altered one.
///
/// # Errors
/// What the database says.
pub fn hash_at(view: &mut View<'_>, stream: Uuid, seq: i64) -> Result<Option<Digest>, Error> {
    match find_event(view, stream, seq) {
        Ok(event) => Ok(event.map(|event| event.hash)),
        Err(Error::Corrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

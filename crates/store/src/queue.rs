//! The queue before the writer: what waits there, and what is answered after COMMIT.

use std::sync::mpsc::{SyncSender, TrySendError};

use tokio::sync::oneshot;

use crate::write::{Chore, ChoreReply, Write};
use crate::{Error, Outcome};

/// What the writer is handed.
pub(crate) enum Job {
    Write(Box<Write>, oneshot::Sender<Result<Outcome, Error>>),
    Chore(Chore, oneshot::Sender<Result<ChoreReply, Error>>),
    /// Ends the writer.
    Stop,
}

impl Job {
    pub(crate) fn refuse(self, error: Error) {
        // Whoever asked may have gone; nobody else is interested.
        match self {
            Self::Write(_, reply) => drop(reply.send(Err(error))),
            Self::Chore(_, reply) => drop(reply.send(Err(error))),
            Self::Stop => {}
        }
    }

    /// Refuses it, unless it is the order to stop.
    pub(crate) fn refused_or_stop(self, error: &Error) -> bool {
        let stop = matches!(self, Self::Stop);
        self.refuse(error.clone());
        stop
    }
}

/// Hands a job over without waiting.
pub(crate) fn enqueue(queue: &SyncSender<Job>, job: Job) -> Result<(), Error> {
    queue.try_send(job).map_err(|error| match error {
        TrySendError::Full(_) => Error::unavailable(1_000),
        TrySendError::Disconnected(_) => Error::unavailable(5_000),
    })
}

/// An answer that waits for its commit.
pub(crate) enum Pending {
    Write(
        oneshot::Sender<Result<Outcome, Error>>,
        Result<Outcome, Error>,
    ),
    Chore(
        oneshot::Sender<Result<ChoreReply, Error>>,
        Result<ChoreReply, Error>,
    ),
}

impl Pending {
    pub(crate) fn send(self) {
        match self {
            Self::Write(reply, answer) => drop(reply.send(answer)),
            Self::Chore(reply, answer) => drop(reply.send(answer)),
        }
    }

    /// What was going to be answered is not true: the batch was not committed.
    pub(crate) fn fail(self, error: Error) {
        match self {
            Self::Write(reply, _) => drop(reply.send(Err(error))),
            Self::Chore(reply, _) => drop(reply.send(Err(error))),
        }
    }
}

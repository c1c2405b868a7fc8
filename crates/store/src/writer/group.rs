//! New documents that wait together are written together: one savepoint, and few statements.

use std::sync::mpsc::Receiver;

use tokio::sync::oneshot;

use super::{Broken, Writer, in_order_of_time};
use crate::apply::{self, Tx};
use crate::queue::{Job, Pending};
use crate::write::{Command, Write};
use crate::{Error, Micros, Outcome};

/// A write and whoever waits for it.
type Waiting = (Box<Write>, oneshot::Sender<Result<Outcome, Error>>);

/// The most documents of one group: some milliseconds of work.
const GROUP: usize = 64;

/// Whether this is a new document that depends on no other.
pub(super) fn may_join(write: &Write) -> bool {
    matches!(write.command, Command::Issue(_)) && write.step.is_none()
}

/// What waits behind the first one and may join it, and the first that may not.
pub(super) fn gather(
    first: Waiting,
    queue: &Receiver<Job>,
    room: usize,
) -> (Vec<Waiting>, Option<Job>) {
    let mut group = vec![first];
    while group.len() < room.min(GROUP) {
        match queue.try_recv() {
            Ok(Job::Write(write, reply)) if may_join(&write) => group.push((write, reply)),
            Ok(other) => return (group, Some(other)),
            Err(_) => break,
        }
    }
    (group, None)
}

impl Writer {
    /// A group in one savepoint, or each in its own. `Err` only when the whole batch is gone; then nobody is left
    /// without an answer.
    pub(super) fn group(
        &mut self,
        group: Vec<Waiting>,
        behind: Micros,
        pending: &mut Vec<Pending>,
    ) -> Result<(), Broken> {
        self.relied_on = true;
        let admitted = self.space.admit(self.connector.engine(), true);
        let ready = admitted.and_then(|()| in_order_of_time(true, behind));
        let mut result = Ok(());
        if group.len() > 1 && ready.is_ok() {
            let writes: Vec<&Write> = group.iter().map(|(write, _)| write.as_ref()).collect();
            let all = |tx: &mut Tx<'_>| apply::issue_all(tx, &writes)?.ok_or(Error::Stale);
            let (answer, _, lives) = self.in_savepoint(all);
            if let (Ok(outcomes), Ok(())) = (answer, &lives) {
                let answers = group.into_iter().zip(outcomes);
                pending.extend(
                    answers.map(|((_, reply), outcome)| Pending::Write(reply, Ok(outcome))),
                );
                return Ok(());
            }
            result = lives;
        }
        for (write, reply) in group {
            if result.is_ok() {
                result = self.one(Job::Write(write, reply), behind, pending);
            } else {
                // It is told what the whole batch is told.
                pending.push(Pending::Write(reply, Err(Error::Unknown)));
            }
        }
        result
    }
}

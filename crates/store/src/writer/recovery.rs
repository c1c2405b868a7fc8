//! When a batch breaks: what that means, and how the writer comes back. And what it does when there
//! is nothing to write.

use std::sync::Arc;
use std::time::Instant;

use crate::sql::{Engine, FaultKind};
use crate::{Error, start, streams, table};

use super::{Broken, Writer};

impl Writer {
    pub(super) fn judge(&mut self, text: &str) -> Broken {
        let kind = self.connection.take_fault();
        self.judge_kind(kind, text, false)
    }

    /// The table of traps, as a function.
    pub(super) fn judge_kind(
        &mut self,
        kind: Option<FaultKind>,
        text: &str,
        committing: bool,
    ) -> Broken {
        tracing::error!(?kind, committing, error = text, "a batch of writes broke");
        match (self.connector.engine(), kind) {
            // The row may be in the log although the sync failed; and after a failed sync nothing
            // that the disk says can be believed.
            (Engine::Sqlite, Some(FaultKind::Io)) => Broken::Fatal(text.to_owned()),
            (Engine::Sqlite, Some(FaultKind::Full)) => {
                self.full_since = Some(Instant::now());
                Broken::Lost(Error::unavailable(2_000))
            }
            (Engine::Sqlite, _) if committing => {
                // Still open: it can be taken back. Gone: nobody knows.
                if self.connection.in_transaction() {
                    Broken::Lost(Error::unavailable(1_000))
                } else {
                    Broken::Unknown
                }
            }
            (Engine::Postgres, _) if committing => Broken::Unknown,
            (Engine::Postgres, Some(FaultKind::Connection)) => {
                self.lost = true;
                Broken::Lost(Error::unavailable(1_000))
            }
            _ => Broken::Lost(Error::unavailable(1_000)),
        }
    }

    /// Puts the connection in order after a broken batch, and says what to answer.
    pub(super) fn after(&mut self, broken: Broken) -> Error {
        let error = match broken {
            Broken::Lost(error) => error,
            Broken::Unknown => {
                self.lost = true;
                Error::Unknown
            }
            Broken::Fatal(text) => {
                (self.options.fatal)(&text);
                self.lost = true;
                Error::Unknown
            }
        };
        if self.connection.in_transaction() && self.connection.batch("ROLLBACK").is_err() {
            self.lost = true;
        }
        error
    }

    /// A new connection; what the old one left behind is read back, its stream closed, a new one
    /// opened.
    pub(super) fn recover(&mut self) -> Result<(), Error> {
        let mut connection = self.connector.connect()?;
        connection.limit(Some(self.options.patience));
        let old = &self.stream.row;
        let stream = match start::reopen(&mut connection, &self.keys, &self.options, old) {
            Err(Error::Behind { reason }) => {
                tracing::error!(
                    reason,
                    "the database lost what was acknowledged: nothing more is written; what is left \
                     can be gone on with by `ananke restore --new-epoch`"
                );
                return Err(Error::unavailable(5_000));
            }
            stream => stream?,
        };
        self.log = connection.leave_flushing(&self.connector)?.map(Arc::new);
        self.connection = connection;
        self.stream = stream;
        self.settler.keeper.advance(self.stream.row.head());
        self.lost = false;
        tracing::warn!("writing goes on in a new stream");
        Ok(())
    }

    /// Tries to get rid of old page images. A disk that fails at it cannot be believed at the next commit.
    pub(super) fn empty_log(&mut self) {
        match self.connection.empty_log() {
            Ok(emptied) => self.empty_log = !emptied,
            Err(fault) => {
                (self.options.fatal)(&fault.text);
                self.lost = true;
            }
        }
    }

    /// Writes something as large as a batch may be, and removes it.
    pub(super) fn probe(&mut self) -> bool {
        self.full_since = Some(Instant::now());
        let nil = uuid::Uuid::nil().into();
        let filler = crate::value::Value::Blob(vec![0; 256 * 1024]);
        let written = self
            .connection
            .sql()
            .execute(
                "INSERT INTO probe (tenant_id, filler) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[nil, filler],
            )
            .and_then(|_| self.connection.sql().execute("DELETE FROM probe", &[]));
        match written {
            Ok(_) => true,
            Err(fault) if fault.kind == FaultKind::Io => {
                (self.options.fatal)(&fault.text);
                false
            }
            Err(_) => false,
        }
    }

    /// What an idle writer does: shows that it lives (PostgreSQL), fences off those that do not,
    /// and looks after what an earlier batch could not.
    pub(super) fn tick(&mut self) {
        if self.lost {
            let _ = self.recover();
            return;
        }
        if self.empty_log {
            self.empty_log();
        }
        if self.connector.engine() == Engine::Sqlite {
            return;
        }
        let before = self.stream.clone();
        self.stream.row.seen_at = before.row.seen_at.max((self.options.clock)());
        let result = self
            .connection
            .batch("BEGIN")
            .map_err(|fault| self.judge(&fault.text))
            .and_then(|()| {
                let swapped = table::swap(self.connection.sql(), &self.keys, &mut self.stream);
                let closed = start::close_lapsed(
                    self.connection.sql(),
                    &self.keys,
                    &self.options,
                    Some(before.row.id),
                );
                match (swapped, closed) {
                    (Ok(true), Ok(_)) => Ok(()),
                    (Ok(false), _) => {
                        self.lost = true;
                        Err(Broken::Lost(Error::unavailable(1_000)))
                    }
                    (Err(error), _) | (_, Err(error)) => Err(self.judge(&error.to_string())),
                }
            })
            .and_then(|()| {
                self.connection
                    .commit()
                    .map_err(|fault| self.judge_kind(Some(fault.kind), &fault.text, true))
            });
        if let Err(broken) = result {
            self.stream = before;
            let _ = self.after(broken);
        }
    }

    /// Closes the stream, so that the next start finds everything in order.
    pub(super) fn end(&mut self) {
        if let Some(flusher) = self.flusher.take() {
            flusher.end();
        }
        self.lost |= self.settler.take_failure();
        if self.lost && self.recover().is_err() {
            return;
        }
        let closed = (|| -> Result<bool, Error> {
            self.connection.flush_again()?;
            self.connection.batch(self.begin())?;
            let sql = self.connection.sql();
            if !streams::close(sql, &self.keys, &self.options, &mut self.stream, "shutdown")? {
                self.connection.batch("ROLLBACK")?;
                return Ok(false);
            }
            self.connection.commit()?;
            Ok(true)
        })();
        match closed {
            Ok(true) => {
                self.settler.keeper.advance(self.stream.row.head());
                // What is put away is one file then, where no reader is in the way.
                self.empty_log();
            }
            Ok(false) => tracing::warn!("the stream was closed by another node"),
            Err(error) => tracing::error!(%error, "the stream could not be closed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering};

    use crate::connection::Connector;
    use crate::events::NewEvent;
    use crate::mac::RowKeys;
    use crate::{DataKey, INSTANCE_TENANT, InstanceRow, NewInstance, Options, Store};

    fn writer(dir: &Path) -> Writer {
        // Ids are drawn from this, and must differ.
        let drawn = AtomicU8::new(0);
        let options = Options::new(
            dir.join("data"),
            Arc::new(|| 1),
            Arc::new(move |bytes| bytes.fill(drawn.fetch_add(1, Ordering::SeqCst))),
        );
        let keys = RowKeys::new(&[1; 32], &[2; 32]);
        let new = NewInstance {
            instance: InstanceRow {
                wrapped_secret: vec![],
                root_certificate: vec![],
                base_urls: "[]".to_owned(),
                created_at: 1,
            },
            data_key: DataKey {
                tenant: INSTANCE_TENANT,
                version: 1,
                wrapped: vec![],
                created_at: 1,
            },
            signing_keys: vec![],
            event: NewEvent {
                id: uuid::Uuid::from_u128(9),
                tenant: INSTANCE_TENANT,
                kind: "instance.created".to_owned(),
                subject: INSTANCE_TENANT,
                actor: "operator".to_owned(),
                request_id: String::new(),
                trace_id: String::new(),
                at: 1,
                body: vec![],
                salt: [5; 16],
            },
        };
        let store = Store::open(options.clone()).unwrap();
        store.initialise(&new, &keys).unwrap();
        let connector = Connector::Sqlite(options.sqlite_file(), None);
        start::start(options, keys, connector).unwrap()
    }

    #[test]
    fn a_batch_that_broke_is_lost_unless_its_commit_may_have_been_stored() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = writer(dir.path());
        for kind in [None, Some(FaultKind::Busy), Some(FaultKind::Other)] {
            let before = writer.judge_kind(kind, "", false);
            assert!(matches!(before, Broken::Lost(_)), "{kind:?}");
            // Nothing is open any more: it may be there.
            let gone = writer.judge_kind(kind, "", true);
            assert!(matches!(gone, Broken::Unknown), "{kind:?}");
            writer.connection.batch("BEGIN").unwrap();
            let open = writer.judge_kind(kind, "", true);
            assert!(matches!(open, Broken::Lost(_)), "{kind:?}");
            writer.connection.batch("ROLLBACK").unwrap();
        }
        assert!(writer.full_since.is_none());
        for committing in [false, true] {
            let broken = writer.judge_kind(Some(FaultKind::Io), "", committing);
            assert!(matches!(broken, Broken::Fatal(_)));
            let full = writer.judge_kind(Some(FaultKind::Full), "", committing);
            assert!(matches!(full, Broken::Lost(_)));
            assert!(writer.full_since.take().is_some());
        }
    }
}

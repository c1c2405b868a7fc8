//! Unlocking: is the database the one the anchor remembers, and what did a crash leave open?

use uuid::Uuid;

use crate::anchor::{self, Anchor, Keeper, root_fingerprint};
use crate::connection::{Connection, Connector};
use crate::instance::{self, INSTANCE_TENANT};
use crate::mac::RowKeys;
use crate::signing_keys::{self, Purpose, SigningKey};
use crate::sql::{Engine, Sql};
use crate::streams::{self, CLOSED, EPOCH, OPENED, STREAMS, Stream};
use crate::table::{Kept, Record as _};
use crate::value::Value;
use crate::writer::Writer;
use crate::{Error, Micros, Options, View, fail};

/// A writer on PostgreSQL that was not seen for this long is taken for dead.
/// Long against the writer's own stamps and against clocks that differ a little.
const LAPSE: Micros = 60_000_000;

/// Checks what was found and makes a writer of it. Runs on the writer's own thread.
pub(crate) fn start(
    options: Options,
    keys: RowKeys,
    connector: Connector,
) -> Result<Writer, Error> {
    let mut connection = connector.connect()?;
    let root = {
        let mut view = View {
            sql: connection.sql(),
            keys: Some(&keys),
        };
        let instance = instance::find(&mut view)?.ok_or(Error::Missing)?;
        root_fingerprint(&instance.root_certificate)
    };
    let behind = {
        let anchored = anchor::read(&options.anchor, &keys);
        let mut view = View {
            sql: connection.sql(),
            keys: Some(&keys),
        };
        compare(&mut view, anchored, &options, root)
    };
    let behind = match behind {
        Ok(()) => None,
        Err(Error::Behind { reason }) if options.new_epoch => Some(reason),
        Err(error) => return Err(error),
    };
    let (stream, heads) = transaction(&mut connection, |sql| {
        check_tails(sql, &keys, behind.is_some())?;
        check_clock(sql, &keys, &options)?;
        match sql.engine() {
            // The lock on the data directory says that nobody else is there.
            Engine::Sqlite => close_all(sql, &keys, &options)?,
            Engine::Postgres => close_lapsed(sql, &keys, &options, None)?,
        }
        let mut stream = streams::open(sql, &keys, &options)?;
        if let Some(reason) = &behind {
            let body = serde_json::json!({ "reason": reason });
            let event = streams::own_event(&options, EPOCH, INSTANCE_TENANT, &body);
            streams::append(sql, &keys, &mut stream.row, &event)?;
            if !crate::table::swap(sql, &keys, &mut stream)? {
                return Err(Error::Unknown);
            }
        }
        let mut view = View {
            sql,
            keys: Some(&keys),
        };
        let heads = streams::newest(&mut view)?;
        Ok((stream, heads))
    })?;
    let keeper = Keeper::start(
        options.anchor.clone(),
        keys.clone(),
        root,
        heads.iter().map(|kept| kept.row.head()),
    )?;
    Writer::new(options, keys, connector, connection, stream, keeper)
}

/// How far the clock may be behind the newest record.
pub(crate) const CLOCK_SLACK: Micros = 5_000_000;

/// A clock that was put back would sign documents into the past and let expired ones live again.
fn check_clock(sql: &mut dyn Sql, keys: &RowKeys, options: &Options) -> Result<(), Error> {
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    let newest = streams::newest(&mut view)?;
    let seen = newest.iter().map(|kept| kept.row.seen_at).max();
    let behind = seen
        .unwrap_or(Micros::MIN)
        .saturating_sub((options.clock)());
    if behind > CLOCK_SLACK {
        let seconds = behind / 1_000_000;
        return Err(Error::Refused {
            reason: format!(
                "the clock is {seconds} s behind the newest record: set it right and start again"
            ),
        });
    }
    Ok(())
}

/// Runs in a transaction of its own.
pub(crate) fn transaction<T>(
    connection: &mut Connection,
    run: impl FnOnce(&mut dyn Sql) -> Result<T, Error>,
) -> Result<T, Error> {
    let engine = connection.sql().engine();
    connection.batch(engine.pick("BEGIN IMMEDIATE", "BEGIN"))?;
    match run(connection.sql()) {
        Ok(value) => {
            connection.commit().map_err(|_| Error::Unknown)?;
            Ok(value)
        }
        Err(error) => {
            let _ = connection.batch("ROLLBACK");
            Err(error)
        }
    }
}

/// Compares the database with its anchor. That is read before the database is: a server that runs writes it behind its
/// commits, so that what is looked at later holds what it names.
pub(crate) fn compare(
    view: &mut View<'_>,
    anchored: Result<Option<Anchor>, Error>,
    options: &Options,
    root: crate::Digest,
) -> Result<(), Error> {
    if fail::at!("believe-any-anchor") {
        return Ok(());
    }
    let behind = |reason: String| Err(Error::Behind { reason });
    let Some(Anchor {
        root: anchored,
        heads,
    }) = anchored?
    else {
        // Between the first start's commit and its first anchor a crash may come; later never.
        return if has_content(view)? {
            behind(format!("{} is missing", options.anchor.display()))
        } else {
            Ok(())
        };
    };
    // One that this instance had before is named until the anchor is written again.
    let is_former = |key: &SigningKey| {
        key.purpose == Purpose::Root
            && key.retired_at.is_some()
            && anchor::root_fingerprint(&key.certificate) == anchored
    };
    if anchored != root
        && !signing_keys::list(view, INSTANCE_TENANT)?
            .iter()
            .any(is_former)
    {
        return behind("the anchor names another root".to_owned());
    }
    for head in heads {
        match streams::find_event(view, head.stream, head.seq)? {
            Some(event) if event.hash == head.hash => {}
            Some(_) => {
                return behind(format!(
                    "event {} of stream {} is another one",
                    head.seq, head.stream
                ));
            }
            None => {
                return behind(format!(
                    "event {} of stream {} is missing",
                    head.seq, head.stream
                ));
            }
        }
    }
    Ok(())
}

/// Whether anything happened beyond the first start.
fn has_content(view: &mut View<'_>) -> Result<bool, Error> {
    let rows = view.sql.query(
        "SELECT seq FROM events WHERE kind NOT IN ($1, $2, $3) LIMIT 1",
        &[OPENED.into(), CLOSED.into(), "instance.created".into()],
    )?;
    if !rows.is_empty() {
        return Ok(true);
    }
    let rows = view
        .sql
        .query("SELECT created_at FROM tenants LIMIT 1", &[])?;
    Ok(!rows.is_empty())
}

/// Every newer stream ends where its row says: neither row nor events were put back alone.
fn check_tails(sql: &mut dyn Sql, keys: &RowKeys, new_epoch: bool) -> Result<(), Error> {
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    for kept in streams::newest(&mut view)? {
        let stream = kept.row;
        let last = streams::find_event(&mut view, stream.id, stream.seq)?;
        let beyond = streams::find_event(&mut view, stream.id, stream.seq + 1)?;
        let holds = last.is_some_and(|event| event.hash == stream.head) && beyond.is_none();
        if !holds && !new_epoch {
            return Err(Error::Corrupt {
                table: STREAMS.name,
                column: None,
                row: STREAMS.row_name(&stream.values()),
            });
        }
    }
    Ok(())
}

fn close_all(sql: &mut dyn Sql, keys: &RowKeys, options: &Options) -> Result<(), Error> {
    let open = streams::open_ones(&mut View {
        sql,
        keys: Some(keys),
    })?;
    for mut kept in open {
        if !streams::close(sql, keys, options, &mut kept, "found open")? {
            return Err(Error::Unknown);
        }
    }
    Ok(())
}

/// Closes the streams whose writers were not seen for a while, but for our own.
pub(crate) fn close_lapsed(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    options: &Options,
    own: Option<Uuid>,
) -> Result<(), Error> {
    let before: Micros = (options.clock)() - LAPSE;
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    let lapsed: Vec<Kept<Stream>> = view.select(
        " WHERE closed_at IS NULL AND seen_at < $1 ORDER BY id",
        &[Value::from(before)],
    )?;
    for mut kept in lapsed {
        if Some(kept.row.id) != own {
            // `false`: it lives after all, or somebody else was faster.
            streams::close(sql, keys, options, &mut kept, "not seen")?;
        }
    }
    Ok(())
}

/// After a commit whose outcome is unknown: reads the old stream's tail back, closes it and opens a
/// new one. The old connection's transaction may still be ending; its lock on the row is waited
/// for.
///
/// The connection may lead to another host than before, and that host may lack what the last one had
/// committed: it is [`Error::Behind`] then, as it would be at a start.
pub(crate) fn reopen(
    connection: &mut Connection,
    keys: &RowKeys,
    options: &Options,
    old: &Stream,
) -> Result<Kept<Stream>, Error> {
    transaction(connection, |sql| {
        let mut view = View {
            sql,
            keys: Some(keys),
        };
        let last = streams::find_event(&mut view, old.id, old.seq)?;
        let missing = last.is_none_or(|event| event.hash != old.head);
        if missing && !fail::at!("log-a-failed-commit-and-go-on") {
            return Err(Error::Behind {
                reason: format!("event {} of stream {} is missing", old.seq, old.id),
            });
        }
        let old = old.id;
        let found: Option<Kept<Stream>> = view.one(
            " WHERE tenant_id = $1 AND id = $2",
            &[INSTANCE_TENANT.into(), old.into()],
        )?;
        let mut kept = found.ok_or_else(|| Error::Corrupt {
            table: STREAMS.name,
            column: None,
            row: old.simple().to_string(),
        })?;
        if kept.row.closed_at.is_none()
            && !streams::close(sql, keys, options, &mut kept, "commit unknown")?
        {
            // It moved while we looked: the old transaction came through. Next time.
            return Err(Error::unavailable(200));
        }
        streams::open(sql, keys, options)
    })
}

//! The instance: opened, or made on the first start.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::Arc;

use ananke_format::certificate::Certificate;
use ananke_format::trust::{Authority, RootFingerprint};
use ananke_format::{BaseUrl, Instant, Mode};
use ananke_store::{
    Database, INSTANCE_TENANT, InstanceRow, Options, Purpose, RowKeys, Store, signing_keys,
};
use secrecy::ExposeSecret as _;

use super::{StartError, first, refused};
use crate::config::Config;
use crate::ctx::Ctx;
use crate::keys::places::{self, is_given};
use crate::keys::ring::{Ring, open_secret};
use crate::keys::{Derived, Kek, Keks, roots};

/// A store with its keys, or without them.
pub struct Opened {
    pub store: Store,
    pub ring: Option<Ring>,
    pub authority: Authority,
    /// Public URLs the instance has known, the current one first.
    pub known_urls: Vec<String>,
}

impl Opened {
    /// The current public URL, then every former one.
    pub fn base_urls(
        &self,
        config: &Config,
        current: Option<&BaseUrl>,
    ) -> Result<Vec<BaseUrl>, StartError> {
        let mut seen = BTreeSet::new();
        current
            .map(BaseUrl::as_str)
            .into_iter()
            .chain(self.known_urls.iter().map(String::as_str))
            .chain(config.server.former_urls.iter().map(String::as_str))
            .filter(|url| seen.insert((*url).to_owned()))
            .map(|url| {
                BaseUrl::parse(url).map_err(|error| refused(format!("public URL {url}: {error}")))
            })
            .collect()
    }
}

/// Public URL of an instance made before it ever listened.
const DEFAULT_URL: &str = "http://127.0.0.1:8787";

/// Opens the store and unlocks it; makes the instance where there is none.
pub fn open(
    config: &Config,
    ctx: &Ctx,
    base_url: Option<&BaseUrl>,
    new_epoch: bool,
) -> Result<Opened, StartError> {
    let options = options(config, ctx, new_epoch);
    let anchor = options.anchor.clone();
    // Before the store makes a database where there was none.
    if new_epoch && options.database == Database::Sqlite && !options.sqlite_file().exists() {
        return Err(nothing_to_restore(&options.sqlite_file()));
    }
    let store = Store::open(options)?;
    let row = store.instance()?;
    let sealed = config.keys.sealed;
    let pin = config.data.dir.join("root.fingerprint");
    let now = moment(ctx.now_micros());
    let keks = Keks::find(config)?;
    let any = keks.all().next().is_some();
    let row = match (row, any, sealed) {
        (None, _, true) => {
            return Err(refused(
                "there is nothing to be sealed here: start without keys.sealed first",
            ));
        }
        (None, _, false) if new_epoch => return Err(nothing_to_restore(&config.data.dir)),
        (None, _, false) if anchor.exists() => {
            return Err(refused(format!(
                "there is no instance in the database, and {anchor} remembers one: put data directory and database \
                 back; or, to begin anew without them, remove the anchor, too: rm {anchor}",
                anchor = anchor.display()
            )));
        }
        (None, _, false) => {
            let file = places::kek_file(&config.data.dir);
            let kek = match &keks.kek {
                Some(kek) => Arc::clone(kek),
                None => Kek::create(&file, ctx)?.into(),
            };
            let base_url = base_url.map_or(DEFAULT_URL, BaseUrl::as_str);
            let row = first::create(&store, ctx, &kek, base_url)?;
            // A successor that was given from the beginning is one to rotate to.
            let keks = Keks {
                kek: Some(kek),
                ..keks
            };
            let ring = unlock(&store, keks, &row)?;
            return finish(store, Some(ring), row, (&pin, now));
        }
        (Some(row), true, false) => {
            let ring = unlock(&store, keks, &row)?;
            settle(config, &ring, &row)?;
            // Read again: from here on the row is authenticated.
            let row = store.instance()?.unwrap_or(row);
            return finish(store, Some(ring), row, (&pin, now));
        }
        (Some(_), false, false) => {
            return Err(refused(format!(
                "the key-encryption key is missing: put its file back to {}, give it by ANANKE__KEYS__KEK_FILE, or \
                 start with keys.sealed = true, where only verification works",
                config.data.dir.join("kek").display()
            )));
        }
        (Some(row), _, true) => row,
    };
    if !pin.exists() {
        return Err(refused(format!(
            "{} is missing: without its keys a server goes by the root fingerprint it wrote there at its first start",
            pin.display()
        )));
    }
    finish(store, None, row, (&pin, now))
}

/// A first start would hand out keys of another instance, as if they were those of the lost one.
fn nothing_to_restore(place: &Path) -> StartError {
    refused(format!(
        "there is nothing to restore here: no instance in {}; put the copy in its place first, or begin anew with \
         `ananke serve`",
        place.display()
    ))
}

/// Opens the database in `options` for reading only, with this key: the one of a running server, or a copy. The root
/// must be the one that `pin` names.
pub fn open_reading(options: Options, keks: Keks, pin: &Path) -> Result<Opened, StartError> {
    let now = moment((options.clock)());
    let store = Store::open(Options {
        read_only: true,
        ..options
    })?;
    let row = store
        .instance()?
        .ok_or_else(|| refused("there is no instance in this database"))?;
    let ring = unlock(&store, keks, &row)?;
    let row = store.instance()?.unwrap_or(row);
    finish(store, Some(ring), row, (pin, now))
}

fn moment(micros: i64) -> Instant {
    Instant::from_microsecond(micros).unwrap_or(Instant::UNIX_EPOCH)
}

/// How these settings open the store.
pub fn options(config: &Config, ctx: &Ctx, new_epoch: bool) -> Options {
    let (clock, random) = (ctx.clone(), ctx.clone());
    let mut options = Options::new(
        &config.data.dir,
        Arc::new(move || clock.now_micros()),
        Arc::new(move |buffer: &mut [u8]| random.fill(buffer)),
    );
    if config.data.database != "sqlite" {
        options.database = Database::Postgres(config.data.database.clone());
        options.network = config.network();
    }
    if !config.data.anchor.is_empty() {
        options.anchor = config.data.anchor.clone().into();
    }
    options.new_epoch = new_epoch;
    options
}

/// Where a change of the key-encryption key stands: what was cut short behind its commit is brought to its end.
fn settle(config: &Config, ring: &Ring, row: &InstanceRow) -> Result<(), StartError> {
    let keks = ring.keks();
    let Some(next) = &keks.next else {
        return Ok(());
    };
    // Given twice by mistake, it is no successor; a rotation says so.
    if keks
        .kek
        .as_ref()
        .is_some_and(|kek| kek.bytes() == next.bytes())
    {
        return Ok(());
    }
    let is_done = open_secret(next, row).is_ok();
    if !is_done {
        tracing::warn!(
            fingerprint = next.fingerprint(),
            "a successor of the key-encryption key is there: `ananke kek rotate` goes over to it"
        );
    } else if is_given(config) || !config.keys.next_kek.expose_secret().is_empty() {
        tracing::warn!(
            fingerprint = next.fingerprint(),
            "everything is under keys.next_kek by now: give that key as keys.kek, and no keys.next_kek"
        );
        ring.accept(Keks::only(Arc::clone(next)));
    } else {
        places::switch(&config.data.dir)?;
        ring.accept(Keks::only(Arc::clone(next)));
    }
    Ok(())
}

pub(super) fn row_keys(derived: &Derived) -> RowKeys {
    RowKeys::new(&derived.row, &derived.anchor)
}

fn unlock(store: &Store, keks: Keks, row: &InstanceRow) -> Result<Ring, StartError> {
    let (_, secret) = keks.open(|kek| open_secret(kek, row))?;
    let derived = Derived::new(&secret)?;
    if store.is_sealed() {
        store.unlock(row_keys(&derived))?;
    }
    Ok(Ring::new(keks, derived))
}

/// Reads the authorities and compares the root with the fingerprint kept outside the database.
fn finish(
    store: Store,
    ring: Option<Ring>,
    row: InstanceRow,
    (pin, now): (&Path, Instant),
) -> Result<Opened, StartError> {
    // Whoever only reads changes nothing, in a backup least of all.
    let writes = ring.is_some() && !store.reads_only();
    let keys = {
        let store = store.clone();
        store.read_blocking(|view| signing_keys::list(view, INSTANCE_TENANT))?
    };
    let certificate = |der: &[u8]| {
        Certificate::from_der(der).map_err(|error| refused(format!("authority: {error}")))
    };
    let root = certificate(&row.root_certificate)?;
    let fingerprint = RootFingerprint::of(&root).to_string();
    match std::fs::read_to_string(pin) {
        Ok(pinned) if pinned.trim() == fingerprint => {}
        // Another server on this database went over to another root, or this one was cut short on the way.
        Ok(pinned) if roots::lead(&keys, pinned.trim(), &root, now) => {
            tracing::warn!(fingerprint, "the root of this instance is another one now");
            if writes {
                write_pin(pin, &fingerprint)?;
            }
        }
        Ok(pinned) => {
            return Err(refused(format!(
                "the root in the database is {fingerprint}, but {} pins {}: the database was replaced, or is another's",
                pin.display(),
                pinned.trim()
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound && ring.is_some() => {
            if writes {
                write_pin(pin, &fingerprint)?;
            }
        }
        Err(source) => {
            return Err(StartError::Io {
                what: pin.display().to_string(),
                source,
            });
        }
    }
    let has = |purpose, mode| {
        keys.iter()
            .any(|key| key.purpose == purpose && key.mode == mode)
    };
    let is_complete = has(Purpose::Root, None)
        && Mode::ALL
            .iter()
            .all(|mode| has(Purpose::Ca, Some(*mode)) && has(Purpose::Status, Some(*mode)));
    if !is_complete {
        return Err(refused(
            "keys of the instance are missing from the database: it was edited or damaged, so restore it",
        ));
    }
    // Those under a root before this one are retired.
    let cas = keys
        .iter()
        .filter(|key| key.purpose == Purpose::Ca && key.retired_at.is_none());
    let cas = cas
        .map(|key| certificate(&key.certificate))
        .collect::<Result<_, _>>()?;
    let authority =
        Authority::new(root, cas).map_err(|error| refused(format!("authority: {error}")))?;
    let known_urls = serde_json::from_str(&row.base_urls)
        .map_err(|error| refused(format!("the list of public URLs cannot be read: {error}")))?;
    Ok(Opened {
        store,
        ring,
        authority,
        known_urls,
    })
}

/// Writes down which root this instance has, in the place of what was there.
pub fn write_pin(pin: &Path, fingerprint: &str) -> Result<(), StartError> {
    let failed = |source| StartError::Io {
        what: pin.display().to_string(),
        source,
    };
    // Whole or not at all, and there after a power cut: an empty one would refuse every start.
    let folder = pin.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".root-")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(format!("{fingerprint}\n").as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    file.persist(pin).map_err(|error| failed(error.error))?;
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

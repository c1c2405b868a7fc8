//! Backups: made beside a running server, proved row by row and signature by signature, and put back.
//!
//! A backup is a directory: the database, the root's fingerprint, what it says about itself, and the sums of all that
//! (`docs/decisions/0084`). It holds neither the key-encryption key nor the anchor.

mod manifest;

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use ananke_store::audit::Finding;
use ananke_store::{Database, Options as StoreOptions, backup};

use crate::config::Config;
use crate::ctx::{Clock, Ctx};
use crate::keys::Keks;
use crate::keys::ring::open_secret;
use crate::ops::audit;
use crate::start::instance::{open_reading, options};
use crate::start::{self, Options, StartError, refused};

pub use manifest::Manifest;
use manifest::{PIN, failed};

/// What a look at every row and signature of a backup gave.
#[derive(Debug)]
pub struct Proof {
    /// Rows and events looked at.
    pub rows: u64,
    /// Signatures looked at.
    pub signatures: u64,
    /// What is not as it was recorded.
    pub findings: Vec<Finding>,
}

/// Makes a backup of the instance in a new directory, whether a server runs on it or not. It appears whole.
///
/// # Errors
/// The directory exists; the instance or its key-encryption key is not there; the database is not the one its anchor
/// remembers; it cannot be copied.
pub async fn create(config: &Config, dir: &Path) -> Result<Manifest, StartError> {
    let (config, dir) = (config.clone(), dir.to_owned());
    on_thread(move || {
        let ctx = Ctx::new(Clock::System);
        if dir.exists() {
            return Err(refused(format!(
                "{} is there already: name a new directory",
                dir.display()
            )));
        }
        let pin = config.data.dir.join(PIN);
        if !pin.exists() {
            return Err(refused(format!(
                "there is no server's data in {}; say with --data where it is",
                config.data.dir.display()
            )));
        }
        let keks = keks(&config)?;
        let options = options(&config, &ctx, false);
        // That it is our database, and not an older one put back, is found out before it is copied.
        let opened = open_reading(options.clone(), keks.clone(), &pin)?;
        let root = opened.authority.fingerprint().to_string();
        // Which key it needs and which root it has, before and after: each is changed at one moment, and never back.
        let under = || -> Result<_, StartError> {
            let row = opened.store.instance()?;
            let row = row.ok_or_else(|| refused("the instance is gone"))?;
            let (kek, _) = keks.open(|kek| open_secret(kek, &row))?;
            Ok((kek.fingerprint(), row.root_certificate))
        };
        let before = under()?;

        let partial = Partial::new(&dir)?;
        let as_of = crate::ops::words::shown(ctx.now_micros());
        let name = backup::take(&options, &partial.0)?;
        if under()? != before {
            return Err(refused(
                "the key-encryption key or the root was changed meanwhile: make the backup once more",
            ));
        }
        manifest::write(&partial.0, PIN, &format!("{root}\n"))?;
        let manifest = Manifest::new(as_of, engine(&options), name, root, before.0);
        manifest.write(&partial.0)?;
        partial.finish(&dir)?;
        Ok(manifest)
    })
    .await
}

/// Whether every byte of a backup is as it was written.
///
/// # Errors
/// It is not; or this is no backup.
pub async fn check_bytes(dir: &Path) -> Result<Manifest, StartError> {
    let dir = dir.to_owned();
    on_thread(move || Manifest::read(&dir)).await
}

/// Looks at every byte, row and signature of a backup, with the key-encryption key of these settings.
///
/// # Errors
/// It is damaged, or of another key-encryption key. What is wrong with its rows is a finding, not an error.
pub async fn verify(config: &Config, dir: &Path) -> Result<(Manifest, Proof), StartError> {
    let manifest = check_bytes(dir).await?;
    // A backup has no anchor, and must not be mistaken for the instance whose it would be.
    let nowhere = dir.with_extension("no-anchor");
    let proof = prove(config, dir, &manifest, nowhere, true).await?;
    Ok((manifest, proof))
}

/// Puts a backup where these settings say, after it was proved. With `new_epoch` also where it lacks what the anchor
/// remembers, or where there is no anchor; an event says so then.
///
/// # Errors
/// There is a database already; the backup is damaged, of another key-encryption key, or lacks what the anchor
/// remembers. Nothing was written then.
pub async fn restore(
    config: &Config,
    dir: &Path,
    new_epoch: bool,
) -> Result<(Manifest, Proof), StartError> {
    let manifest = check_bytes(dir).await?;
    let target = options(config, &Ctx::new(Clock::System), new_epoch);
    may_be_put(&manifest, config, &target).await?;
    let proof = prove(config, dir, &manifest, target.anchor.clone(), new_epoch).await?;
    if let Some(finding) = proof.findings.first() {
        return Err(refused(format!(
            "{} rows of this backup are not as they were recorded, the first in {}: {} ({}); see `ananke backup verify`",
            proof.findings.len(),
            finding.table,
            finding.row,
            finding.what
        )));
    }
    let (copy, pin) = (dir.join(&manifest.database), config.data.dir.join(PIN));
    let root = manifest.root.clone();
    on_thread(move || {
        backup::make_room(&target)?;
        if !pin.exists() {
            let folder = pin.parent().unwrap_or(Path::new("."));
            manifest::write(folder, PIN, &format!("{root}\n"))?;
        }
        Ok(backup::put_back(&copy, &target)?)
    })
    .await?;
    go_on(config, new_epoch).await?;
    Ok((manifest, proof))
}

/// Opens the instance once, so that its anchor fits again; with `new_epoch` also from a database that is behind it.
///
/// # Errors
/// There is nothing to go on from, or it is behind.
pub async fn go_on(config: &Config, new_epoch: bool) -> Result<(), StartError> {
    let options = Options {
        new_epoch,
        ..Options::default()
    };
    let (app, _) = Box::pin(start::open(config.clone(), options, None)).await?;
    start::close(&app).await;
    Ok(())
}

/// Whether nothing is in the way of a restore.
async fn may_be_put(
    manifest: &Manifest,
    config: &Config,
    target: &StoreOptions,
) -> Result<(), StartError> {
    if manifest.engine != engine(target) {
        let way_out = match target.database {
            Database::Sqlite => "give the URL of an empty database as data.database",
            Database::Postgres(_) => "leave data.database at \"sqlite\"",
        };
        return Err(refused(format!(
            "this is the backup of a {} database: {way_out}",
            manifest.engine
        )));
    }
    match fs::read_to_string(config.data.dir.join(PIN)) {
        Ok(pinned) if pinned.trim() != manifest.root => {
            return Err(refused(format!(
                "this is the backup of another instance, or of this one under another root: its root is {}, and {} belongs to \
                 {}; if you know why, move {} away first",
                manifest.root,
                config.data.dir.display(),
                pinned.trim(),
                config.data.dir.join(PIN).display()
            )));
        }
        _ => {}
    }
    let target = target.clone();
    let place = match &target.database {
        Database::Sqlite => target.sqlite_file().display().to_string(),
        Database::Postgres(_) => "the PostgreSQL database".to_owned(),
    };
    if on_thread(move || Ok(backup::is_taken(&target)?)).await? {
        return Err(refused(format!(
            "{place} is there already and was left alone: move it away first, or restore to another place"
        )));
    }
    Ok(())
}

/// Opens a copy for reading and looks at all of it.
async fn prove(
    config: &Config,
    dir: &Path,
    manifest: &Manifest,
    anchor: PathBuf,
    new_epoch: bool,
) -> Result<Proof, StartError> {
    let (mut config, dir, manifest) = (config.clone(), dir.to_owned(), manifest.clone());
    let (app, room) = on_thread(move || {
        let keks = keks(&config)?;
        let found: Vec<String> = keks.all().map(|kek| kek.fingerprint()).collect();
        if !found.contains(&manifest.kek) {
            return Err(refused(format!(
                "this backup needs the key-encryption key {}, and the one given is {}",
                manifest.kek,
                found.join(" or ")
            )));
        }
        // What was signed under these addresses is looked at, not what this machine is called.
        config.server.former_urls.clear();
        config.data.database = "sqlite".to_owned();
        let ctx = Ctx::new(Clock::System);
        let mut store = options(&config, &ctx, new_epoch);
        store.anchor = anchor;
        // As it is, where this release can read it so; else a copy of the copy.
        let as_it_is =
            manifest.database == backup::SQLITE_FILE && manifest.schema == backup::schema();
        let room = if as_it_is {
            store.data_dir.clone_from(&dir);
            None
        } else {
            let room =
                tempfile::tempdir().map_err(|source| failed(&std::env::temp_dir(), source))?;
            room.path().clone_into(&mut store.data_dir);
            backup::unpack(&dir.join(&manifest.database), manifest.schema, room.path())?;
            Some(room)
        };
        let opened = open_reading(store, keks, &dir.join(PIN))?;
        let base_urls = opened.base_urls(&config, None)?;
        Ok((start::assemble(opened, config, ctx, base_urls, None)?, room))
    })
    .await?;
    let report = audit::verify_on_thread(&app).await?;
    drop(room);
    Ok(Proof {
        rows: report.rows,
        signatures: report.signatures,
        findings: report.findings,
    })
}

fn engine(options: &StoreOptions) -> &'static str {
    match options.database {
        Database::Sqlite => "sqlite",
        Database::Postgres(_) => "postgres",
    }
}

fn keks(config: &Config) -> Result<Keks, StartError> {
    let keks = Keks::find(config)?;
    if keks.all().next().is_some() {
        return Ok(keks);
    }
    Err(refused(format!(
        "this needs the key-encryption key, which is no part of a backup: name its file by ANANKE__KEYS__KEK_FILE, or \
         put it to {}",
        config.data.dir.join("kek").display()
    )))
}

/// A directory that is not there yet under its name.
struct Partial(PathBuf);

impl Partial {
    fn new(dir: &Path) -> Result<Self, StartError> {
        let mut name = dir.as_os_str().to_owned();
        name.push(".partial");
        let path = PathBuf::from(name);
        // Left by one that did not get to its end.
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|source| failed(&path, source))?;
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|source| failed(&path, source))?;
        Ok(Self(path))
    }

    fn finish(self, dir: &Path) -> Result<(), StartError> {
        let parent = dir
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::rename(&self.0, dir)
            .and_then(|()| File::open(parent)?.sync_all())
            .map_err(|source| failed(dir, source))
    }
}

impl Drop for Partial {
    /// Gone where it was renamed.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn on_thread<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, StartError> + Send + 'static,
) -> Result<T, StartError> {
    tokio::task::spawn_blocking(run)
        .await
        .map_err(|error| refused(error.to_string()))?
}

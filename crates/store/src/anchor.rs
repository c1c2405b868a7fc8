//! The anchor: a small authenticated file outside the data directory that says how far the database
//! had come. A database that does not hold these heads was put back to an older state.
//!
//! Written at most one second behind the commits, by a thread of its own: never before what it
//! names was committed, and always whole (temporary file, sync, rename, sync of the directory).

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::load::Counted;
use crate::mac::{RowKeys, sha256};
use crate::streams::{HEADS, Head, hex};
use crate::value::Value;
use crate::{Digest, Error};

/// How long the thread waits for more commits before it writes. Half of what is promised.
const PACE: Duration = Duration::from_millis(500);

#[derive(Serialize, Deserialize)]
struct FileForm {
    version: u32,
    /// SHA-256 of the root certificate, hexadecimal: what verifiers pin.
    root: String,
    heads: Vec<HeadForm>,
    mac: String,
}

#[derive(Serialize, Deserialize)]
struct HeadForm {
    stream: Uuid,
    seq: i64,
    hash: String,
}

/// What an anchor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) root: Digest,
    pub(crate) heads: Vec<Head>,
}

impl Anchor {
    fn values(&self) -> Vec<Value> {
        let mut values = vec![Value::Int(1), self.root.into()];
        for head in &self.heads {
            values.extend([head.stream.into(), head.seq.into(), head.hash.into()]);
        }
        values
    }
}

pub(crate) fn root_fingerprint(root_certificate: &[u8]) -> Digest {
    sha256(&[root_certificate])
}

/// Reads an anchor; `None` when there is none.
///
/// A file that is not ours or was altered is [`Error::Behind`], like one that is missing: it is the
/// same attack.
pub(crate) fn read(path: &Path, keys: &RowKeys) -> Result<Option<Anchor>, Error> {
    let altered = |what: &str| Error::Behind {
        reason: format!("{} {what}", path.display()),
    };
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path, &error)),
    };
    let form: FileForm = serde_json::from_slice(&text).map_err(|_| altered("is not an anchor"))?;
    if form.version != 1 {
        return Err(altered("has an unknown version"));
    }
    let digest = |text: &str| -> Result<Digest, Error> {
        unhex(text)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| altered("is not an anchor"))
    };
    let anchor = Anchor {
        root: digest(&form.root)?,
        heads: form
            .heads
            .iter()
            .map(|head| {
                Ok(Head {
                    stream: head.stream,
                    seq: head.seq,
                    hash: digest(&head.hash)?,
                })
            })
            .collect::<Result<_, Error>>()?,
    };
    let mac = digest(&form.mac)?;
    if !keys.anchor_mac_holds(&anchor.values(), &mac) {
        return Err(altered("was altered, or belongs to another instance"));
    }
    Ok(Some(anchor))
}

/// Writes an anchor so that a crash leaves the old one or the new one, and a power cut too.
pub(crate) fn write(path: &Path, keys: &RowKeys, anchor: &Anchor) -> Result<(), Error> {
    let form = FileForm {
        version: 1,
        root: hex(&anchor.root),
        heads: anchor
            .heads
            .iter()
            .map(|head| HeadForm {
                stream: head.stream,
                seq: head.seq,
                hash: hex(&head.hash),
            })
            .collect(),
        mac: hex(&keys.anchor_mac(&anchor.values())),
    };
    let text = serde_json::to_vec_pretty(&form).map_err(|error| Error::File {
        path: path.to_owned(),
        text: error.to_string(),
    })?;
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(name);
    let result = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        sync_parent(path)
    })();
    result.map_err(|error| Error::file(path, &error))
}

/// Makes a name durable: without it a power cut may leave the directory without the file.
pub(crate) fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(parent)?.sync_all()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    // Not left to the parser of numbers, which takes a sign too.
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !digits || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len() / 2)
        .map(|n| {
            let digits = text.get(2 * n..2 * n + 2)?;
            u8::from_str_radix(digits, 16).ok()
        })
        .collect()
}

/// The thread that keeps the file up to date.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    keys: RowKeys,
    root: Digest,
    /// Who counts what fails, once there is somebody.
    counted: OnceLock<Arc<Counted>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    heads: BTreeMap<Uuid, Head>,
    dirty: bool,
    stop: bool,
}

impl Keeper {
    /// Starts with the heads that were found, and writes them before it returns.
    pub(crate) fn start(
        path: PathBuf,
        keys: RowKeys,
        root: Digest,
        heads: impl IntoIterator<Item = Head>,
    ) -> Result<Self, Error> {
        let state = State {
            heads: heads.into_iter().map(|head| (head.stream, head)).collect(),
            ..State::default()
        };
        let shared = Arc::new(Shared {
            path,
            keys,
            root,
            counted: OnceLock::new(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        shared.write_now()?;
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("ananke-anchor".to_owned())
            .spawn(move || theirs.run())
            .map_err(|error| Error::file(&shared.path, &error))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Who is told of what fails from now on.
    pub(crate) fn share(&self, counted: &Arc<Counted>) {
        let _ = self.shared.counted.set(Arc::clone(counted));
    }

    /// A head that was committed, and is on disk. One that is older than what is known changes nothing.
    pub(crate) fn advance(&self, head: Head) {
        let mut state = self.shared.state();
        let known = state.heads.get(&head.stream);
        if known.is_some_and(|known| known.seq >= head.seq) {
            return;
        }
        state.heads.insert(head.stream, head);
        // Ids are in time order. Older heads are pinned by the first event of later streams.
        while state.heads.len() > HEADS as usize {
            state.heads.pop_first();
        }
        state.dirty = true;
        drop(state);
        self.shared.changed.notify_one();
    }
}

impl Drop for Keeper {
    /// Writes what is left.
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        loop {
            let mut state = self.state();
            while !state.dirty && !state.stop {
                state = self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            // Gather commits of half a second into one write, unless it is the end.
            if !state.stop {
                (state, _) = self
                    .changed
                    .wait_timeout_while(state, PACE, |state| !state.stop)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let (dirty, stop) = (state.dirty, state.stop);
            drop(state);
            if dirty {
                let written = self.write_now();
                if let Some(counted) = self.counted.get() {
                    counted.anchor(written.is_ok());
                }
                if let Err(error) = written {
                    // The database goes on: an anchor that lags makes a rollback harder to see, a
                    // server that stops makes every document impossible to issue.
                    tracing::error!(%error, "anchor could not be written");
                    self.state().dirty = true;
                }
            }
            if stop {
                return;
            }
        }
    }

    fn write_now(&self) -> Result<(), Error> {
        let mut state = self.state();
        state.dirty = false;
        let anchor = Anchor {
            root: self.root,
            heads: state.heads.values().copied().collect(),
        };
        drop(state);
        write(&self.path, &self.keys, &anchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_anchor_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchor");
        let keys = RowKeys::new(&[1; 32], &[2; 32]);
        assert_eq!(read(&path, &keys).unwrap(), None);
        let anchor = Anchor {
            root: [3; 32],
            heads: vec![Head {
                stream: Uuid::from_u128(7),
                seq: 9,
                hash: [4; 32],
            }],
        };
        write(&path, &keys, &anchor).unwrap();
        assert_eq!(read(&path, &keys).unwrap(), Some(anchor));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"seq\": 9", "\"seq\": 8")).unwrap();
        assert!(matches!(read(&path, &keys), Err(Error::Behind { .. })));
        fs::write(&path, "{}").unwrap();
        assert!(matches!(read(&path, &keys), Err(Error::Behind { .. })));
        // What cannot be read is there all the same.
        assert!(matches!(read(dir.path(), &keys), Err(Error::File { .. })));
    }

    #[test]
    fn a_name_is_made_durable_in_the_directory_it_stands_in() {
        sync_parent(Path::new("a-name-alone")).unwrap();
        let dir = tempfile::tempdir().unwrap();
        sync_parent(&dir.path().join("name")).unwrap();
        assert!(sync_parent(&dir.path().join("nowhere/name")).is_err());
    }

    fn head(stream: u128) -> Head {
        Head {
            stream: Uuid::from_u128(stream),
            seq: 1,
            hash: [4; 32],
        }
    }

    fn started(path: &Path, keys: &RowKeys, heads: std::ops::Range<u128>) -> Keeper {
        let heads = heads.map(head);
        Keeper::start(path.to_owned(), keys.clone(), [3; 32], heads).unwrap()
    }

    #[test]
    fn the_keeper_writes_the_newest_heads_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchor");
        let keys = RowKeys::new(&[1; 32], &[2; 32]);
        let heads = || read(&path, &keys).unwrap().unwrap().heads;
        let most = HEADS as u128;
        let keeper = started(&path, &keys, 1..most);
        assert_eq!(heads(), (1..most).map(head).collect::<Vec<_>>());
        keeper.advance(head(most));
        while heads().len() < HEADS as usize {
            std::thread::sleep(Duration::from_millis(10));
        }
        keeper.advance(head(most + 1));
        // And at the end what is left, at once.
        drop(keeper);
        assert_eq!(heads(), (2..most + 2).map(head).collect::<Vec<_>>());
        // Nothing to write is no reason to stay.
        drop(started(&path, &keys, 1..2));
    }

    #[test]
    fn commits_of_half_a_second_are_one_write() {
        use std::os::unix::fs::MetadataExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchor");
        let keeper = started(&path, &RowKeys::new(&[1; 32], &[2; 32]), 1..2);
        let began = std::time::Instant::now();
        let mut files = std::collections::BTreeSet::new();
        for stream in 2..42 {
            keeper.advance(head(stream));
            std::thread::sleep(Duration::from_millis(5));
            // Each write is a file of its own.
            let file = fs::metadata(&path).unwrap();
            files.insert((file.ino(), file.mtime_nsec()));
        }
        let most = 1 + began.elapsed().as_millis() / PACE.as_millis();
        assert!(files.len() as u128 <= most, "{} of {most}", files.len());
    }
}

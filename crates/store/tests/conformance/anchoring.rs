use std::fs;
use std::path::Path;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

/// A copy of the whole database.
struct Copy {
    files: Vec<(std::path::PathBuf, Vec<u8>)>,
    url: Option<String>,
}

impl Copy {
    /// Of a database that nobody has open.
    fn take(db: &Db) -> Self {
        let data = db.dir.path().join("data");
        let files = ["ananke.db", "ananke.db-wal"].map(|name| data.join(name));
        Self {
            files: files
                .into_iter()
                .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
                .collect(),
            url: db
                .url
                .as_ref()
                .map(|url| crate::cluster::shared().unwrap().copy(url)),
        }
    }

    fn put_back(self, db: &mut Db) {
        if db.engine == Engine::Sqlite {
            for name in ["ananke.db-wal", "ananke.db-shm"] {
                let _ = fs::remove_file(db.dir.path().join("data").join(name));
            }
            for (path, bytes) in self.files {
                fs::write(path, bytes).unwrap();
            }
        }
        db.url = self.url;
    }
}

fn refused(db: &Db) -> String {
    match db.try_open(db.options()) {
        Err(error @ Error::Behind { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn old_copy_is_refused(db: &Db) {
    let mut db = db.other_node();
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    issuer.store.close();
    drop(issuer);
    crate::postgres_only::nobody_is_connected(&db);
    let copy = Copy::take(&db);
    // One more document, and then the old state is put back.
    db.open().close();
    crate::postgres_only::nobody_is_connected(&db);
    copy.put_back(&mut db);
    let text = refused(&db);
    assert!(text.contains("ananke restore --new-epoch"), "{text}");
    assert!(text.contains("is missing"), "{text}");
    // Nor is it read, but by whoever was told.
    let mut tool = db.options();
    tool.read_only = true;
    let read = Store::open(tool.clone()).unwrap().unlock(keys());
    assert!(matches!(read, Err(Error::Behind { .. })), "{read:?}");
    tool.new_epoch = true;
    Store::open(tool).unwrap().unlock(keys()).unwrap();

    // On purpose: it goes on, says so in an event, and is at peace with its anchor again.
    let mut options = db.options();
    options.new_epoch = true;
    let store = db.try_open(options).unwrap();
    let newest = store
        .read_blocking(|view| events::list(view, INSTANCE_TENANT, None, 100))
        .unwrap();
    assert_eq!(
        newest.iter().filter(|e| e.kind == "instance.epoch").count(),
        1
    );
    assert_sound(&store);
    store.close();
    drop(store);
    let store = db.open();
    assert_sound(&store);
}

pub(crate) fn missing_or_altered_anchor(db: &Db) {
    let anchor = db.options().anchor;
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    issuer.store.close();
    drop(issuer);
    let bytes = fs::read(&anchor).unwrap();
    assert!(!Path::new(&anchor).starts_with(db.dir.path().join("data")));

    fs::remove_file(&anchor).unwrap();
    assert!(refused(db).contains("is missing"));
    let text = String::from_utf8(bytes.clone()).unwrap();
    fs::write(&anchor, text.replacen("\"seq\": ", "\"seq\": 1", 1)).unwrap();
    assert!(refused(db).contains("was altered"));
    fs::write(&anchor, &bytes).unwrap();
    db.open().close();

    // Another root under the same instance: swapped together with its row it would need the key.
    let mut other = new_instance();
    other.instance.root_certificate = b"another root".to_vec();
    other.signing_keys[0].certificate = b"another root".to_vec();
    let stranger = Db::new(db.engine).unwrap();
    let store = Store::open(stranger.options()).unwrap();
    store.initialise(&other, &keys()).unwrap();
    fs::copy(&anchor, stranger.options().anchor).unwrap();
    match store.unlock(keys()) {
        Err(Error::Behind { reason }) => assert!(reason.contains("root"), "{reason}"),
        other => panic!("{other:?}"),
    }

    let mut inside = db.options();
    // However it is written.
    let link = db.dir.path().join("link");
    std::os::unix::fs::symlink(&inside.data_dir, &link).unwrap();
    for anchor in [
        inside.data_dir.join("anchor"),
        inside.data_dir.join("../data/anchor"),
        link.join("anchor"),
    ] {
        inside.anchor = anchor;
        let opened = Store::open(inside.clone());
        assert!(matches!(opened, Err(Error::Refused { .. })));
    }
}

pub(crate) fn empty_database_beside_an_anchor(db: &Db) {
    db.open().close();
    let fresh = Db::new(db.engine).unwrap();
    fs::copy(db.options().anchor, fresh.options().anchor).unwrap();
    let store = Store::open(fresh.options()).unwrap();
    assert_eq!(store.instance().unwrap(), None);
    assert!(matches!(
        store.initialise(&new_instance(), &keys()),
        Err(Error::Behind { .. })
    ));
}

pub(crate) fn the_anchor_follows_by_itself(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let reply = done(issuer.issue(issuer.document()));
    let stream = reply.stream.to_string();
    let began = std::time::Instant::now();
    loop {
        let text = fs::read(db.options().anchor).unwrap();
        let anchor: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let heads = anchor["heads"].as_array().unwrap();
        if heads
            .iter()
            .any(|head| head["stream"] == stream.as_str() && head["seq"] == reply.seq)
        {
            break;
        }
        assert!(began.elapsed().as_secs() < 20, "{anchor}");
        crate::cluster::pause();
    }
}

/// Two servers went on from one crash; the anchor of one is no anchor of the other.
pub(crate) fn a_copy_that_went_on_by_itself_is_refused(db: &Db) {
    let mut db = db.other_node();
    crate::crashing::killed(&db);
    crate::postgres_only::nobody_is_connected(&db);
    // On PostgreSQL its writer must look dead.
    db.clock
        .fetch_add(120_000_000, std::sync::atomic::Ordering::SeqCst);
    let anchor = db.options().anchor;
    let before = fs::read(&anchor).unwrap();
    let copy = Copy::take(&db);
    // Both close the stream that was left open, each with an event of its own.
    db.open().close();
    let ours = fs::read(&anchor).unwrap();
    copy.put_back(&mut db);
    fs::write(&anchor, before).unwrap();
    db.open().close();
    fs::write(&anchor, ours).unwrap();
    let text = refused(&db);
    assert!(text.contains("is another one"), "{text}");
}

pub(crate) fn a_stream_put_back_alone_is_refused(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let anchor = db.options().anchor;
    let old_anchor = fs::read(&anchor).unwrap();
    let mut raw = db.raw();
    raw.script("CREATE TABLE old AS SELECT * FROM streams WHERE closed_at IS NULL");
    issuer.issued();
    issuer.store.close();
    drop(issuer);
    let torn = || match db.try_open(db.options()) {
        Err(Error::Corrupt { table, .. }) => assert_eq!(table, "streams"),
        other => panic!("{other:?}"),
    };
    // Its row, and its events go on behind what the row knows.
    raw.script(
        "CREATE TABLE new AS SELECT * FROM streams WHERE id IN (SELECT id FROM old); \
         DELETE FROM streams WHERE id IN (SELECT id FROM old); \
         INSERT INTO streams SELECT * FROM old",
    );
    torn();
    // Its events, and the anchor with them.
    raw.script(
        "DELETE FROM streams WHERE id IN (SELECT id FROM old); \
         INSERT INTO streams SELECT * FROM new; \
         DELETE FROM events WHERE kind = 'stream.closed' AND stream_id IN (SELECT id FROM old)",
    );
    fs::write(&anchor, old_anchor).unwrap();
    torn();
}

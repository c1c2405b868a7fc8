//! Another root, and a root whose key is kept elsewhere.

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

fn keys_of_instance(store: &Store) -> Vec<SigningKey> {
    let found = store.read_blocking(|view| signing_keys::list(view, INSTANCE_TENANT));
    found.unwrap()
}

fn of(store: &Store, purpose: Purpose) -> Vec<SigningKey> {
    let keys = keys_of_instance(store).into_iter();
    keys.filter(|key| key.purpose == purpose).collect()
}

fn roll(store: &Store, before: &[u8], after: &[u8]) -> Result<Outcome, Error> {
    let root = SigningKey {
        certificate: after.to_vec(),
        ..signing_key(INSTANCE_TENANT, Purpose::Root, None)
    };
    let ca = signing_key(INSTANCE_TENANT, Purpose::Ca, Some(Mode::Live));
    let roll = RollRoot {
        root_certificate: (before.to_vec(), after.to_vec()),
        signing_keys: vec![root, ca],
    };
    let event = event(INSTANCE_TENANT, "instance.root_rolled", INSTANCE_TENANT);
    put(store, Command::RollRoot(Box::new(roll)), event)
}

pub(crate) fn another_root_once(db: &Db) {
    let store = db.open();
    let first = store.instance().unwrap().unwrap().root_certificate;
    let cas = of(&store, Purpose::Ca).len();
    done(roll(&store, &first, b"second"));
    assert_eq!(store.instance().unwrap().unwrap().root_certificate, b"second");
    let stood = |key: &SigningKey| key.retired_at.is_some();
    let roots = of(&store, Purpose::Root);
    assert_eq!(roots.iter().map(stood).collect::<Vec<_>>(), [true, false]);
    let has_key = |key: &SigningKey| key.sealed_key.is_some();
    assert_eq!(roots.iter().map(has_key).collect::<Vec<_>>(), [false, true]);
    let all = of(&store, Purpose::Ca);
    assert_eq!((all.len(), all.iter().filter(|key| stood(key)).count()), (cas + 1, cas));
    // Whoever looked before that comes too late, and changes nothing.
    let before = keys_of_instance(&store);
    assert!(matches!(roll(&store, &first, b"third"), Err(Error::Stale)));
    assert_eq!(keys_of_instance(&store), before);
    assert_sound(&store);
    store.close();
    drop(store);
    // The anchor names the root before: this instance had that, too. And from now on the new one.
    db.open().close();
    let anchor = std::fs::read_to_string(db.options().anchor).unwrap();
    let second = sha256(b"second").map(|byte| format!("{byte:02x}")).concat();
    assert!(anchor.contains(&second), "{anchor}");
}

pub(crate) fn a_key_that_is_kept_elsewhere(db: &Db) {
    let store = db.open();
    let root = of(&store, Purpose::Root).remove(0);
    let take = |id, expected: &[u8]| {
        let expected = expected.to_vec();
        let event = event(INSTANCE_TENANT, "instance.root_key_removed", INSTANCE_TENANT);
        put(&store, Command::TakeRootKey { id, expected }, event)
    };
    let sealed = root.sealed_key.clone().unwrap();
    let other = of(&store, Purpose::Status).remove(0);
    for (id, expected) in [(root.id, b"another".as_slice()), (other.id, &other.sealed_key.unwrap())] {
        assert!(matches!(take(id, expected), Err(Error::Stale)));
    }
    done(take(root.id, &sealed));
    let after = of(&store, Purpose::Root).remove(0);
    assert_eq!(after, SigningKey { sealed_key: None, ..root.clone() });
    assert!(matches!(take(root.id, &sealed), Err(Error::Stale)), "a second time");
    assert_sound(&store);
}

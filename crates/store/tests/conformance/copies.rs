use ananke_store::*;

use crate::harness::*;
use crate::made::*;

pub(crate) fn a_copy_of_a_running_store_is_whole(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (document, folder) = (issuer.issued(), tempfile::tempdir().unwrap());
    let name = backup::take(&db.options(), folder.path()).unwrap();
    // What comes later is not in it.
    issuer.issued();
    let copy = folder.path().join(name);
    assert!(copy.metadata().unwrap().len() > 0);

    let read = Db::at(Engine::Sqlite, None);
    let mut options = read.options();
    backup::make_room(&options).unwrap();
    backup::unpack(&copy, backup::schema(), &options.data_dir).unwrap();
    options.read_only = true;
    std::fs::copy(db.options().anchor, &options.anchor).unwrap();
    options.new_epoch = true;
    let store = Store::open(options).unwrap();
    store.unlock(keys()).unwrap();
    assert_eq!(assert_sound(&store).documents, 1);
    let (tenant, id) = (issuer.tenant, document.id);
    let found = store
        .read_blocking(move |view| documents::find(view, tenant, Mode::Live, id))
        .unwrap();
    assert_eq!(found.unwrap().issued.reference, document.reference);
}

pub(crate) fn a_copy_goes_to_an_engine_like_its_own(db: &Db) {
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder
        .path()
        .join(backup::take(&db.options(), folder.path()).unwrap());
    issuer.store.close();
    let there = |engine| Some(Db::new(engine).unwrap());
    let (same, other) = match db.engine {
        Engine::Sqlite => (there(Engine::Sqlite), Db::new(Engine::Postgres)),
        Engine::Postgres => (there(Engine::Postgres), there(Engine::Sqlite)),
    };
    if let Some(other) = other {
        backup::make_room(&other.options()).unwrap();
        let refused = backup::put_back(&copy, &other.options());
        assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
        assert!(!backup::is_taken(&other.options()).unwrap());
    }
    let same = same.unwrap();
    let mut options = same.options();
    backup::make_room(&options).unwrap();
    assert!(!backup::is_taken(&options).unwrap());
    backup::put_back(&copy, &options).unwrap();
    assert!(backup::is_taken(&options).unwrap());
    std::fs::copy(db.options().anchor, &options.anchor).unwrap();
    options.new_epoch = true;
    let store = same.try_open(options).unwrap();
    assert_eq!(assert_sound(&store).documents, 1);
}

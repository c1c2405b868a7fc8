//! Another key-encryption key: everything it wraps is replaced at once, whoever writes beside it.

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;
use crate::made::*;

/// All data keys there are.
fn all(store: &Store, tenants: &[Uuid]) -> Vec<DataKey> {
    let tenants = tenants.to_vec();
    let found = store.read_blocking(move |view| {
        let mut found = data_keys::list(view, INSTANCE_TENANT)?;
        for tenant in &tenants {
            found.extend(data_keys::list(view, *tenant)?);
        }
        Ok(found)
    });
    found.unwrap()
}

/// Wraps all of it anew: what was `x` becomes `x` and a mark.
fn rewrap(store: &Store, tenants: &[Uuid]) -> Rewrap {
    let secret = store.instance().unwrap().unwrap().wrapped_secret;
    let anew = |bytes: &[u8]| [bytes, b" anew"].concat();
    let data_keys = all(store, tenants).into_iter();
    Rewrap {
        secret: (secret.clone(), anew(&secret)),
        data_keys: data_keys
            .map(|row| (row.clone(), anew(&row.wrapped)))
            .collect(),
    }
}

fn write(store: &Store, rewrap: Rewrap) -> Result<Outcome, Error> {
    let event = event(INSTANCE_TENANT, "instance.kek_rotated", INSTANCE_TENANT);
    put(store, Command::Rewrap(Box::new(rewrap)), event)
}

pub(crate) fn all_of_it_or_nothing(db: &Db) {
    let store = db.open();
    let tenants = [Issuer::new(&store).tenant, Issuer::new(&store).tenant];
    let before = (store.instance().unwrap().unwrap(), all(&store, &tenants));
    assert_eq!(before.1.len(), 3);

    // One that is missing, one that is not as it was, one that is nowhere, and another secret.
    let good = rewrap(&store, &tenants);
    let mut bad = vec![good.clone(), good.clone(), good.clone(), good.clone()];
    bad[0].data_keys.pop();
    bad[1].data_keys[1].0.wrapped = b"another".to_vec();
    bad[2].data_keys.push((data_key(id()), b"x".to_vec()));
    bad[3].secret.0 = b"another".to_vec();
    for bad in bad {
        assert!(matches!(write(&store, bad), Err(Error::Stale)));
        let now = (store.instance().unwrap().unwrap(), all(&store, &tenants));
        assert_eq!(now, before, "nothing stays of it");
    }
    done(write(&store, good.clone()));
    assert_eq!(store.instance().unwrap().unwrap().wrapped_secret, good.secret.1);
    for (row, (_, after)) in all(&store, &tenants).iter().zip(&good.data_keys) {
        assert_eq!(row.wrapped, *after);
    }
    assert!(matches!(write(&store, good), Err(Error::Stale)), "a second time");
    assert_sound(&store);
    // And a key that was wrapped before it comes too late.
    let late = NewDataKey {
        row: DataKey { version: 2, ..data_key(tenants[0]) },
        beside: before.0.wrapped_secret,
    };
    let key = signing_key(tenants[0], Purpose::Tenant, Some(Mode::Test));
    let event = event(tenants[0], "key.created", key.id);
    let insert = Command::InsertSigningKey { key, data_key: Some(late) };
    assert!(matches!(put(&store, insert, event), Err(Error::Stale)));
    assert_eq!(all(&store, &tenants).len(), 3);
}

/// Two writers (on PostgreSQL two nodes) make tenants while everything is wrapped anew, again and again: at every moment
/// all of it has as many marks as the secret.
pub(crate) fn a_data_key_of_another_node_is_not_passed_over(db: &Db) {
    let store = db.open();
    let other = match store.engine() {
        Engine::Sqlite => store.clone(),
        Engine::Postgres => db.other_node_open(),
    };
    let like = Issuer::new(&store).tenant;
    let like = store.read_blocking(move |view| tenants::find(view, like)).unwrap().unwrap();
    let like = &like;
    let marks = |bytes: &[u8]| bytes.windows(4).filter(|part| part == b"anew").count();
    let (mut stale, mut rounds) = (0, 0);
    let made = std::thread::scope(|scope| {
        let makers = [&store, &other].map(|store| {
            scope.spawn(move || {
                let (mut made, mut stale) = (Vec::new(), 0);
                while made.len() < 12 {
                    let tenant = id();
                    let beside = store.instance().unwrap().unwrap().wrapped_secret;
                    let mut row = data_key(tenant);
                    row.wrapped = [b"anew".repeat(marks(&beside)), b"x".to_vec()].concat();
                    // Time for somebody to come in between.
                    std::thread::sleep(std::time::Duration::from_millis(3));
                    let create = Command::CreateTenant {
                        tenant: Tenant {
                            id: tenant,
                            code: format!("R{:05}", number() % 100_000),
                            ..like.clone()
                        },
                        data_key: NewDataKey { row, beside },
                        signing_keys: vec![],
                    };
                    match put(store, create, event(tenant, "tenant.created", tenant)) {
                        Ok(_) => made.push(tenant),
                        Err(Error::Stale) => stale += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
                (made, stale)
            })
        });
        while makers.iter().any(|maker| !maker.is_finished()) {
            let known = store.read_blocking(|view| locate::tenants(view, None, 1_000)).unwrap();
            match write(&store, rewrap(&store, &known)) {
                Ok(_) => rounds += 1,
                Err(Error::Stale) => stale += 1,
                Err(error) => panic!("{error}"),
            }
        }
        let made = makers.map(|maker| maker.join().unwrap());
        stale += made.iter().map(|(_, stale)| stale).sum::<i32>();
        made.map(|(made, _)| made).concat()
    });
    let now = marks(&store.instance().unwrap().unwrap().wrapped_secret);
    assert_eq!(now, rounds);
    assert!(rounds > 0 && stale > 0, "they met: {rounds} rounds, {stale} stale");
    for row in all(&store, &made) {
        assert_eq!(marks(&row.wrapped), now, "{}", row.tenant);
    }
    assert_sound(&store);
}

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;
use crate::made::*;

pub(crate) fn tenants_and_keys(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let other = Issuer::new(&store);
    let tenant = issuer.tenant;

    let taken = Tenant {
        id: id(),
        code: issuer.code.clone(),
        ..find_tenant(&store, tenant)
    };
    let create = Command::CreateTenant {
        tenant: taken.clone(),
        data_key: beside(&store, data_key(taken.id)),
        signing_keys: vec![],
    };
    assert!(matches!(
        put(&store, create, event(taken.id, "tenant.created", taken.id)),
        Err(Error::Conflict {
            what: Conflict::IssuerCode,
            ..
        })
    ));

    let change = TenantChange {
        name: Some("New Name".to_owned()),
        identity: Some((Identity::DomainProved, Some(5), Some("{}".to_owned()))),
        state: Some(TenantState::Suspended),
        requires_reason: Some(true),
        ..TenantChange::default()
    };
    done(put(
        &store,
        Command::UpdateTenant(change),
        event(tenant, "tenant.updated", tenant),
    ));
    let found = find_tenant(&store, tenant);
    assert_eq!(found.name, "New Name");
    assert_eq!(found.identity, Identity::DomainProved);
    assert_eq!(found.state, TenantState::Suspended);
    assert!(found.requires_reason);
    assert_eq!(found.domain.as_deref(), Some("example.org"));

    let key = signing_key(tenant, Purpose::Tenant, Some(Mode::Test));
    let insert = Command::InsertSigningKey {
        key: key.clone(),
        data_key: Some(beside(
            &store,
            DataKey {
                version: 2,
                ..data_key(tenant)
            },
        )),
    };
    done(put(&store, insert, event(tenant, "key.created", key.id)));
    let again = Command::InsertSigningKey {
        key: SigningKey { id: id(), ..key.clone() },
        data_key: None,
    };
    assert!(matches!(
        put(&store, again, event(tenant, "key.created", key.id)),
        Err(Error::Conflict {
            what: Conflict::Certificate,
            ..
        })
    ));
    let reference = key.certificate_reference.clone().unwrap();
    let code = other.code.clone();
    let key_id = key.id;
    store
        .read_blocking(move |view| {
            assert_eq!(data_keys::find(view, tenant, 2)?.unwrap().version, 2);
            assert_eq!(data_keys::find(view, tenant, 1)?.unwrap().version, 1);
            assert_eq!(signing_keys::list(view, tenant)?.len(), 2);
            assert_eq!(signing_keys::list(view, INSTANCE_TENANT)?.len(), 2);
            let located = locate::by_certificate(view, &reference)?;
            assert_eq!(located, Some((tenant, key_id)));
            assert_eq!(locate::by_issuer_code(view, &code)?, Some(other.tenant));
            assert_eq!(locate::by_issuer_code(view, "nobody")?, None);
            let first = locate::tenants(view, None, 1)?;
            let second = locate::tenants(view, first.last().copied(), 9)?;
            assert_eq!([first, second].concat(), [tenant, other.tenant]);
            Ok(())
        })
        .unwrap();

    let active = |store: &Store, now| {
        store
            .read_blocking(move |view| {
                signing_keys::find_active(view, tenant, Purpose::Tenant, Mode::Test, now)
            })
            .unwrap()
    };
    let later = |purpose, now| {
        store
            .read_blocking(move |view| {
                signing_keys::signs_later(view, tenant, purpose, Mode::Test, now)
            })
            .unwrap()
    };
    assert!(later(Purpose::Tenant, key.valid_from - 1));
    assert!(!later(Purpose::Tenant, key.valid_from));
    assert!(!later(Purpose::Status, key.valid_from - 1));
    assert_eq!(active(&store, START), Some(key.clone()));
    assert_eq!(active(&store, START - 2), None);
    assert_eq!(active(&store, key.valid_until), None);
    assert!(key.may_sign(START) && !key.may_sign(START - 2) && !key.may_sign(key.valid_until));

    // The only one is not retired, and not ended by anything that leaves nothing to sign.
    let retire = |id: Uuid| Command::RetireSigningKey { id, at: START + 9 };
    assert!(matches!(
        put(&store, retire(key.id), event(tenant, "key.retired", key.id)),
        Err(Error::Conflict {
            what: Conflict::LastSigningKey,
            ..
        })
    ));
    let key_id = key.id;
    let compromise = |since, successor: Option<&SigningKey>| Command::CompromiseSigningKey {
        id: key_id,
        since,
        successor: successor.cloned().map(Box::new),
    };
    let told = || event(tenant, "key.compromised", key_id);
    assert!(matches!(put(&store, compromise(50, None), told()), Err(Error::Stale)));
    assert_eq!(active(&store, START), Some(key.clone()));

    // Of two the one that began last signs, though it was made first.
    let scheduled = SigningKey {
        valid_from: START + 900_000_000_000,
        ..signing_key(tenant, Purpose::Tenant, Some(Mode::Test))
    };
    let second = SigningKey {
        valid_from: START,
        ..signing_key(tenant, Purpose::Tenant, Some(Mode::Test))
    };
    for key in [&scheduled, &second] {
        let insert = Command::InsertSigningKey {
            key: key.clone(),
            data_key: None,
        };
        done(put(&store, insert, event(tenant, "key.created", key.id)));
    }
    assert_eq!(active(&store, START), Some(second.clone()));
    assert_eq!(active(&store, scheduled.valid_from), Some(scheduled.clone()));
    let listed = store
        .read_blocking(move |view| {
            signing_keys::list_not_ended(view, tenant, Purpose::Tenant, Mode::Test)
        })
        .unwrap();
    assert_eq!(listed, [scheduled.clone(), second.clone(), key.clone()]);

    // One that does not sign yet can be given up at any time.
    let retired = event(tenant, "key.retired", scheduled.id);
    done(put(&store, retire(scheduled.id), retired));
    done(put(&store, retire(key.id), event(tenant, "key.retired", key.id)));
    assert_eq!(active(&store, START), Some(second.clone()));
    done(put(&store, compromise(50, None), told()));
    // A later report never shrinks the damage.
    done(put(&store, compromise(70, None), told()));
    let found = store
        .read_blocking(move |view| signing_keys::find(view, tenant, key_id))
        .unwrap()
        .unwrap();
    assert_eq!(found.retired_at, Some(START + 9));
    assert_eq!(found.compromised_at, Some(50));
    assert!(!found.may_sign(START));
    let successor = signing_key(tenant, Purpose::Tenant, Some(Mode::Test));
    let last = Command::CompromiseSigningKey {
        id: second.id,
        since: START,
        successor: Some(Box::new(successor.clone())),
    };
    done(put(&store, last, event(tenant, "key.compromised", second.id)));
    assert_eq!(active(&store, START), Some(successor));
    assert!(matches!(
        put(&store, compromise(1, None), event(id(), "key.compromised", key.id)),
        Err(Error::Missing)
    ));
    assert_sound(&store);
}

fn find_tenant(store: &Store, tenant: Uuid) -> Tenant {
    store
        .read_blocking(move |view| tenants::find(view, tenant))
        .unwrap()
        .unwrap()
}

pub(crate) fn api_keys_and_their_uses(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let tenant = issuer.tenant;
    let key = api_key(tenant);
    let created = event(tenant, "key.created", Uuid::nil());
    done(put(&store, write_key(None, key.clone()), created));
    let again = event(tenant, "key.created", Uuid::nil());
    assert!(matches!(
        put(&store, write_key(None, key.clone()), again),
        Err(Error::Conflict {
            what: Conflict::ApiKey,
            ..
        })
    ));
    let touch = |at, uses| ApiKeyUse {
        tenant,
        key_id: key.id.clone(),
        last_used_at: at,
        uses,
    };
    wait(store.touch_api_keys(vec![touch(10, 1), touch(30, 2)])).unwrap();
    wait(store.touch_api_keys(vec![touch(20, 4)])).unwrap();
    let id = key.id.clone();
    store
        .read_blocking(move |view| {
            assert_eq!(locate::by_api_key(view, &id)?, Some(tenant));
            assert_eq!(locate::by_api_key(view, "nothing")?, None);
            assert_eq!(api_keys::find(view, tenant, &id)?.as_ref(), Some(&key));
            assert_eq!(api_keys::find(view, Uuid::nil(), &id)?, None);
            let used = api_keys::find_use(view, tenant, &id)?.unwrap();
            assert_eq!((used.last_used_at, used.uses), (30, 7));
            let first = api_keys::list(view, tenant, Some(Mode::Live), None, 1)?;
            let second = api_keys::list(view, tenant, None, Some(&first[0].id), 5)?;
            assert_eq!(api_keys::list(view, tenant, Some(Mode::Test), None, 9)?, []);
            assert_eq!((first.len(), second.len()), (1, 1));
            Ok(())
        })
        .unwrap();
    let id = issuer.key_id.clone();
    let before = store
        .read_blocking(move |view| api_keys::find(view, tenant, &id))
        .unwrap()
        .unwrap();
    let deleted = ApiKey {
        deleted_at: Some(40),
        ..before.clone()
    };
    let delete = |before: &ApiKey| write_key(Some(before.clone()), deleted.clone());
    let gone = || event(tenant, "key.deleted", Uuid::nil());
    done(put(&store, delete(&before), gone()));
    // Whoever decided by an older row hears of it.
    assert!(matches!(
        put(&store, delete(&before), gone()),
        Err(Error::Stale)
    ));
    let nobodys = ApiKey {
        id: "nobodys".to_owned(),
        ..before.clone()
    };
    assert!(matches!(
        put(&store, write_key(Some(nobodys.clone()), nobodys), gone()),
        Err(Error::Missing)
    ));
    // Two at once, or none: the second is not the one that is there.
    let (first, second) = (api_key(tenant), api_key(tenant));
    done(put(&store, write_key(None, first.clone()), gone()));
    let renamed = ApiKey {
        name: "renamed".to_owned(),
        ..first.clone()
    };
    let both = |before: Option<ApiKey>| Command::WriteApiKey {
        key: Box::new(ApiKeyWrite {
            before: Some(first.clone()),
            after: renamed.clone(),
        }),
        beside: Some(Box::new((
            ApiKeyWrite {
                before,
                after: second.clone(),
            },
            gone(),
        ))),
    };
    let wrong = put(&store, both(Some(second.clone())), gone());
    assert!(matches!(wrong, Err(Error::Missing)), "{wrong:?}");
    let found = |id: &str| {
        let id = id.to_owned();
        store
            .read_blocking(move |view| api_keys::find(view, tenant, &id))
            .unwrap()
    };
    assert_eq!(found(&first.id).unwrap().name, first.name);
    done(put(&store, both(None), gone()));
    assert_eq!(found(&first.id).unwrap().name, "renamed");
    assert_eq!(found(&second.id).as_ref(), Some(&second));
    let id = issuer.key_id.clone();
    store
        .read_blocking(move |view| {
            let found = api_keys::find(view, tenant, &id)?.unwrap();
            assert!(found.deleted_at.is_some());
            assert_eq!(api_keys::list(view, tenant, None, None, 9)?.len(), 3);
            Ok(())
        })
        .unwrap();
    assert_sound(&store);
}

pub(crate) fn templates(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let (tenant, template) = (issuer.tenant, issuer.template);
    let update = |expected| Command::UpdateTemplate {
        id: template,
        expected,
        name: "ÉCOLE 100%".to_owned(),
        body: "{}".to_owned(),
        is_active: Some(false),
        placement_id: None,
    };
    let changed = || event(tenant, "template.updated", template);
    done(put(&store, update(1), changed()));
    assert!(matches!(
        put(&store, update(1), changed()),
        Err(Error::Precondition { current: 2 })
    ));
    let archive = Command::SetTemplateFlags {
        id: template,
        is_active: None,
        is_archived: Some((true, Some("old".to_owned()))),
    };
    done(put(&store, archive, changed()));
    let placement = Some(id());
    let place = Command::SetTemplatePlacement {
        id: template,
        placement_id: placement,
    };
    done(put(&store, place, changed()));
    let second = id();
    let create = Command::CreateTemplate {
        kind: TemplateKind::Trust,
        id: second,
        name: "Other".to_owned(),
        body: "{}".to_owned(),
        is_active: true,
        placement_id: None,
    };
    done(put(&store, create, event(tenant, "template.created", second)));
    store
        .read_blocking(move |view| {
            let (found, version) = templates::find_current(view, tenant, TemplateKind::Trust, template)?.unwrap();
            assert_eq!((found.version, version.version), (2, 2));
            assert!(!found.is_active && found.is_archived);
            assert_eq!(found.archive_reason.as_deref(), Some("old"));
            assert_eq!(found.placement_id, placement);
            let first = templates::find_version(view, tenant, template, 1)?.unwrap();
            assert!(first.body.contains("Degree"));
            let mut search = |search: &str| {
                let filter = TemplateFilter {
                    kind: TemplateKind::Trust,
                    search: Some(search.to_owned()),
                    ..TemplateFilter::default()
                };
                templates::list(view, tenant, &filter, None, 9).unwrap().len()
            };
            assert_eq!(search("école"), 1);
            assert_eq!(search("0%"), 1);
            assert_eq!(search("_"), 0);
            let mut count = |is_active, is_archived| {
                let filter = TemplateFilter {
                    kind: TemplateKind::Trust,
                    search: None,
                    is_active,
                    is_archived,
                };
                templates::list(view, tenant, &filter, None, 9).unwrap().len()
            };
            assert_eq!(count(None, None), 2);
            assert_eq!(count(Some(true), None), 1);
            assert_eq!(count(None, Some(true)), 1);
            let page = templates::list(view, tenant, &TemplateFilter::default(), None, 1)?;
            assert_eq!(page[0].id, second);
            let page =
                templates::list(view, tenant, &TemplateFilter::default(), Some(second), 9)?;
            assert_eq!(page[0].id, template);
            Ok(())
        })
        .unwrap();

    issuer.issued();
    assert!(matches!(
        put(&store, Command::DeleteTemplate { id: template }, changed()),
        Err(Error::Conflict {
            what: Conflict::TemplateInUse,
            ..
        })
    ));
    let gone = event(tenant, "template.deleted", second);
    done(put(&store, Command::DeleteTemplate { id: second }, gone));
    let found = store
        .read_blocking(move |view| templates::find(view, tenant, second))
        .unwrap();
    assert_eq!(found, None);
    assert_sound(&store);
}

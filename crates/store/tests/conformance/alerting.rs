use ananke_store::*;

use crate::harness::*;
use crate::made::*;

pub(crate) fn one_alert_while_it_lasts(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let raise = |alert: Alert, tell: Vec<JobRow>| {
        let event = event(tenant, "alert.raised", alert.id);
        put(store, Command::RaiseAlert { alert, tell }, event)
    };
    let first = alert(tenant);
    let tell = job(tenant, START);
    done(raise(first.clone(), vec![tell.clone()]));
    let twin = raise(alert(tenant), vec![job(tenant, START)]);
    assert!(
        matches!(twin, Err(Error::Conflict { what: Conflict::Alert, .. })),
        "{twin:?}"
    );
    // What tells of it was committed with it, and nothing of the twin.
    assert_eq!(wait(store.claim_job(START, START + 9)).unwrap().unwrap().id, tell.id);
    assert_eq!(wait(store.claim_job(START, START + 9)).unwrap(), None);
    wait(store.repeat_alert(tenant, first.id, 19, START + 7)).unwrap();
    let open = {
        let (kind, subject) = (first.kind.clone(), first.subject.clone());
        move |view: &mut View<'_>| alerts::find_open(view, tenant, &kind, &subject)
    };
    let found = store.read_blocking(open.clone()).unwrap().unwrap();
    assert_eq!((found.occurrences, found.last_at), (20, START + 7));
    let end = || {
        put(
            store,
            Command::EndAlert { id: first.id },
            event(tenant, "alert.acknowledged", first.id),
        )
    };
    done(end());
    assert!(matches!(end(), Err(Error::Stale)));
    assert_eq!(store.read_blocking(open).unwrap(), None);
    // It is over: seen again it is another one.
    wait(store.repeat_alert(tenant, first.id, 1, START + 8)).unwrap();
    let second = alert(tenant);
    done(raise(second.clone(), Vec::new()));
    let listed = |is_open| {
        let found = store.read_blocking(move |view| alerts::list(view, tenant, is_open, None, 10));
        let found = found.unwrap().into_iter();
        found.map(|alert| (alert.id, alert.occurrences)).collect::<Vec<_>>()
    };
    assert_eq!(listed(None), [(second.id, 1), (first.id, 20)]);
    assert_eq!(listed(Some(true)), [(second.id, 1)]);
    assert_eq!(listed(Some(false)), [(first.id, 20)]);
    assert_sound(store);
}

pub(crate) fn channels_and_how_they_fare(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let made = channel(tenant);
    let id = made.id;
    let event_of = |kind: &str| event(tenant, kind, id);
    done(put(
        store,
        Command::AddAlertChannel {
            channel: made,
            at_most: 1,
        },
        event_of("alert_channel.created"),
    ));
    let second = channel(tenant);
    let one_more = event(tenant, "alert_channel.created", second.id);
    let command = Command::AddAlertChannel {
        channel: second,
        at_most: 1,
    };
    assert!(matches!(
        put(store, command, one_more),
        Err(Error::Conflict {
            what: Conflict::AlertChannels,
            ..
        })
    ));
    let reseal = |expected: Option<Vec<u8>>| Command::ResealAlertChannel {
        id,
        expected,
        sealed: vec![4],
        dek_version: 1,
    };
    let rotated = |command| put(store, command, event_of("alert_channel.secret_rotated"));
    done(rotated(reseal(Some(vec![1, 2, 3]))));
    // Somebody else was faster.
    assert!(matches!(
        rotated(reseal(Some(vec![1, 2, 3]))),
        Err(Error::Stale)
    ));
    let deliver = |at: Micros, failure: Option<&str>, is_test: bool| {
        let failure = failure.map(str::to_owned);
        let delivery = Delivery {
            tenant,
            channel: id,
            at,
            failure,
            is_test,
        };
        wait(store.note_delivery(delivery)).unwrap();
        let found = store.read_blocking(move |view| alerts::find_channel(view, tenant, id));
        let row = found.unwrap().unwrap();
        (row.tested_at, row.failed_at, row.last_error)
    };
    assert_eq!(deliver(START, None, false), (None, None, None));
    assert_eq!(deliver(START, None, true), (Some(START), None, None));
    let away = Some("connection refused".to_owned());
    assert_eq!(
        deliver(START + 1, away.as_deref(), true),
        (Some(START), Some(START + 1), away)
    );
    let command = Command::TestAlertChannel { id, failure: None };
    let mut tried = event_of("alert_channel.tested");
    tried.at = START + 2;
    done(put(store, command, tried));
    let found = store.read_blocking(move |view| alerts::find_channel(view, tenant, id));
    let row = found.unwrap().unwrap();
    assert_eq!(
        (row.tested_at, row.sealed_secret),
        (Some(START + 2), Some(vec![4]))
    );
    done(put(
        store,
        Command::DeleteAlertChannel { id },
        event_of("alert_channel.deleted"),
    ));
    let listed = store.read_blocking(move |view| alerts::list_channels(view, tenant));
    assert_eq!(listed.unwrap(), []);
    assert_eq!(
        db.raw().count("SELECT count(*) FROM alert_channels WHERE sealed_secret IS NOT NULL"),
        0
    );
    assert_sound(store);
}

pub(crate) fn a_word_is_given_renewed_and_taken_back(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let word = |by: &str, at: Micros| Attestation {
        tenant,
        item: "rotation".to_owned(),
        attested_by: by.to_owned(),
        link: Some("https://wiki.example/rotation".to_owned()),
        at,
    };
    let told = || event(tenant, "checklist.attested", uuid::Uuid::nil());
    let listed = || {
        store
            .read_blocking(move |view| attestations::list(view, tenant))
            .unwrap()
    };
    for (by, at) in [("Ada", START), ("Grace", START + 1)] {
        done(put(store, Command::Attest(word(by, at)), told()));
        assert_eq!(listed(), [word(by, at)]);
    }
    let unattest = || Command::Unattest {
        item: "rotation".to_owned(),
    };
    let gone = || event(tenant, "checklist.attestation_removed", uuid::Uuid::nil());
    done(put(store, unattest(), gone()));
    assert_eq!(listed(), []);
    assert!(matches!(put(store, unattest(), gone()), Err(Error::Missing)));
    assert_sound(store);
}

pub(crate) fn sightings_and_hours_add_up(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let seen = |day: i64, times: i64, last_at: Micros| Sighting {
        tenant,
        kind: "browser".to_owned(),
        subject: issuer.key_id.clone(),
        day,
        times,
        last_at,
    };
    wait(store.note_sightings(vec![seen(1, 2, 9), seen(2, 1, 20)])).unwrap();
    wait(store.note_sightings(vec![seen(1, 3, 5)])).unwrap();
    let since = |day| {
        let found = store.read_blocking(move |view| sightings::list(view, tenant, "browser", day));
        found.unwrap()
    };
    assert_eq!(since(0), [seen(2, 1, 20), seen(1, 5, 9)]);
    let hour = |hour: i64, requests: i64| KeyHour {
        tenant,
        key_id: issuer.key_id.clone(),
        hour,
        requests,
    };
    wait(store.note_key_hours(vec![hour(24, 1), hour(25, 7)])).unwrap();
    wait(store.note_key_hours(vec![hour(25, 2)])).unwrap();
    let hours = |range| {
        let found = store.read_blocking(move |view| sightings::hours(view, tenant, None, range));
        found.unwrap()
    };
    assert_eq!(hours((24, 26)), [hour(24, 1), hour(25, 9)]);
    assert_eq!(hours((25, 25)), []);
    assert_eq!(wait(store.prune_sightings(2, 25)).unwrap(), 2);
    assert_eq!(since(0), [seen(2, 1, 20)]);
    assert_eq!(hours((0, 99)), [hour(25, 9)]);
}

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

const LEASE: Micros = 30_000_000;

fn claim(store: &Store, now: Micros) -> Option<JobRow> {
    wait(store.claim_job(now, now + LEASE)).unwrap()
}

fn step(job: &JobRow, payload: &str, lease_end: Micros) -> JobStep {
    JobStep {
        tenant: job.tenant,
        id: job.id,
        token: job.token,
        payload: Some(payload.to_owned()),
        lease_end,
    }
}

/// A document issued as a step of a job.
fn issue_in(issuer: &Issuer, step: JobStep) -> Result<Outcome, Error> {
    let mut write = issuer.write(issuer.document());
    write.step = Some(step);
    issuer.store.write_blocking(write)
}

fn read(issuer: &Issuer, id: uuid::Uuid) -> JobRow {
    let tenant = issuer.tenant;
    let found = issuer
        .store
        .read_blocking(move |view| jobs::find(view, tenant, id));
    found.unwrap().unwrap()
}

pub(crate) fn one_job_has_one_claim(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let due: Vec<JobRow> = (0..20).map(|n| job(issuer.tenant, START + n)).collect();
    for job in &due {
        wait(issuer.store.ensure_job(job.clone())).unwrap();
        // There is only one with its id.
        wait(issuer.store.ensure_job(job.clone())).unwrap();
    }
    let later = job(issuer.tenant, START + 1_000_000);
    wait(issuer.store.ensure_job(later.clone())).unwrap();
    let mut stores = vec![issuer.store.clone(), issuer.store.clone()];
    if db.engine == Engine::Postgres {
        stores.push(db.other_node_open());
    }
    let taken: Vec<JobRow> = std::thread::scope(|scope| {
        let hands: Vec<_> = stores
            .iter()
            .map(|store| {
                scope.spawn(move || {
                    let claims = std::iter::from_fn(|| claim(store, START + 100));
                    claims.collect::<Vec<_>>()
                })
            })
            .collect();
        hands
            .into_iter()
            .flat_map(|hand| hand.join().unwrap())
            .collect()
    });
    let mut ids: Vec<_> = taken.iter().map(|job| job.id).collect();
    ids.sort();
    let mut expected: Vec<_> = due.iter().map(|job| job.id).collect();
    expected.sort();
    assert_eq!(ids, expected);
    assert!(taken.iter().all(|job| (job.token, job.attempts) == (1, 1)));
    assert_sound(&issuer.store);
}

pub(crate) fn a_lost_claim_writes_nothing(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let made = job(issuer.tenant, START);
    wait(issuer.store.ensure_job(made.clone())).unwrap();
    let mine = claim(&issuer.store, START).unwrap();
    assert_eq!(claim(&issuer.store, START + LEASE - 1), None);
    done(issue_in(
        &issuer,
        step(&mine, r#"{"done":1}"#, START + LEASE),
    ));
    // It lasts longer, and says nothing new.
    let longer = JobStep {
        payload: None,
        ..step(&mine, "", START + LEASE)
    };
    wait(issuer.store.keep_job(longer)).unwrap();
    // The lease ends, and somebody else goes on from there.
    let theirs = claim(&issuer.store, START + LEASE).unwrap();
    assert_eq!(
        (theirs.token, theirs.payload.as_str()),
        (2, r#"{"done":1}"#)
    );
    let late = issue_in(&issuer, step(&mine, r#"{"done":2}"#, START + 9 * LEASE));
    assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    let late = wait(issuer.store.end_job(&mine, JobEnd::Done));
    assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    assert_eq!(read(&issuer, made.id), theirs);
    done(issue_in(
        &issuer,
        step(&theirs, r#"{"done":2}"#, START + 2 * LEASE),
    ));
    wait(issuer.store.end_job(&theirs, JobEnd::Done)).unwrap();
    // Nobody writes for a job that was done.
    let late = issue_in(&issuer, step(&theirs, "{}", START + 9 * LEASE));
    assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    let report = assert_sound(&issuer.store);
    assert_eq!(report.documents, 2);
}

pub(crate) fn what_becomes_of_a_job(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let made = job(issuer.tenant, START);
    let id = made.id;
    let started = Command::StartJob(made);
    done(put(
        &issuer.store,
        started,
        event(issuer.tenant, "job.started", id),
    ));
    let store = &issuer.store;
    let first = claim(store, START).unwrap();
    let error = "the mailer is away".to_owned();
    wait(store.end_job(
        &first,
        JobEnd::Retry {
            at: START + 5,
            error: error.clone(),
        },
    ))
    .unwrap();
    assert_eq!(claim(store, START + 4), None);
    let second = claim(store, START + 5).unwrap();
    assert_eq!(
        (second.token, second.attempts, &second.last_error),
        (2, 2, &Some(error.clone()))
    );
    let again = JobEnd::Again {
        at: START + 10,
        payload: "[]".to_owned(),
    };
    wait(store.end_job(&second, again)).unwrap();
    let third = claim(store, START + 10).unwrap();
    assert_eq!(
        (
            third.token,
            third.attempts,
            third.payload.as_str(),
            &third.last_error
        ),
        (3, 1, "[]", &None)
    );
    wait(store.end_job(
        &third,
        JobEnd::Dead {
            error: error.clone(),
        },
    ))
    .unwrap();
    assert_eq!(claim(store, START + 9 * LEASE), None);
    let dead = read(&issuer, id);
    assert_eq!(
        (dead.state, &dead.last_error),
        (JobState::Dead, &Some(error))
    );
    let tenant = issuer.tenant;
    let listed = store.read_blocking(move |view| jobs::list(view, tenant, "sweep", None, 10));
    assert_eq!(listed.unwrap(), [dead]);
    let listed = store.read_blocking(move |view| jobs::list(view, tenant, "sweep", Some(id), 10));
    assert_eq!(listed.unwrap(), []);
}

pub(crate) fn a_job_that_was_edited_is_left_alone(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (forged, good) = (job(issuer.tenant, START), job(issuer.tenant, START + 1));
    for job in [&forged, &good] {
        wait(issuer.store.ensure_job(job.clone())).unwrap();
    }
    db.raw()
        .execute("UPDATE jobs SET payload = '[1]' WHERE run_at = (SELECT min(run_at) FROM jobs)");
    assert_eq!(claim(&issuer.store, START + 1).unwrap().id, good.id);
    assert_eq!(claim(&issuer.store, START + 1), None);
}

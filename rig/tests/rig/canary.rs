//! G-21: secrets and personal data are planted, everything is asked for and refused at the most talkative log level,
//! and then every byte the server left behind is searched for them, in each form they could have taken.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use ananke_rig::needles::{Canary, Hit, Needles};
use ananke_rig::say;
use ananke_rig::seed::Seed;
use serde_json::json;

use crate::cluster;
use crate::interview::everything;
use crate::planted::Planted;
use crate::watched::{Listed, Watched};

#[test]
fn canaries_on_sqlite() {
    let (hits, log) = run("G-21 sqlite", None, &[]);
    assert_eq!(hits, [], "{log}");
}

#[test]
fn canaries_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let (hits, log) = run("G-21 postgresql", Some((cluster, cluster.database())), &[]);
    assert_eq!(hits, [], "{log}");
}

/// A server that logs the key it was shown.
#[test]
fn one_debug_line_is_found() {
    let (hits, _) = run(
        "G-21 control",
        None,
        &[("ANANKE_FAILPOINT", "log-the-presented-key")],
    );
    let places: BTreeSet<&str> = hits.iter().map(|hit| hit.place.as_str()).collect();
    let found: BTreeSet<&str> = hits.iter().map(|hit| hit.canary.as_str()).collect();
    say(&format!(
        "G-21 control: {} hits, of {found:?} in {places:?}",
        hits.len()
    ));
    assert_eq!(places, BTreeSet::from(["log"]), "{hits:?}");
    assert!(
        found.contains("the first key") && found.contains("a key nobody has"),
        "{found:?}"
    );
    assert!(
        !found.contains("the key-encryption key") && !found.contains("recipientEmail"),
        "{found:?}"
    );
}

fn run(
    name: &str,
    database: Option<(&'static cluster::Cluster, String)>,
    more: &[(&str, &str)],
) -> (Vec<Hit>, String) {
    let mut seed = Seed::of_run(name);
    let planted = Planted::new(&mut seed);
    let mut variables = vec![
        ("ANANKE__KEYS__KEK".to_owned(), planted.kek.clone()),
        (
            "ANANKE_BOOTSTRAP_API_KEY".to_owned(),
            planted.first.expose().to_owned(),
        ),
        (
            "ANANKE_BOOTSTRAP_TENANT".to_owned(),
            "Example University".to_owned(),
        ),
        (
            "ANANKE_BOOTSTRAP_ISSUER_CODE".to_owned(),
            "CANARY".to_owned(),
        ),
    ];
    // At this port of this machine nobody listens.
    for (name, value) in [
        ("OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
        ("SMTP__HOST", "127.0.0.1"),
        ("SMTP__PORT", "9"),
        ("SMTP__SECURITY", "none"),
        ("SMTP__USERNAME", "ananke"),
        ("SMTP__FROM", "ananke@example.org"),
        ("SMTP__PASSWORD", &planted.smtp_password),
    ] {
        variables.push((format!("ANANKE__{name}"), value.to_owned()));
    }
    if let Some((_, url)) = &database {
        let url = url.replace("postgres@", &format!("postgres:{}@", planted.password));
        variables.push(("ANANKE__DATA__DATABASE".to_owned(), url));
    }
    variables.extend(
        more.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let mut watched = Watched {
        dir: tempfile::tempdir().unwrap(),
        planted: &planted,
        database,
        variables,
        heard: Vec::new(),
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        metrics: SocketAddr::from(([127, 0, 0, 1], 0)),
    };
    let listed = Listed::begin();
    let process = watched.start();
    let (documents, mut secrets) = everything(&mut watched);
    secrets.extend(planted.secrets());
    let people = planted.people();

    // While it runs: secrets nowhere; people in no log, no metrics, no traces and no refusal, though in the database and in a backup.
    watched.words(&["backup", "create", "before"]);
    let seen = [watched.measured(), "issuance.reinstated".to_owned()];
    let seen = seen.map(|word| Canary::new(&word, word.clone()));
    let (shown_there, mut shown_places) = (Needles::new(&seen), BTreeSet::new());
    let (secret, person) = (Needles::new(&secrets), Needles::new(&people));
    let (mut hits, mut bytes, mut stored) = (Vec::new(), 0, 0);
    for (place, content) in watched.cluster() {
        bytes += content.len();
        hits.extend(secret.find(&place, &content));
    }
    for (place, content) in watched.files() {
        bytes += content.len();
        hits.extend(secret.find(&place, &content));
        let found = person.find(&place, &content);
        let is_telling = place.contains("log") || ["traces", "metrics"].contains(&place.as_str());
        match is_telling {
            true => hits.extend(found),
            false => stored += found.len(),
        }
        if is_telling && !shown_there.find(&place, &content).is_empty() {
            shown_places.insert(place);
        }
    }
    for place in ["log", "traces", "metrics"] {
        assert!(shown_places.contains(place), "the searcher reads {place}");
    }
    assert!(stored > 0, "the searcher finds people where they belong");

    // Erased: nowhere any more, not in freed pages, not in the write-ahead log, not in a new backup.
    let key = [("x-api-key", planted.first.expose())];
    for id in &documents {
        let path = format!("/v1/trust/issuances/{id}/erase");
        let erased = watched.post(&path, &key, json!({ "reason": "asked for" }));
        assert_eq!(erased.status, 200, "{}", erased.json());
    }
    std::fs::remove_dir_all(watched.dir.path().join("before")).unwrap();
    watched.words(&["backup", "create", "after"]);
    watched.words(&["backup", "verify", "after"]);
    watched.words(&["audit", "verify"]);
    watched.measured();
    let mut left = Vec::new();
    for _ in 0..20 {
        left.clear();
        for (place, content) in watched.files() {
            bytes += content.len();
            left.extend(person.find(&place, &content));
            left.extend(secret.find(&place, &content));
        }
        if left.iter().all(|hit: &Hit| hit.place == "log") {
            break;
        }
        // The write-ahead log is emptied once no reader stands in the way.
        std::thread::sleep(Duration::from_millis(250));
    }
    hits.append(&mut left);
    drop(process);
    let (called, lines) = listed.end();
    hits.extend(secret.find("command lines", &lines));
    hits.extend(person.find("command lines", &lines));
    let (mut refusals, mut shown) = (0, 0);
    for (place, status, content) in &watched.heard {
        bytes += content.len();
        let found = secret.find(place, content);
        // A key is shown by the answer that made it, and by the command that made it, once; a webhook's secret, too.
        let is_channel = place.starts_with("answer to POST /v1/alert-channels");
        let made =
            (place == "answer to POST /v1/api-keys" || is_channel) && (200..300).contains(status);
        if (made || place == "the words of keys create") && !found.is_empty() {
            shown += 1;
        } else if !place.starts_with("answer to GET /v/") {
            // A page shows whoever asks what they typed, and nobody else.
            hits.extend(found);
        }
        let found = person.find(place, content);
        if *status >= 400 {
            refusals += 1;
            hits.extend(found);
        }
    }
    assert_eq!(shown, 4, "the searcher finds secrets where they are shown");
    hits.sort();
    hits.dedup();
    say(&format!(
        "{name}: {} values, {} answers and words, {refusals} of them refusals, {called} command lines, {bytes} bytes \
         searched, {} hits",
        secrets.len() + people.len(),
        watched.heard.len(),
        hits.len()
    ));
    let log = std::fs::read(watched.dir.path().join("log")).unwrap();
    (hits.clone(), around(&log, &hits))
}

/// The lines of the log around what was found in it.
fn around(log: &[u8], hits: &[Hit]) -> String {
    let mut text = String::new();
    for hit in hits.iter().filter(|hit| hit.place == "log").take(20) {
        let from = hit.at.saturating_sub(200);
        let to = log.len().min(hit.at + 100);
        text += &format!(
            "{}: …{}…\n",
            hit.canary,
            String::from_utf8_lossy(&log[from..to])
        );
    }
    text
}

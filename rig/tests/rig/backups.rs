//! G-07: backups of a server under load. What was acknowledged before a backup was begun is in it, what comes back from
//! it verifies, and a flipped byte is found wherever it is.

use std::path::{Path, PathBuf};

use ananke_rig::checker::check;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};

use crate::lives::under_load;
use crate::{cluster, program};

const CLIENTS: usize = 8;

#[test]
fn backups_on_sqlite() {
    let instance = Instance::create(program(), None);
    come_back(instance, "G-07 sqlite", || None);
}

#[test]
fn backups_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let instance = Instance::create(program(), Some(cluster.database()));
    come_back(instance, "G-07 postgresql", || Some(cluster.database()));
}

fn come_back(instance: Instance, name: &str, empty: impl Fn() -> Option<String>) {
    let mut seed = Seed::of_run(name);
    let rounds = number("ANANKE_RIG_BACKUPS", 3);
    let (copies, report) = under_load(&instance, "backups", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        let mut copies: Vec<(PathBuf, Journal)> = Vec::new();
        for round in 0..rounds {
            let answers = 10 + usize::try_from(seed.below(30)).unwrap();
            assert!(lives.wait_for_answers(&mut server, answers));
            // What is promised by now must be in the backup; what is promised later may be.
            let before = lives
                .journal
                .until_now(&instance.note(&format!("until-{round}")));
            let copy = instance.path(&format!("copy-{round}"));
            let (done, words) = instance.run(&["backup", "create", text(&copy)]);
            assert!(done, "{words}");
            copies.push((copy, before));
        }
        server.stop();
        copies
    });
    report.must_be_clean(&instance);
    let (mut acknowledged, mut flips) = (0, 0);
    for (copy, before) in copies {
        let (sound, words) = instance.run(&["backup", "verify", text(&copy)]);
        assert!(sound, "{words}");
        for _ in 0..number("ANANKE_RIG_FLIPS", 12) {
            let (place, found) = flipped(&instance, &copy, &mut seed);
            assert!(found, "{place} was not found");
            flips += 1;
        }
        before.and_asked(&instance.note("backups.journal"));
        let other = instance.lost(empty());
        let (done, words) = other.run(&["restore", text(&copy), "--new-epoch"]);
        assert!(done, "{words}");
        let server = other
            .start(&[])
            .unwrap_or_else(|ended| panic!("{ended}: {}", other.log()));
        let report = check(&other, server.address, &before);
        report.must_be_clean(&other);
        assert!(
            report.acknowledged > 0,
            "nothing was promised before the backup"
        );
        acknowledged += report.acknowledged;
        server.stop();
    }
    say(&format!(
        "{name}: {rounds} backups under {CLIENTS} clients, each restored elsewhere: {acknowledged} acknowledged before \
         them, 0 lost, 0 duplicates, 0 other findings; {flips} flipped bits, all found"
    ));
}

/// Flips one bit of a backup, asks, and puts it back.
fn flipped(instance: &Instance, copy: &Path, seed: &mut Seed) -> (String, bool) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(copy)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let pick = usize::try_from(seed.below(files.len() as u64)).unwrap();
    let path = &files[pick];
    let whole = std::fs::read(path).unwrap();
    let at = usize::try_from(seed.below(whole.len() as u64)).unwrap();
    let bit = seed.below(8);
    let mut bytes = whole.clone();
    bytes[at] ^= 1 << bit;
    std::fs::write(path, bytes).unwrap();
    let (sound, words) = instance.run(&["backup", "verify", text(copy)]);
    std::fs::write(path, whole).unwrap();
    let place = format!("bit {bit} of byte {at} of {}", path.display());
    (place, !sound && words.contains("damaged"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a name in UTF-8")
}

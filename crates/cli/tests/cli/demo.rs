//! `ananke demo`: all of it holds, and what it leaves behind can be verified by hand.

use crate::world::{BINARY, Room};

#[test]
fn every_claim_holds() {
    let room = Room::new();
    let told = room.run(["demo"]).code(0).out;
    assert!(
        told.lines().filter(|line| line.starts_with("✓ ")).count() >= 51,
        "{told}"
    );
    assert!(!told.contains('✗') && !told.contains('\x1b'), "{told}");
    for file in [
        "report.html",
        "diploma.pdf",
        "letter.pdf",
        "diploma.jwt",
        "forged.jwt",
        "trust.jws",
        "status.jwt",
        "stamped.pdf",
        "stamped-altered.pdf",
        "stamped-moved.pdf",
        "stamped-appended.pdf",
        "seal.bin",
    ] {
        assert!(room.path("demo-out").join(file).exists(), "{file}");
    }
    let report = std::fs::read_to_string(room.path("demo-out/report.html")).unwrap();
    assert!(report.contains("revoked is for good"), "{report}");

    let root = std::fs::read_to_string(room.path("demo-out/root.txt")).unwrap();
    let by_hand = |record: &str| {
        let record = format!("demo-out/{record}");
        room.run([
            "verify",
            &record,
            "--offline",
            "--trust-bundle",
            "demo-out/trust.jws",
            "--trust-root",
            root.trim(),
            "--status-list",
            "demo-out/status.jwt",
        ])
    };
    by_hand("diploma.jwt").code(0);
    by_hand("altered.jwt").code(3);
    by_hand("forged.jwt").code(3);
    for forged in ["altered", "moved", "appended"] {
        by_hand(&format!("stamped-{forged}.pdf")).code(3);
    }
    // Its list is older than the stamp, and knows nothing against it.
    by_hand("stamped.pdf").code(0);
}

#[test]
fn kept_it_stays_up_and_can_be_used() {
    let room = Room::new();
    let told = room.run(["demo", "--keep", "--out", "out"]).code(0).out;
    let after = |word: &str| {
        let line = told
            .lines()
            .find(|line| line.trim_start().starts_with(word))
            .unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (env, process, home) = (after("use it"), after("stop it"), after("and remove"));
    let script = format!(". {env}; \"$0\" documents list; code=$?; kill -9 {process}; exit $code");
    let used = std::process::Command::new("sh")
        .args(["-c", &script, BINARY])
        .output()
        .unwrap();
    std::fs::remove_dir_all(home).unwrap();
    assert!(used.status.success(), "{used:?}");
    assert!(
        String::from_utf8_lossy(&used.stdout).contains("Zoë Ångström"),
        "{used:?}"
    );
}

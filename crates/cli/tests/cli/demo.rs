//! `ananke demo`: all of it holds, and what it leaves behind can be verified by hand.

use crate::world::Room;

#[test]
fn every_claim_holds() {
    let room = Room::new();
    let told = room.run(["demo"]).code(0).out;
    assert!(
        told.lines().filter(|line| line.starts_with("✓ ")).count() >= 40,
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
}

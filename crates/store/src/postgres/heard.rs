//! What is heard of PostgreSQL, and what is taken for what.

use super::*;
use crate::cluster;
use std::time::Instant;

fn target(url: &str) -> Target {
    Target::parse(url, &Network::default()).unwrap()
}

/// A connection for writing, to a database of its own.
fn connected() -> Option<Postgres> {
    let target = target(&cluster::shared()?.database());
    Some(Postgres::connect(&target, Role::Writer).unwrap())
}

#[test]
fn what_the_server_says_is_one_of_few_things() {
    let Some(mut postgres) = connected() else {
        return;
    };
    for (code, kind) in [
        ("53100", FaultKind::Full),
        ("55P03", FaultKind::Busy),
        ("40P01", FaultKind::Busy),
        ("40001", FaultKind::Busy),
        ("57014", FaultKind::Busy),
        ("57P01", FaultKind::Connection),
        ("57P02", FaultKind::Connection),
        ("57P03", FaultKind::Connection),
        ("25006", FaultKind::Connection),
        ("25P03", FaultKind::Connection),
        ("23505", FaultKind::Other),
    ] {
        let raise = format!("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$");
        assert_eq!(postgres.batch(&raise).unwrap_err().kind, kind, "{code}");
        assert_eq!(postgres.take_fault(), Some(kind), "{code}");
    }
    // The driver's own complaint is no lost connection.
    let wrong = postgres.query("SELECT CAST($1 AS BIGINT)", &["text".into()]);
    assert_eq!(wrong.unwrap_err().kind, FaultKind::Other);
    postgres.batch("BEGIN").unwrap();
    assert!(postgres.in_transaction());
    for end in ["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"] {
        assert_eq!(postgres.batch(end).unwrap_err().kind, FaultKind::Connection);
    }
    assert!(!postgres.in_transaction());
}

#[test]
fn a_warning_is_known_by_its_level_or_its_code() {
    let Some(mut postgres) = connected() else {
        return;
    };
    // The level is a word of the server's language, and the code is sometimes another one.
    for (level, code, warned) in [
        ("NOTICE", "00000", false),
        ("NOTICE", "01000", true),
        ("WARNING", "57P01", true),
    ] {
        let raise = format!("DO $$ BEGIN RAISE {level} 'so' USING ERRCODE = '{code}'; END $$");
        postgres.batch(&raise).unwrap();
        assert_eq!(postgres.line.warned(), warned, "{level} {code}");
        assert!(!postgres.line.warned(), "asking forgets it");
    }
}

#[test]
fn a_line_that_says_nothing_for_too_long_is_let_go() {
    let Some(mut postgres) = connected() else {
        return;
    };
    let began = Instant::now();
    postgres.limit(Some(Duration::from_millis(100)));
    let silent = postgres.batch("SELECT pg_sleep(30)");
    assert_eq!(silent.unwrap_err().kind, FaultKind::Connection);
    postgres.limit(None);
    assert_eq!(
        postgres.batch("SELECT 1").unwrap_err().kind,
        FaultKind::Connection
    );
    assert!(postgres.line.is_closed());
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn whoever_is_not_reached_is_named_without_a_password() {
    // Port 1 is nobody's.
    let target = target("postgres://ananke:secret@localhost:1/ananke");
    let text = reach(&target).unwrap_err().to_string();
    assert_eq!(
        text,
        "cannot reach PostgreSQL at localhost:1: Connection refused; is it running?"
    );
}

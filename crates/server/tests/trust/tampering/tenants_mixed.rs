//! G-06: every row of one tenant in the place of every kind of row of the other: copied beside it, and over it.

use std::io::Write as _;

use serde_json::Value;

use super::{Subject, unbelieved};
use crate::raw::{Cell, Raw, Row};
use crate::world::World;

/// What the untouched server says about documents of both tenants.
async fn answers(world: &World, references: &[String]) -> Vec<Value> {
    let mut answers = Vec::new();
    for reference in references {
        answers.push(world.verify(reference).await);
    }
    answers
}

/// Nobody believes the database as it is now, and the audit sees it.
async fn noticed(world: &World, references: &[String], untouched: &[Value], what: &str) {
    for (now, before) in answers(world, references).await.iter().zip(untouched) {
        unbelieved(now, before, what);
    }
    let (status, report) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!(status, 200, "{what}: {report}");
    assert_ne!(report["findings"], Value::Array(Vec::new()), "{what}");
}

/// The rows of a tenant.
fn of(raw: &mut Raw, table: &str, tenant: &Cell) -> Vec<Row> {
    raw.rows(table, "tenant_id = $1", std::slice::from_ref(tenant))
}

on_both_engines! {
    async fn every_row_between_two_tenants(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let other = raw.row("tenants", "code = $1", &["OTHER1".into()])["tenant_id"].clone();
        let references: Vec<String> = raw
            .rows("documents", "event_count > $1", &[Cell::Int(0)])
            .iter()
            .map(|row| match &row["reference"] {
                Cell::Text(reference) => reference.clone(),
                cell => panic!("{cell:?}"),
            })
            .collect();
        let untouched = answers(&world, &references).await;
        let (mut copied, mut over, mut refused) = (0, 0, 0);
        for (table, columns) in raw.tables() {
            if columns.iter().all(|column| column.name != "row_mac") {
                continue;
            }
            for (from, to) in [(&subject.tenant, &other), (&other, &subject.tenant)] {
                let theirs = of(&mut raw, &table, to);
                for row in of(&mut raw, &table, from) {
                    let mut moved = row.clone();
                    moved.insert("tenant_id".to_owned(), to.clone());
                    // Beside what is there, where the database allows it: what is unique stands elsewhere already.
                    if raw.try_insert(&table, &moved).is_ok() {
                        noticed(&world, &references, &untouched, &format!("{table}: {moved:?}")).await;
                        raw.delete(&table, &moved);
                        copied += 1;
                    } else {
                        refused += 1;
                    }
                    // Over rows of theirs, in all columns that the database lets stand twice.
                    for theirs in theirs.iter().take(3) {
                        let mut mixed = theirs.clone();
                        for (name, cell) in row.iter().filter(|(name, _)| *name != "tenant_id") {
                            let before = mixed.insert(name.clone(), cell.clone()).unwrap();
                            match raw.overwrite(&table, theirs, &mixed) {
                                Ok(()) => raw.overwrite(&table, &mixed, theirs).unwrap(),
                                Err(_) => drop(mixed.insert(name.clone(), before)),
                            }
                        }
                        if &mixed == theirs {
                            continue;
                        }
                        raw.overwrite(&table, theirs, &mixed).unwrap();
                        noticed(&world, &references, &untouched, &format!("{table}: {mixed:?}")).await;
                        raw.overwrite(&table, &mixed, theirs).unwrap();
                        over += 1;
                    }
                }
            }
        }
        // Past the capture of the test harness: `docs/reliability.md` says this number.
        let _ = writeln!(
            std::io::stderr(),
            "G-06 rows between tenants, {:?}: {copied} copied beside, {over} over another, all found, none believed; \
             {refused} refused by the database",
            world.engine
        );
        assert!(copied + over >= 100, "{copied} {over}");
        assert_eq!(answers(&world, &references).await, untouched);
        subject.same(subject.ask(&world).await);
        let (_, report) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!(report["findings"], Value::Array(Vec::new()), "everything is as it was");
    }
}

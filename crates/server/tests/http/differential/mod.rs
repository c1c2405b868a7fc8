//! G-44: random operations on two servers of one clock, one on SQLite and one on PostgreSQL. Every answer is the same:
//! status, headers and body, byte for byte, but for what is random by design. Ids, references, keys, hashes and
//! signatures get the names of their first appearance (`names.rs`), so that a different order is a difference.
//!
//! `./run soak differential [N]` tries N sequences. A run says its seed; `ANANKE_RIG_SEED=…` repeats it.

mod bodies;
mod chance;
mod names;
mod operation;
mod operations;
mod questions;
mod sides;

use std::io::Write as _;
use std::time::Instant;

use chance::Chance;
use operations::State;
use sides::{Sides, Slip};

/// So many sequences, of two to twelve operations each.
fn sequences(quick: usize) -> usize {
    std::env::var("ANANKE_DIFFERENTIAL").map_or(quick, |text| text.parse().unwrap())
}

fn say(line: &str) {
    // Past the capture of the test harness.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What a run tried: sequences, operations, successes and refusals.
#[derive(Default)]
struct Tried {
    sequences: usize,
    operations: usize,
    succeeded: usize,
    refused: usize,
}

/// Runs sequences until all are done, or the sides differ.
async fn run(sides: &mut Sides, chance: &mut Chance, count: usize) -> (Tried, Option<String>) {
    let (mut tried, mut state) = (Tried::default(), State::default());
    for number in 0..count {
        tried.sequences += 1;
        // Now and then a new tenant, so that lists stay short and tenants stay many.
        if number % 40 == 0
            && let Err(difference) = sides.new_tenant(&mut state, number).await
        {
            return (tried, Some(difference));
        }
        if number % 400 == 399 {
            sides.restart().await;
        }
        let length = 2 + chance.below(11);
        let mut said = Vec::new();
        for _ in 0..length {
            let operation = state.draw(chance);
            said.push(operation.to_string());
            tried.operations += 1;
            match sides.both(&operation, &mut state).await {
                Ok(status) if status < 400 => tried.succeeded += 1,
                Ok(_) => tried.refused += 1,
                Err(difference) => {
                    let said = said.join("\n  ");
                    let words = format!("in sequence {number}:\n  {said}\n{difference}");
                    return (tried, Some(words));
                }
            }
        }
    }
    let end = sides.end(&state).await;
    (tried, end.err())
}

#[test]
fn both_engines_answer_alike() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut chance = Chance::of_run("G-44");
        let Some(mut sides) = Sides::new(Slip::None).await else {
            return;
        };
        let began = Instant::now();
        let (tried, difference) = run(&mut sides, &mut chance, sequences(1_000)).await;
        say(&format!(
            "G-44: {} sequences, {} operations on SQLite and PostgreSQL ({} succeeded, {} refused): {} differences, \
             in {:.0} s",
            tried.sequences,
            tried.operations,
            tried.succeeded,
            tried.refused,
            usize::from(difference.is_some()),
            began.elapsed().as_secs_f64()
        ));
        assert!(difference.is_none(), "{}", difference.unwrap_or_default());
        assert!(tried.succeeded > tried.operations / 4, "most operations are refused");
        assert!(tried.refused > tried.operations / 20, "hardly an operation is refused");
    });
}

/// The control: what two engines that are not told apart would do. Each slip is made on one side only, and is found.
#[test]
fn a_slip_of_one_engine_is_found() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for slip in [Slip::Like, Slip::Case, Slip::Order, Slip::Twice] {
            let mut chance = Chance::of_run(&format!("G-44 control {slip:?}"));
            let Some(mut sides) = Sides::new(slip).await else {
                return;
            };
            let (tried, difference) = run(&mut sides, &mut chance, 10_000).await;
            say(&format!(
                "G-44 control, {}: found after {} sequences",
                slip.words(),
                tried.sequences
            ));
            assert!(difference.is_some(), "{slip:?} was not noticed");
        }
    });
}

//! Every target over the vectors, over what was found before, and over cheap mutations of both. The mutations are
//! those of a seed, which is said; `ANANKE_RIG_SEED=…` repeats it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use ananke_fuzz::mutation::Mutator;
use ananke_fuzz::{TARGETS, Target};

/// Generous: a parser that hangs takes for ever, a busy machine some seconds.
const LONGEST: Duration = Duration::from_secs(20);

fn seed() -> u64 {
    match std::env::var("ANANKE_RIG_SEED") {
        Ok(text) => text.parse().expect("ANANKE_RIG_SEED is a number"),
        Err(_) => RandomState::new().build_hasher().finish(),
    }
}

/// Mutations of each target: fewer where each is a request.
fn mutations(target: &Target) -> usize {
    let quick = match target.name {
        "header" | "stamping" | "repairing" | "pixels" => 1_000,
        "stamped" | "stamp_comment" | "reading" | "cursor" | "query" | "json_body"
        | "multipart" | "token_table" | "bitstring" => 5_000,
        _ => 20_000,
    };
    std::env::var("ANANKE_FUZZ_MUTATIONS").map_or(quick, |text| text.parse().expect("a number"))
}

/// Runs a target on one input; what it finds is kept where it can be copied into the corpus.
fn run(target: &Target, data: &[u8], longest: &mut Duration) -> bool {
    let began = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(data)));
    let took = began.elapsed();
    *longest = took.max(*longest);
    let Ok(taken) = result else {
        broken(target, data, "broke a promise");
    };
    if took > LONGEST {
        broken(target, data, "took too long");
    }
    taken
}

fn broken(target: &Target, data: &[u8], words: &str) -> ! {
    let kept = std::env::temp_dir().join(format!("ananke-found-{}", target.name));
    std::fs::write(&kept, data).expect("what was found");
    panic!(
        "{} {words} on {} bytes, which begin {}\nkept as {}: move it to {}",
        target.name,
        data.len(),
        data.iter()
            .take(400)
            .copied()
            .collect::<Vec<u8>>()
            .escape_ascii(),
        kept.display(),
        target.corpus().display()
    );
}

fn replay(name: &str) {
    let target = Target::find(name).expect("a target of this name");
    let inputs = target.inputs();
    let began = Instant::now();
    let mut longest = Duration::ZERO;
    let taken = inputs
        .iter()
        .filter(|input| run(target, input, &mut longest))
        .count();
    assert!(
        taken > 0,
        "{name} refuses all it starts from, so that little of its parser is tried"
    );
    run(target, &[], &mut longest);
    let (seed, count) = (seed(), mutations(target));
    let mut mutator = Mutator::new(seed);
    let mut taken_too = 0;
    for _ in 0..count {
        taken_too += usize::from(run(target, &mutator.mutate(&inputs), &mut longest));
    }
    let line = format!(
        "G-20 {name}: {} vectors and findings ({taken} taken), {count} mutations ({taken_too} taken), no promise broken \
         in {:.1} s, longest {:.0} ms; ANANKE_RIG_SEED={seed}",
        inputs.len(),
        began.elapsed().as_secs_f64(),
        longest.as_secs_f64() * 1e3
    );
    // Past the capture of the test harness.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// One test for each target.
macro_rules! replays {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })+

        #[test]
        fn every_target_is_replayed() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),+]);
        }
    };
}

replays! {
    reference names instant base_url api_key pdf_intake credential credential_payload lifecycle lifecycle_payload
    trust_bundle trust_bundle_payload certificate certificate_pem roots seal seal_header seal_message stamped stamp_comment symbol stamping repairing reading pixels
    status_list status_list_payload token_table
    bitstring cursor query header json_body multipart
}

/// A folder of the corpus that no target reads would be replayed by nobody.
#[test]
fn every_folder_of_the_corpus_has_its_target() {
    let corpus = TARGETS[0].corpus();
    for entry in std::fs::read_dir(corpus.parent().expect("the corpus")).expect("the corpus") {
        let name = entry.expect("a folder").file_name();
        let name = name.to_str().expect("a name");
        assert!(
            Target::find(name).is_some(),
            "no target reads corpus/{name}"
        );
    }
}

/// The control: a parser that forgives case, and a target that promises it does not.
#[test]
fn a_broken_promise_is_found() {
    let target = Target {
        name: "control",
        run: |data| {
            let text = String::from_utf8_lossy(data);
            let read = ananke_format::Reference::parse(&text);
            read.is_ok_and(|reference| {
                assert_eq!(reference.as_str(), text, "one spelling");
                true
            })
        },
        seeds: || vec![b"TRF-91A5KYWKANKS3".to_vec()],
    };
    let (inputs, seed) = (target.inputs(), seed());
    let mut mutator = Mutator::new(seed);
    let found = (0..20_000).find(|_| {
        let input = mutator.mutate(&inputs);
        catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err()
    });
    let found = found.expect("a lower-case spelling");
    let _ = writeln!(
        std::io::stderr(),
        "G-20 control: a broken promise was found by mutation {}; ANANKE_RIG_SEED={seed}",
        found + 1
    );
}

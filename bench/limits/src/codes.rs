//! Symbols and stamps: written, read from pictures and from their drawing, and put on files, here and in a process of its own.

use std::io::Read as _;
use std::process::{Command, Stdio};

use ananke_format::datamatrix::{Symbol, side_for};
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Prefix, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::job::{self, Done, Job};
use ananke_pdf::read::{Limits, find};
use ananke_pdf::stamp::{Mark, Placement, Update, update};

use crate::records::Key;

/// From bytes to modules.
pub(crate) fn encode(payload: Vec<u8>) -> impl FnMut() {
    move || {
        std::hint::black_box(Symbol::of(&payload).expect("a symbol"));
    }
}

/// From the modules of a drawing to bytes.
pub(crate) fn decode_drawn(payload: &[u8]) -> impl FnMut() {
    let symbol = Symbol::of(payload).expect("a symbol");
    let payload = payload.to_vec();
    move || assert_eq!(symbol.payload().as_ref(), Some(&payload), "another payload")
}

/// From a picture's file to the bytes of its symbol.
pub(crate) fn decode(picture: Vec<u8>, payload: Vec<u8>) -> impl FnMut() {
    move || {
        let found = find(&picture, &Limits::default()).expect("a picture");
        assert!(
            found.iter().any(|found| found.payload == payload),
            "another payload"
        );
    }
}

/// A stamped file of a file: hashed, laid out, signed, drawn, hashed again.
pub(crate) struct Stamps {
    original: Vec<u8>,
    key: Key,
    worker: Option<String>,
    pub(crate) last: Vec<u8>,
    pub(crate) seal: Vec<u8>,
}

impl Stamps {
    /// In this process, or in one that this program starts for each file.
    pub(crate) fn new(original: Vec<u8>, worker: Option<String>) -> Self {
        Self {
            original,
            key: Key::load(),
            worker,
            last: Vec::new(),
            seal: Vec::new(),
        }
    }

    pub(crate) fn once(&mut self) {
        let (original, begun) = Prefix::of(&self.original);
        let mut statement = Statement {
            mode: Mode::Live,
            certificate: self.key.certificate_reference(),
            template_version: None,
            valid_to: None,
            status: 42,
            reference: Reference::from_random(Product::TCode, [9; 8]),
            original,
            issued_at: Instant::parse("2026-07-01T10:00:00.000Z").expect("an instant"),
            type_code: "diploma".to_owned(),
            stamp: Sha256::from_bytes([0; 32]),
            fields: vec![(0, "Ada Lovelace".to_owned())],
        };
        let side = statement.sealed_len().and_then(side_for);
        let mark = Mark {
            side: side.expect("a symbol"),
            reference: statement.reference.to_string(),
            url: format!("https://docs.example.com/v/{}", statement.reference),
        };
        let mut made = match &self.worker {
            None => update(&self.original, &Placement::default(), &mark, false).expect("stamped"),
            Some(program) => by_worker(program, &self.original, mark),
        };
        let hole = made.hole.clone();
        let length = self.original.len();
        let filled = stamp::fill(length, &mut made.bytes, hole, &mut statement, &self.key);
        self.seal = filled.expect("signed");
        std::hint::black_box(begun.followed_by(&made.bytes));
        self.last = [self.original.as_slice(), &made.bytes].concat();
    }
}

/// The same, and a look at what the stamp covers, by a confined process.
fn by_worker(program: &str, original: &[u8], mark: Mark) -> Update {
    let mut command = Command::new(program);
    command.args(["pdf-worker", "20"]).env_clear();
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.spawn().expect("a process");
    let job = Job::Stamp {
        original: original.to_vec(),
        placement: Placement::default(),
        mark,
        allow_signed: false,
        repair: false,
    };
    let (mut to, mut from) = (child.stdin.take(), child.stdout.take());
    let (to, from) = (to.as_mut().expect("a pipe"), from.as_mut().expect("a pipe"));
    from.read_exact(&mut [0]).expect("it is ready");
    job::write_job(&job, to).expect("it listens");
    let answer = job::read_answer(from).expect("it answers");
    child.wait().expect("it ends");
    match answer {
        Ok(Done::Stamped { update, .. }) => update,
        other => panic!("not stamped: {other:?}"),
    }
}

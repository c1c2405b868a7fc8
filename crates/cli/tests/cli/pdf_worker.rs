//! A process for a foreign file, by itself: what it must do, and what it must not be able to.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use ananke_pdf::job::{self, Done, Fault, Job};
use ananke_pdf::stamp::{Mark, Page, Placement};

use crate::world::BINARY;

const SYS: i32 = 31;
const KILL: i32 = 9;

/// A file of these objects, from 1; the first is the catalog.
pub(crate) fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let size = objects.len() + 1;
    pdf_with(objects, &format!("/Size {size} /Root 1 0 R"))
}

/// The same with this in its trailer.
pub(crate) fn pdf_with(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let at = out.len();
    out.extend(table.bytes());
    out.extend(format!("trailer\n<< {trailer} >>\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}

/// A page with so many lines of text.
pub(crate) fn document(lines: usize) -> Vec<u8> {
    let content = "BT /F1 12 Tf 60 700 Td (A foreign document) Tj ET\n".repeat(lines);
    let length = content.len();
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R >>".to_vec(),
        format!("<< /Length {length} >>\nstream\n{content}endstream").into_bytes(),
    ])
}

pub(crate) fn stamp(original: Vec<u8>, x: f64) -> Job {
    Job::Stamp {
        original,
        placement: Placement {
            page: Page::First,
            x: Some(x),
            size: 90.1 + 0.2,
            ..Placement::default()
        },
        mark: Mark {
            side: 64,
            reference: "TCR-0000000000000".to_owned(),
            url: "https://documents.example.org/v/TCR-0000000000000".to_owned(),
        },
        allow_signed: false,
        repair: false,
    }
}

fn frame(job: &Job) -> Vec<u8> {
    let mut frame = Vec::new();
    job::write_job(job, &mut frame).unwrap();
    frame
}

/// Runs the command with these bytes for a job; how it ended, and what it said.
fn asked(arguments: &[&str], input: &[u8]) -> (ExitStatus, Vec<u8>) {
    let mut command = Command::new(BINARY);
    command.arg("pdf-worker").args(arguments).env_clear();
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // It may end before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (output.status, output.stdout)
}

#[test]
fn a_stamp_through_the_process_equals_one_made_here() {
    for (lines, x) in [(1, 0.1 + 0.2), (150_000, 18.0)] {
        let job = stamp(document(lines), x);
        let (status, out) = asked(&["10"], &frame(&job));
        assert!(status.success(), "{status}");
        let (ready, mut answer) = out.split_at(1);
        assert_eq!(ready, b"!");
        let answer = job::read_answer(&mut answer).unwrap();
        assert!(matches!(&answer, Ok(Done::Stamped { update, .. }) if update.bytes.len() > 10_000));
        assert_eq!(answer, job.perform());
    }
}

#[test]
fn a_refusal_comes_back_with_its_words() {
    let job = stamp(document(1), 590.0);
    let (status, out) = asked(&["10"], &frame(&job));
    assert!(status.success(), "{status}");
    let refusal = job::read_answer(&mut &out[1..]).unwrap().unwrap_err();
    assert_eq!(refusal.fault, Fault::Place);
    assert_eq!(Err(refusal), job.perform());
}

#[test]
fn what_is_no_job_ends_it() {
    let whole = frame(&stamp(document(1), 18.0));
    let cut = &whole[..whole.len() - 1];
    let noise = [0xff; 1000];
    for input in [cut, &whole[..5], &noise] {
        let (status, out) = asked(&["10"], input);
        assert_eq!((status.code(), out.as_slice()), (Some(1), &b"!"[..]));
    }
    let (status, out) = asked(&["10"], b"");
    assert_eq!((status.code(), out.as_slice()), (Some(0), &b"!"[..]));
    for wrong in [&[][..], &["ten"], &["10", "--probe"], &["10", "now"]] {
        let (status, out) = asked(wrong, b"");
        assert_eq!((status.code(), out.as_slice()), (Some(2), &b""[..]));
    }
}

#[test]
fn it_can_do_nothing_else() {
    let tried = |what: &str| asked(&["10", "--probe", what], b"").0;
    for what in ["open", "socket", "program", "thread"] {
        let status = tried(what);
        assert_eq!(status.signal(), Some(SYS), "{what}: {status}");
    }
    // Refused memory is an error; a processor's time is not asked for.
    assert_eq!(tried("memory").code(), Some(1));
    let (status, _) = asked(&["1", "--probe", "cpu"], b"");
    assert_eq!(status.signal(), Some(KILL), "{status}");
    // What it has to do it can.
    assert_eq!(tried("work").code(), Some(0));
}

#[test]
fn without_the_filter_the_limits_hold() {
    let tried = |what: &str| asked(&["10", "--unfiltered", "--probe", what], b"").0;
    for what in ["open", "socket", "memory"] {
        assert_eq!(tried(what).code(), Some(1), "{what}");
    }
    // These the system leaves to some users, and only the filter keeps them from everybody.
    for what in ["program", "thread"] {
        assert_eq!(tried(what).signal(), None, "{what}");
    }
    assert_eq!(tried("work").code(), Some(0));
}

#[test]
fn it_dies_with_its_parent() {
    // The shell is its parent; its input stays open.
    let script = format!("exec 3<&0; {BINARY} pdf-worker 60 <&3 & echo $!; wait");
    let mut shell = Command::new("/bin/sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = shell.stdout.take().unwrap();
    while !(said.contains('!') && said.contains('\n')) {
        let mut byte = [0];
        out.read_exact(&mut byte).unwrap();
        said.push(char::from(byte[0]));
    }
    let process = said.replace('!', "");
    assert!(is_running(process.trim()), "{said}");
    shell.kill().unwrap();
    shell.wait().unwrap();
    soon(|| !is_running(process.trim()));
}

/// Whether a process is there and has not ended.
fn is_running(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat
        .rsplit(") ")
        .next()
        .and_then(|rest| rest.chars().next());
    state.is_some_and(|state| !"ZX".contains(state))
}

#[track_caller]
pub(crate) fn soon(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "not yet");
        std::thread::sleep(Duration::from_millis(20));
    }
}

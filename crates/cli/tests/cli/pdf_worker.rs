//! Processes for foreign files: the real one with what it must do and what it must not be able to, and the queue before them
//! with programs in its place that crash, sleep and get lost.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use ananke_pdf::job::{self, Broken, Done, Fault, Job};
use ananke_pdf::stamp::{Mark, Page, Placement};
use ananke_server::workers::{Terms, WAITING, WorkError, Workers};

use crate::world::BINARY;

const SYS: i32 = 31;
const KILL: i32 = 9;

/// A file of these objects, from 1; the first is the catalog.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let (at, size) = (out.len(), objects.len() + 1);
    out.extend(table.bytes());
    out.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n").bytes(),
    );
    out
}

/// A page with so many lines of text.
fn document(lines: usize) -> Vec<u8> {
    let content = "BT /F1 12 Tf 60 700 Td (A foreign document) Tj ET\n".repeat(lines);
    let length = content.len();
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R >>".to_vec(),
        format!("<< /Length {length} >>\nstream\n{content}endstream").into_bytes(),
    ])
}

fn stamp(original: Vec<u8>, x: f64) -> Job {
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
        assert!(matches!(&answer, Ok(Done::Stamped(update)) if update.bytes.len() > 10_000));
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
fn soon(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "not yet");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program in place of the real one, which notes its process; `$real` is the real one.
struct StandIn {
    dir: tempfile::TempDir,
}

impl StandIn {
    fn new(script: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("program");
        let here = dir.path().display();
        let script =
            format!("#!/bin/sh\ncd {here}\necho $$ >> processes\nreal={BINARY}\n{script}\n");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        Self { dir }
    }

    fn program(&self) -> PathBuf {
        self.dir.path().join("program")
    }

    fn processes(&self) -> Vec<String> {
        let noted = std::fs::read_to_string(self.dir.path().join("processes")).unwrap_or_default();
        noted.lines().map(str::to_owned).collect()
    }

    /// Whether every process that was ever started has ended and was waited for.
    fn all_gone(&self) -> bool {
        let there = |process: &String| Path::new("/proc").join(process).exists();
        !self.processes().iter().any(there)
    }
}

fn workers(program: impl Into<PathBuf>, processes: usize, patience: Duration) -> Workers {
    Workers::new(Terms {
        program: program.into(),
        processes,
        patience,
        filtered: true,
    })
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn fifty_jobs_at_once() {
    let stand_in = StandIn::new(r#"exec "$real" "$@""#);
    let workers = std::sync::Arc::new(workers(stand_in.program(), 3, LONG));
    let jobs: Vec<_> = (0..50)
        .map(|at| {
            let workers = std::sync::Arc::clone(&workers);
            let job = stamp(document(1 + at * 10), 18.0 + at as f64 / 3.0);
            tokio::spawn(async move { (workers.run(job.clone()).await, job) })
        })
        .collect();
    for job in jobs {
        let (outcome, job) = job.await.unwrap();
        assert_eq!(outcome, job.perform().map_err(WorkError::Refused));
        assert!(outcome.is_ok());
    }
    // One file, one process.
    assert!(stand_in.processes().len() >= 50);
    workers.stop().await;
    assert!(stand_in.all_gone(), "{:?}", stand_in.processes());
    let late = workers.run(stamp(document(1), 18.0)).await;
    assert!(matches!(late, Err(WorkError::Unavailable(_))), "{late:?}");
}

#[tokio::test]
async fn a_crash_harms_nobody_else() {
    let stand_in = StandIn::new(
        r#"[ -e crashed ] && exec "$real" "$@"
        : > crashed; printf '!'; read line; kill -SEGV $$"#,
    );
    let workers = workers(stand_in.program(), 1, LONG);
    let job = stamp(document(100), 18.0);
    let crashed = workers.run(job.clone()).await;
    assert!(
        matches!(&crashed, Err(WorkError::Died(reason)) if reason.contains("SIGSEGV")),
        "{crashed:?}"
    );
    assert!(workers.run(job).await.is_ok());
    workers.stop().await;
    assert!(stand_in.all_gone());
}

#[tokio::test]
async fn what_ends_from_outside_is_not_the_files_fault() {
    let stand_in = StandIn::new("printf '!'; read line; kill -TERM $$");
    let workers = workers(stand_in.program(), 1, LONG);
    let ended = workers.run(stamp(document(1), 18.0)).await;
    assert!(matches!(ended, Err(WorkError::Unavailable(_))), "{ended:?}");
    for missing in ["/nowhere/ananke", "/bin/false"] {
        let workers = self::workers(missing, 1, LONG);
        let absent = workers.run(stamp(document(1), 18.0)).await;
        assert!(
            matches!(absent, Err(WorkError::Unavailable(_))),
            "{absent:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_no_answer() {
    let stand_in = StandIn::new("printf '!garbage and no frame at all'; exec /bin/sleep 60");
    let workers = workers(stand_in.program(), 1, LONG);
    let answer = workers.run(stamp(document(1), 18.0)).await;
    let expected = Broken::TooLong.to_string();
    assert!(
        matches!(&answer, Err(WorkError::Died(reason)) if reason.contains(&expected)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn patience_ends() {
    let stand_in = StandIn::new(
        r#"/bin/cat /proc/$$/environ > environment; echo "$@" > arguments; printf '!'; exec /bin/sleep 60"#,
    );
    let workers = workers(stand_in.program(), 1, Duration::from_millis(500));
    let begun = Instant::now();
    // Longer than what fits between the two: it is not even read.
    let outcome = workers.run(stamp(document(100_000), 18.0)).await;
    assert_eq!(outcome, Err(WorkError::TookTooLong));
    assert!(begun.elapsed() < Duration::from_secs(15));
    // It was told nothing but this.
    let told = |name: &str| std::fs::read_to_string(stand_in.dir.path().join(name)).unwrap();
    assert_eq!(told("environment"), "");
    assert_eq!(told("arguments"), "pdf-worker 1\n");
    // What is left of it ends without being asked.
    drop(workers);
    soon(|| stand_in.all_gone());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_has_an_end() {
    let stand_in = StandIn::new("printf '!'; exec /bin/sleep 60");
    let workers = std::sync::Arc::new(workers(stand_in.program(), 1, LONG));
    let run = || {
        let workers = std::sync::Arc::clone(&workers);
        tokio::spawn(async move { workers.run(stamp(document(1), 18.0)).await })
    };
    let first = run();
    // Taken from the queue before the others come.
    while stand_in.processes().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let waiting: Vec<_> = (0..WAITING).map(|_| run()).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(run().await.unwrap(), Err(WorkError::Busy));
    // Whoever goes makes room.
    waiting[7].abort();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let last = run();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!last.is_finished());
    // A server that stops leaves nobody waiting.
    let begun = Instant::now();
    workers.stop().await;
    for (at, job) in waiting.into_iter().chain([first, last]).enumerate() {
        if at != 7 {
            let outcome = job.await.unwrap();
            assert!(
                matches!(outcome, Err(WorkError::Unavailable(_))),
                "{outcome:?}"
            );
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(stand_in.all_gone());
}

/// A file whose table is a stream of this dictionary and these bytes.
fn with_stream(dictionary: &str, packed: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    let at = out.len();
    let length = packed.len();
    out.extend(
        format!("4 0 obj\n<< /Type /XRef /Root 1 0 R /Size 5 /W [1 4 1] {dictionary} /Length {length} >>\nstream\n")
            .bytes(),
    );
    out.extend(packed);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}

/// So many MiB of zeros, packed.
fn zeros(mebibytes: usize) -> Vec<u8> {
    use flate2::{Compress, Compression, FlushCompress};
    let plain = vec![0; 1 << 20];
    let mut deflate = Compress::new(Compression::best(), true);
    let mut packed = Vec::with_capacity(1 << 16);
    let full = FlushCompress::Full;
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    // The first has the header before it; each later one is the same.
    let first = packed.len();
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    let again = packed.split_off(first);
    packed.extend(again.repeat(mebibytes - 1));
    packed
}

/// Files that do harm, or try to.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let loops = |kids: &str| {
        pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!("<< /Type /Pages /Kids [{kids}] /Count 1 /Parent 3 0 R >>").into_bytes(),
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>".to_vec(),
        ])
    };
    let deep = |open: &str, close: &str| {
        let nested = open.repeat(500_000) + &close.repeat(500_000);
        pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /X {nested} >>").into_bytes(),
        ])
    };
    let turned = String::from_utf8_lossy(&document(1)).replace("/Root", "/Prev 9 /Root");
    let chained = {
        let text = document(1);
        let at = text.windows(4).position(|part| part == b"xref").unwrap();
        String::from_utf8_lossy(&text).replace("/Root", &format!("/Prev {at} /Root"))
    };
    let many = {
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] >>".to_vec(),
        ];
        objects.resize(230_000, b"null".to_vec());
        pdf(&objects)
    };
    vec![
        ("a bomb", with_stream("/Filter /FlateDecode", &zeros(4_000))),
        ("pages that hold themselves", loops("2 0 R")),
        ("pages in a circle", loops("3 0 R")),
        ("a thousand circles", loops(&"3 0 R ".repeat(1_000))),
        ("deep lists", deep("[", "]")),
        ("deep dictionaries", deep("<</K", ">>")),
        ("a table before it that is none", turned.into_bytes()),
        ("tables in a circle", chained.into_bytes()),
        ("very many objects", many),
    ]
}

#[tokio::test]
async fn hostile_files_cost_their_own_process_at_most() {
    let workers = workers(BINARY, 1, Duration::from_secs(5));
    for (name, file) in hostile() {
        assert!(file.len() <= 10 << 20, "{name}: {}", file.len());
        let begun = Instant::now();
        let outcome = workers.run(stamp(file, 18.0)).await;
        eprintln!("{name}: {:?} {}", begun.elapsed(), match &outcome { Ok(_) => "done".to_owned(), Err(e) => e.to_string() });
        assert!(!matches!(outcome, Err(WorkError::Busy | WorkError::Unavailable(_))), "{name}: {outcome:?}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{name}");
        assert!(workers.run(stamp(document(1), 18.0)).await.is_ok(), "{name}");
    }
}

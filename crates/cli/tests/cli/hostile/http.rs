//! Every hostile file, sent to a server with real processes for it: a clear refusal or a whole stamp, and nothing of it is left.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ananke_format::Sha256;
use ananke_server::workers::MEMORY;
use serde_json::{Value, json};

use super::{Hostile, Said, files, parts, pictures};
use crate::raw::{Answer, ask};
use crate::tool;
use crate::world::{World, text};

/// So many send at once; two files are worked on.
const SENDERS: usize = 3;
/// So long may an answer take, with others before it.
const LONGEST: Duration = Duration::from_secs(30);
/// So much more memory may the server have had than before.
const MORE: u64 = 256 << 20;
/// So large may a file be of which a verdict is asked.
const READ: usize = 10 << 20;

const STAMPS: &str = "/v1/tcode/stamps";
const READER: &str = "/v1/tcode/verify/image";
const SETTINGS: [(&str, &str); 5] = [
    ("ANANKE__WORKERS__PROCESSES", "2"),
    ("ANANKE__WORKERS__SECONDS", "4"),
    ("ANANKE__LIMITS__PUBLIC_PER_MINUTE", "0"),
    ("ANANKE__LIMITS__KEY_FILES_PER_SECOND", "0"),
    ("ANANKE__LOG__FORMAT", "json"),
];

/// What was seen.
#[derive(Default)]
struct Seen {
    /// Answers by status and code.
    answers: BTreeMap<String, usize>,
    longest: (Duration, String),
    /// Requests that ended their process, as told in the log, and whether that was said of them.
    ends: BTreeMap<String, (String, bool)>,
    stamped: Vec<(String, Vec<u8>)>,
    wrong: Vec<String>,
}

struct Scene {
    world: World,
    seen: Mutex<Seen>,
}

/// What is asked of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Stamp { repair: bool },
    Read,
}

impl Scene {
    fn wrong(&self, name: &str, what: impl std::fmt::Display) {
        let mut seen = self.seen.lock().unwrap();
        seen.wrong.push(format!("{name}: {what}"));
    }

    fn send(&self, wish: Wish, file: &[u8]) -> Answer {
        const BETWEEN: &str = "between-two-parts-of-a-hostile-file";
        let part = |name: &str, bytes: &[u8]| {
            let head =
                format!("--{BETWEEN}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            [head.as_bytes(), bytes, b"\r\n"].concat()
        };
        let kind = format!("multipart/form-data; boundary={BETWEEN}");
        let mut headers = vec![("content-type", kind.as_str())];
        let (path, mut body) = match wish {
            Wish::Read => (READER, part("file", file)),
            Wish::Stamp { repair } => {
                let request = json!({ "name": "x", "documentTypeCode": "CER", "repair": repair });
                let request = part("request", request.to_string().as_bytes());
                headers.push(("x-api-key", &self.world.live_key));
                (STAMPS, [request, part("pdf", file)].concat())
            }
        };
        body.extend(format!("--{BETWEEN}--\r\n").bytes());
        ask(&self.world.url, "POST", path, &headers, &body)
    }

    fn get(&self, path: &str) -> Answer {
        let key = [("x-api-key", self.world.live_key.as_str())];
        ask(&self.world.url, "GET", path, &key, b"")
    }

    /// One file for one wish, and then a good one.
    fn try_out(&self, hostile: &Hostile, wish: Wish, file: &[u8]) {
        let name = match wish {
            Wish::Stamp { repair: true } => format!("{}, repaired", hostile.name),
            Wish::Stamp { repair: false } | Wish::Read => hostile.name.clone(),
        };
        let begun = Instant::now();
        let answer = self.send(wish, file);
        let took = begun.elapsed();
        if std::env::var_os("SLOW").is_some() {
            eprintln!(
                "{:.2} {name} {} {}",
                took.as_secs_f64(),
                answer.status,
                answer.text()
            );
        }
        if let Err(what) = self.fits(&name, hostile.said, wish, file, &answer) {
            self.wrong(
                &name,
                format!("{what}: {} {}", answer.status, answer.text()),
            );
        }
        let mut seen = self.seen.lock().unwrap();
        let code = match answer.status {
            200 | 201 => String::new(),
            _ => format!(" {}", answer.json()["code"].as_str().unwrap_or_default()),
        };
        let counted = seen.answers.entry(format!("{}{code}", answer.status));
        *counted.or_default() += 1;
        let id = answer.headers["x-request-id"].clone();
        seen.ends
            .insert(id, (name.clone(), hostile.said == Said::Ends));
        if took > seen.longest.0 {
            seen.longest = (took, name.clone());
        }
        drop(seen);
        if took > LONGEST {
            self.wrong(&name, format!("it took {took:?}"));
        }
        let good = self.send(Wish::Stamp { repair: false }, &parts::plain());
        if good.status != 201 {
            self.wrong(&name, format!("a good file behind it: {}", good.text()));
        }
    }

    /// Whether an answer is what it has to be.
    fn fits(
        &self,
        name: &str,
        said: Said,
        wish: Wish,
        file: &[u8],
        answer: &Answer,
    ) -> Result<(), String> {
        let refused = || {
            let body = answer.json();
            let told = body["errors"]
                .as_object()
                .filter(|errors| !errors.is_empty());
            let is_clear = told.is_some() && body["code"].is_string() && body["detail"].is_string();
            ((400..500).contains(&answer.status) && is_clear).then_some(body)
        };
        match (said, wish) {
            (Said::Taken, Wish::Read) => {
                let is_none = answer.status == 200 && answer.json()["verdict"] == "invalid";
                is_none.then_some(()).ok_or("no verdict".to_owned())
            }
            (Said::Taken, Wish::Stamp { .. }) => self.stamped(name, Some(file), answer),
            // Repaired, what was damaged may be whole.
            (_, Wish::Stamp { repair: true }) if answer.status == 201 => {
                self.stamped(name, None, answer)
            }
            (_, Wish::Stamp { repair: true }) => {
                refused().map(|_| ()).ok_or("no clear refusal".to_owned())
            }
            (Said::Ends, _) => {
                let body = refused().ok_or("no clear refusal")?;
                let is_said = body["code"] == "UNPROCESSABLE"
                    && text(&body, "detail").contains("more memory or time");
                is_said.then_some(()).ok_or("another refusal".to_owned())
            }
            (
                Said::Refused {
                    status,
                    code,
                    member,
                    words,
                },
                _,
            ) => {
                let body = refused().ok_or("no clear refusal")?;
                let is_it = answer.status == status && body["code"] == code;
                let message = body["errors"][member][0].as_str().unwrap_or_default();
                (is_it && message.contains(words))
                    .then_some(())
                    .ok_or(format!("not {said:?}"))
            }
        }
    }

    /// Whether a file was stamped by all rules, but for those that programs judge.
    fn stamped(&self, name: &str, original: Option<&[u8]>, answer: &Answer) -> Result<(), String> {
        if answer.status != 201 {
            return Err("not stamped".to_owned());
        }
        let stamp = answer.json();
        let file = self
            .get(&format!("{STAMPS}/{}/pdf", text(&stamp, "id")))
            .body;
        if original.is_some_and(|original| !file.starts_with(original)) {
            return Err("it does not begin with the original".to_owned());
        }
        let hash = Sha256::of(&file);
        if self.get(&format!("/v1/tcode/verify/hash/{hash}")).json()["verdict"] != "valid" {
            return Err("it is not valid by its hash".to_owned());
        }
        if file.len() <= READ && self.send(Wish::Read, &file).json()["verdict"] != "valid" {
            return Err("it is not valid by itself".to_owned());
        }
        let mut seen = self.seen.lock().unwrap();
        seen.stamped.push((name.to_owned(), file));
        Ok(())
    }
}

/// A figure of a process in bytes, such as the most memory that it had.
fn memory(process: u32, figure: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(figure))?;
    let kib: u64 = line
        .trim_start_matches(':')
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    Some(kib << 10)
}

/// The processes that this one started.
fn children(process: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |child: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).ok()?;
        stat.rsplit(") ")
            .next()?
            .split(' ')
            .nth(1)?
            .parse::<u32>()
            .ok()
    };
    numbers
        .filter(|child| parent(child) == Some(process))
        .collect()
}

#[test]
fn hostile_files_cost_their_own_process_at_most() {
    let mut world = World::first_start(&SETTINGS);
    let process = world.process();
    let scene = Scene {
        world,
        seen: Mutex::default(),
    };
    for _ in 0..3 {
        let good = scene.send(Wish::Stamp { repair: false }, &parts::plain());
        assert_eq!(good.status, 201, "{}", good.text());
    }
    let before = memory(process, "VmHWM").unwrap();
    let (files, pictures) = (files(), pictures::files());
    let only = std::env::var("ONLY").unwrap_or_default();
    let stamp = |repair| Wish::Stamp { repair };
    let both = [stamp(false), stamp(true)];
    let tasks: Vec<(&Hostile, &[Wish])> = files
        .iter()
        .map(|file| (file, &both[..]))
        .chain(pictures.iter().map(|file| (file, &[Wish::Read][..])))
        .filter(|(file, _)| file.name.contains(&only))
        .collect();
    let (next, is_done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    let most = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !is_done.load(Ordering::Relaxed) {
                let sizes = children(process)
                    .into_iter()
                    .filter_map(|child| memory(child, "VmHWM"));
                most = sizes.fold(most, u64::max);
                std::thread::sleep(Duration::from_millis(50));
            }
            most
        });
        let send = || {
            while let Some((hostile, wishes)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let file = hostile.file();
                for wish in *wishes {
                    scene.try_out(hostile, *wish, &file);
                }
            }
        };
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(send)).collect();
        let failed = senders
            .into_iter()
            .filter_map(|sender| sender.join().err())
            .count();
        is_done.store(true, Ordering::Relaxed);
        assert_eq!(failed, 0);
        watch.join().unwrap()
    });
    let took = begun.elapsed();
    let after = memory(process, "VmHWM").unwrap();
    let Scene { mut world, seen } = scene;
    let mut seen = seen.into_inner().unwrap();
    assert_eq!(world.process(), process);
    let ended = judge_log(&world.log(), &mut seen);
    judge_stamped(&mut seen);
    println!(
        "G-19: {} files, {} of them pictures, {} requests: {:?}; {ended} processes ended; the longest {:.1} s ({}); server {} MiB, {} MiB before; a process {} MiB at most; {:.0} s",
        files.len() + pictures.len(),
        pictures.len(),
        seen.ends.len(),
        seen.answers,
        seen.longest.0.as_secs_f64(),
        seen.longest.1,
        after >> 20,
        before >> 20,
        most >> 20,
        took.as_secs_f64(),
    );
    assert!(seen.wrong.is_empty(), "{:#?}", seen.wrong);
    assert!(after - before <= MORE, "{before} {after}");
    assert!(most <= MEMORY, "{most}");
    // It stops when it is asked to, and not before.
    world.stop();
}

/// Processes ended where that was said, nowhere else, and nothing worse was logged. How many they are.
fn judge_log(log: &str, seen: &mut Seen) -> usize {
    let mut wrong = Vec::new();
    if log.contains("panicked") {
        wrong.push(format!("a panic: {log}"));
    }
    let mut ended = BTreeMap::new();
    for line in log.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["level"] == "ERROR" {
            wrong.push(format!("an error: {line}"));
        }
        let message = text(&line, "message");
        let is_ended = message.contains("ended without an answer");
        if is_ended || message.contains("took too long") {
            let reason = line["reason"].as_str().unwrap_or(message).to_owned();
            ended.insert(text(&line, "requestId").to_owned(), reason);
        }
    }
    for (id, (name, is_said)) in &seen.ends {
        let reason = ended.get(id).map(String::as_str);
        let is_end = |reason: &str| {
            ["SIGABRT", "SIGKILL", "took too long"]
                .iter()
                .any(|end| reason.contains(end))
        };
        let fits = match reason {
            Some(reason) => *is_said && is_end(reason),
            None => !is_said,
        };
        if !fits {
            wrong.push(format!("{name}: its process: {reason:?}"));
        }
    }
    seen.wrong.extend(wrong);
    ended.len()
}

/// Stamped files are whole, says `qpdf`, and their symbols can be read from paper.
fn judge_stamped(seen: &mut Seen) {
    for (name, file) in &seen.stamped {
        let mut kept = tempfile::NamedTempFile::new().unwrap();
        kept.write_all(file).unwrap();
        let checked = Command::new("qpdf")
            .arg("--check")
            .arg(kept.path())
            .output();
        match checked {
            Ok(checked) if checked.status.success() => {}
            Ok(checked) => seen.wrong.push(format!("{name}: {checked:?}")),
            Err(error) => return tool::missing("qpdf", "Debian: qpdf", &error),
        }
    }
}

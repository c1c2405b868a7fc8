//! Every hostile file, sent to a server with real processes: a clear refusal or a whole stamp, and the next file as if nothing had been.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ananke_server::workers::MEMORY;
use serde_json::json;

use super::{Hostile, Said, files, judged, parts, pictures};
use crate::raw::{Answer, ask};
use crate::world::World;

/// So many send at once, and as many files are worked on.
const SENDERS: usize = 2;
/// So long may an answer take, with others before it.
const LONGEST: Duration = Duration::from_secs(30);
/// So much more memory may the server have had than before.
const MORE: u64 = 256 << 20;

pub(super) const STAMPS: &str = "/v1/tcode/stamps";
const READER: &str = "/v1/tcode/verify/image";
const BETWEEN: &str = "between-two-parts-of-a-hostile-file";

/// What is asked of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Stamp { repair: bool },
    Read,
}

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    /// Answers by status and code.
    answers: BTreeMap<String, usize>,
    longest: (Duration, String),
    /// Requests by their ids: what they were, and whether they may have ended their process, and must have.
    pub(super) requests: BTreeMap<String, (String, [bool; 2])>,
    /// Stamped files, and whether they were taken as they are.
    pub(super) stamped: Vec<(String, bool, Vec<u8>)>,
    pub(super) wrong: Vec<String>,
    ended: usize,
    /// The most memory of the server, before and in all, and of a process.
    memory: [u64; 3],
}

/// A server, and what is seen of it.
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) seen: Mutex<Seen>,
}

impl Scene {
    fn settings(seconds: &str) -> [(&str, &str); 5] {
        [
            ("ANANKE__WORKERS__PROCESSES", "2"),
            ("ANANKE__WORKERS__SECONDS", seconds),
            ("ANANKE__LIMITS__PUBLIC_PER_MINUTE", "0"),
            ("ANANKE__LIMITS__KEY_FILES_PER_SECOND", "0"),
            ("ANANKE__LOG__FORMAT", "json"),
        ]
    }

    pub(super) fn send(&self, wish: Wish, file: &[u8]) -> Answer {
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

    pub(super) fn get(&self, path: &str) -> Answer {
        let key = [("x-api-key", self.world.live_key.as_str())];
        ask(&self.world.url, "GET", path, &key, b"")
    }

    fn good(&self) -> Result<(), String> {
        let answer = self.send(Wish::Stamp { repair: false }, &parts::plain());
        let is_stamped = answer.status == 201;
        is_stamped.then_some(()).ok_or_else(|| answer.text())
    }

    /// One file for one wish, and then a good one.
    fn try_out(&self, hostile: &Hostile, wish: Wish, file: &[u8]) {
        let is_repaired = wish == Wish::Stamp { repair: true };
        let name = match is_repaired {
            true => format!("{}, to be repaired", hostile.name),
            false => hostile.name.clone(),
        };
        let begun = Instant::now();
        let answer = self.send(wish, file);
        let took = begun.elapsed();
        let fits = self.judge(&name, hostile.said, wish, file, &answer);
        let good = self.good();
        let mut seen = self.seen.lock().unwrap();
        if let Err(what) = fits {
            let (status, text) = (answer.status, answer.text());
            seen.wrong.push(format!("{name}: {what}: {status} {text}"));
        }
        if let Err(what) = good {
            seen.wrong
                .push(format!("a good file behind {name}: {what}"));
        }
        if took > LONGEST {
            seen.wrong.push(format!("{name}: it took {took:?}"));
        }
        if took > seen.longest.0 {
            seen.longest = (took, name.clone());
        }
        let code = match answer.status {
            200 | 201 => String::new(),
            _ => format!(" {}", answer.json()["code"].as_str().unwrap_or_default()),
        };
        *seen
            .answers
            .entry(format!("{}{code}", answer.status))
            .or_default() += 1;
        let must = hostile.said == Said::Ends;
        let may = must || is_repaired && hostile.said != Said::Taken;
        let id = answer.headers["x-request-id"].clone();
        seen.requests.insert(id, (name, [may, must]));
    }

    /// Every one of these, several at once.
    fn run(&mut self, hostile: &[(&Hostile, &[Wish])]) {
        let process = self.world.process();
        for _ in 0..SENDERS {
            self.good().unwrap();
        }
        let before = memory(process).unwrap();
        let (next, is_done) = (AtomicUsize::new(0), AtomicBool::new(false));
        let scene = &*self;
        let send = || {
            while let Some((hostile, wishes)) = hostile.get(next.fetch_add(1, Ordering::Relaxed)) {
                let file = hostile.file();
                for wish in *wishes {
                    scene.try_out(hostile, *wish, &file);
                }
            }
        };
        let watch = || {
            let mut most = 0;
            while !is_done.load(Ordering::Relaxed) {
                let sizes = children(process).into_iter().filter_map(memory);
                most = sizes.fold(most, u64::max);
                std::thread::sleep(Duration::from_millis(50));
            }
            most
        };
        let most = std::thread::scope(|scope| {
            let watch = scope.spawn(watch);
            let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(send)).collect();
            let ended: Vec<_> = senders.into_iter().map(|sender| sender.join()).collect();
            is_done.store(true, Ordering::Relaxed);
            assert!(ended.iter().all(Result::is_ok), "a sender panicked");
            watch.join().unwrap()
        });
        assert_eq!(self.world.process(), process, "it is another server");
        let after = memory(process).unwrap();
        assert!(after - before <= MORE, "the server: {before}, {after}");
        assert!(most <= MEMORY, "a process: {most}");
        let log = self.world.log();
        let seen = self.seen.get_mut().unwrap();
        let figures = [before, after, most];
        seen.memory
            .iter_mut()
            .zip(figures)
            .for_each(|(all, now)| *all = now.max(*all));
        seen.ended += judged::log(&log, seen);
        seen.requests.clear();
    }
}

/// The most memory that a process has had.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

/// The processes that one started, and waits for.
fn children(process: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |child: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).ok()?;
        let behind_its_name = stat.rsplit(") ").next()?;
        behind_its_name.split(' ').nth(1)?.parse::<u32>().ok()
    };
    numbers
        .filter(|child| parent(child) == Some(process))
        .collect()
}

#[test]
fn hostile_files_cost_their_own_process_at_most() {
    let begun = Instant::now();
    let stamp = |repair| Wish::Stamp { repair };
    let (files, pictures) = (files(), pictures::files());
    let wishes: [&[Wish]; 3] = [&[stamp(false), stamp(true)], &[stamp(false)], &[Wish::Read]];
    let wished = |file: &Hostile| match file.said {
        // It ends before anything would be repaired.
        Said::Ends => wishes[1],
        _ => wishes[0],
    };
    let all = files.iter().map(|file| (file, wished(file)));
    let all = all.chain(pictures.iter().map(|file| (file, wishes[2])));
    let (ends, others): (Vec<_>, Vec<_>) = all.partition(|(file, _)| file.said == Said::Ends);
    // What takes all the time that there is has little, and what has much to do has much.
    let world = World::first_start(&Scene::settings("3"));
    let seen = Mutex::default();
    let mut scene = Scene { world, seen };
    scene.run(&ends);
    scene.world.stop();
    scene.world.restart_with(&Scene::settings("20"));
    scene.run(&others);
    judged::by_others(&mut scene);
    let seen = scene.seen.into_inner().unwrap();
    let [before, after, most] = seen.memory.map(|bytes| bytes >> 20);
    println!(
        "G-19: {} files and {} to be read, {:?}; {} processes ended; the longest {:.1} s ({}); \
         server {before} MiB before, {after} MiB at most; a process {most} MiB at most; {:.0} s",
        files.len(),
        pictures.len(),
        seen.answers,
        seen.ended,
        seen.longest.0.as_secs_f64(),
        seen.longest.1,
        begun.elapsed().as_secs_f64(),
    );
    assert!(seen.wrong.is_empty(), "{:#?}", seen.wrong);
    // It stops when it is asked to.
    scene.world.stop();
}

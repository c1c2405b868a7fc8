//! A wire between a node and its database that can be cut: two network namespaces with a pair of interfaces between
//! them, and a relay in each. A socket file leads to the near relay, as to the end of a tunnel; the far one leads to
//! the database's own socket. Outside of the two namespaces nothing of the machine's network is touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::server::{Process, wait};

const NEAR: &str = "10.213.7.1";
const FAR: &str = "10.213.7.2";
/// Nobody's: what is sent there is lost without a word.
const NOBODY: &str = "02:00:00:00:00:01";

/// How a wire fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The interface is down.
    Down,
    /// Questions are lost without a word, answers would come.
    Questions,
    /// Questions arrive, answers are lost without a word.
    Answers,
    /// 64 kbit/s each way.
    Slow,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Down, Self::Questions, Self::Answers, Self::Slow];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Down => "link down",
            Self::Questions => "questions lost",
            Self::Answers => "answers lost",
            Self::Slow => "64 kbit/s",
        }
    }
}

/// A wire.
#[derive(Debug)]
pub struct Wire {
    near: String,
    far: String,
    dir: tempfile::TempDir,
    _relays: [Process; 2],
    // Removes the namespaces when its standard input is closed, that is with this process at the latest.
    _guard: Child,
}

impl Wire {
    /// Lays a wire to the database whose socket is in this directory. `None` where namespaces cannot be made, which is
    /// said loudly, and is a failure where `CI=true`.
    ///
    /// # Panics
    /// When they can be made and not be used, like all below.
    #[must_use]
    pub fn lay(relay: &Path, database: &Path) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("ananke-{}-{number}", std::process::id());
        let (near, far) = (format!("{name}-near"), format!("{name}-far"));
        let made = ip(&["netns", "add", &near]).and_then(|()| ip(&["netns", "add", &far]));
        if let Err(why) = made {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "no network namespaces ({why}), and CI=true allows no skipping"
            );
            crate::say(&format!(
                "\n*** SKIPPED: no network namespaces ({why}); partitions were not tried ***\n"
            ));
            return None;
        }
        let guard = Command::new("sh")
            .args([
                "-c",
                "trap '' INT TERM HUP; cat >/dev/null; ip netns del $1; ip netns del $2",
                "guard",
            ])
            .args([&near, &far])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the guard of the namespaces");
        must(ip(&[
            "link", "add", "wire", "netns", &near, "type", "veth", "peer", "name", "wire", "netns",
            &far,
        ]));
        for (namespace, address) in [(&near, NEAR), (&far, FAR)] {
            let address = format!("{address}/30");
            must(ip(&[
                "-n", namespace, "address", "add", &address, "dev", "wire",
            ]));
            must(ip(&["-n", namespace, "link", "set", "wire", "up"]));
        }
        let dir = tempfile::tempdir().expect("a directory");
        let tcp = format!("tcp:{FAR}:5432");
        let relays = [
            start(relay, &far, &tcp, &socket(database)),
            start(relay, &near, &socket(dir.path()), &tcp),
        ];
        wait("the near relay", || {
            socket_file(dir.path()).exists().then_some(())
        });
        Some(Self {
            near,
            far,
            dir,
            _relays: relays,
            _guard: guard,
        })
    }

    /// The directory of the socket that leads to the database, over the wire.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        self.dir.path()
    }

    /// From now on it fails.
    pub fn cut(&self, cut: Cut) {
        match cut {
            Cut::Down => must(ip(&["-n", &self.far, "link", "set", "wire", "down"])),
            Cut::Questions => Self::mislead(&self.near, FAR),
            Cut::Answers => Self::mislead(&self.far, NEAR),
            Cut::Slow => {
                for namespace in [&self.near, &self.far] {
                    let mut tc = Command::new("tc");
                    tc.args(["-n", namespace, "qdisc", "add", "dev", "wire", "root"]);
                    tc.args(["tbf", "rate", "64kbit", "burst", "1600", "latency", "400ms"]);
                    must(run(&mut tc));
                }
            }
        }
    }

    /// From now on it is whole again.
    pub fn mend(&self, cut: Cut) {
        match cut {
            Cut::Down => must(ip(&["-n", &self.far, "link", "set", "wire", "up"])),
            Cut::Questions => Self::lead(&self.near, FAR),
            Cut::Answers => Self::lead(&self.far, NEAR),
            Cut::Slow => {
                for namespace in [&self.near, &self.far] {
                    let mut tc = Command::new("tc");
                    tc.args(["-n", namespace, "qdisc", "del", "dev", "wire", "root"]);
                    must(run(&mut tc));
                }
            }
        }
    }

    /// Packets for this address go to a station that is not there.
    fn mislead(namespace: &str, address: &str) {
        must(ip(&[
            "-n",
            namespace,
            "neighbour",
            "replace",
            address,
            "lladdr",
            NOBODY,
            "dev",
            "wire",
            "nud",
            "permanent",
        ]));
    }

    fn lead(namespace: &str, address: &str) {
        must(ip(&[
            "-n",
            namespace,
            "neighbour",
            "del",
            address,
            "dev",
            "wire",
        ]));
    }
}

fn socket_file(dir: &Path) -> PathBuf {
    dir.join(".s.PGSQL.5432")
}

fn socket(dir: &Path) -> String {
    format!("unix:{}", socket_file(dir).display())
}

fn start(relay: &Path, namespace: &str, listen: &str, forward: &str) -> Process {
    let mut command = Command::new("ip");
    command
        .args(["netns", "exec", namespace])
        .arg(relay)
        .args([listen, forward])
        .stdin(Stdio::piped());
    Process::spawn(&mut command)
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    run(Command::new("ip").args(arguments))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

fn must(result: Result<(), String>) {
    result.unwrap_or_else(|why| panic!("{why}"));
}

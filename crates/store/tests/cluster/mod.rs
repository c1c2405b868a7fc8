//! A throw-away PostgreSQL cluster for tests: `initdb` in a temporary directory, reached through a
//! unix socket there, gone when the test process is, however that ends.
//!
//! Other crates' tests include this file with `#[path]`; it needs nothing but the standard library.

#![allow(dead_code, reason = "not every test that includes this uses all of it")]

mod encrypted;
pub(crate) mod pair;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A running cluster.
pub(crate) struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    user: Option<&'static str>,
    next: AtomicU32,
    /// A loopback address it listens on besides its socket.
    address: OnceLock<String>,
    // Ends the cluster as soon as its standard input is closed, that is with this process.
    _guard: Child,
}

/// The cluster of this test process, started once. `None` where PostgreSQL is not installed, which
/// is said loudly, and is a failure where `CI=true`.
pub(crate) fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(start).as_ref()
}

/// A cluster of one's own, for tests that break it.
pub(crate) fn start() -> Option<Cluster> {
    let Some(bin) = find_bin() else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "PostgreSQL (initdb) was not found, and CI=true allows no skipping"
        );
        // Straight to the stream, past the capture of the test harness.
        let _ = writeln!(
            std::io::stderr(),
            "\n*** SKIPPED: PostgreSQL (initdb) was not found; its tests did not run ***\n"
        );
        return None;
    };
    Some(Cluster::create(bin))
}

impl Cluster {
    fn create(bin: PathBuf) -> Self {
        let cluster = Self::bare(bin);
        let mut initdb = cluster.command("initdb");
        initdb
            .args(["--no-sync", "--auth=trust", "--username=postgres"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "-D"])
            .arg(cluster.data());
        run(&mut initdb);
        cluster.launch();
        cluster
    }

    /// Only its place.
    fn bare(bin: PathBuf) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        // Short, and not below the target directory: a socket's path has at most 107 bytes.
        let dir = std::env::temp_dir().join(format!("ananke-pg-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).expect("temporary directory for PostgreSQL");
        let user = unprivileged_user();
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(&dir));
        }
        let guard = guard(&bin, &dir, user);
        Self {
            bin,
            dir,
            user,
            next: AtomicU32::new(0),
            address: OnceLock::new(),
            _guard: guard,
        }
    }

    /// A fresh database, as a URL.
    pub(crate) fn database(&self) -> String {
        let name = format!("t{}", self.next.fetch_add(1, Ordering::SeqCst));
        self.create_database(&name, "template0")
    }

    /// A copy of a database nobody is connected to, as a URL.
    pub(crate) fn copy(&self, url: &str) -> String {
        let from = url.rsplit('/').next().unwrap_or_default();
        let name = format!("t{}", self.next.fetch_add(1, Ordering::SeqCst));
        self.create_database(&name, from)
    }

    /// Stops the server as a crash would, and starts it again.
    pub(crate) fn crash_and_restart(&self) {
        self.stop();
        self.launch();
    }

    /// The same by one command, as an operator in a hurry does it.
    pub(crate) fn restart_immediately(&self) {
        run(self
            .command("pg_ctl")
            .args(["restart", "-s", "-w", "-t", "60", "-m", "immediate", "-l"])
            .arg(self.dir.join("log"))
            .arg("-D")
            .arg(self.data()));
    }

    /// Where its socket is.
    pub(crate) fn socket_dir(&self) -> &Path {
        &self.dir
    }

    /// Stops the server as a crash would.
    pub(crate) fn stop(&self) {
        run(self
            .command("pg_ctl")
            .args(["stop", "-s", "-w", "-m", "immediate", "-D"])
            .arg(self.data()));
    }

    /// A database as text.
    pub(crate) fn dump(&self, url: &str) -> String {
        let name = url.rsplit('/').next().unwrap_or_default();
        let path = self.dir.join(format!("{name}.sql"));
        let mut dump = self.command("pg_dump");
        dump.args([
            "-U",
            "postgres",
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "-h",
        ])
        .arg(&self.dir)
        .args(["-d", name, "-f"])
        .arg(&path);
        run(&mut dump);
        fs::read_to_string(&path).expect("the dump")
    }

    /// Fills an empty database from text.
    pub(crate) fn restore(&self, url: &str, text: &str) {
        let name = url.rsplit('/').next().unwrap_or_default();
        let path = self.dir.join(format!("{name}.sql"));
        fs::write(&path, text).expect("the dump");
        let mut psql = self.command("psql");
        psql.args(["-U", "postgres", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-h"])
            .arg(&self.dir)
            .args(["-d", name, "-f"])
            .arg(&path);
        run(&mut psql);
    }

    /// From here on every change is kept in an archive, and can be gone back to from a copy that is made now.
    pub(crate) fn archive(&self) {
        self.shell(
            "mkdir archive && \
             printf \"archive_mode = on\\narchive_command = 'cp %%p %s/archive/%%f'\\n\" \"$PWD\" >>data/postgresql.auto.conf",
        );
        self.crash_and_restart();
        let mut copy = self.command("pg_basebackup");
        copy.args([
            "-U", "postgres", "-c", "fast", "-X", "fetch", "-D", "base", "-h",
        ])
        .arg(&self.dir);
        run(&mut copy);
    }

    /// One value, as PostgreSQL writes it.
    pub(crate) fn ask(&self, question: &str) -> String {
        let mut psql = self.command("psql");
        psql.args(["-U", "postgres", "-X", "-A", "-t", "-c", question, "-h"])
            .arg(&self.dir);
        let output = psql.stdin(Stdio::null()).output().expect("psql");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Stops in good order: what was changed is in the archive then.
    pub(crate) fn stop_well(&self) {
        run(self
            .command("pg_ctl")
            .args(["stop", "-s", "-w", "-m", "fast", "-D"])
            .arg(self.data()));
    }

    /// Goes back to a moment since [`Cluster::archive`]: from the copy, with everything the archive has up to then.
    /// The server must be stopped.
    pub(crate) fn go_back_to(&self, moment: &str) {
        self.shell("rm -rf data && cp -a base data && touch data/recovery.signal");
        let settings = format!(
            "archive_mode = off\nrestore_command = 'cp {}/archive/%f %p'\nrecovery_target_time = '{moment}'\n\
             recovery_target_action = promote\n",
            self.dir.display()
        );
        let path = self.data().join("postgresql.auto.conf");
        let before = fs::read_to_string(&path).expect("the settings");
        fs::write(&path, before + &settings).expect("the settings");
        self.launch();
        while self.ask("SELECT pg_is_in_recovery()") == "t" {
            pause();
        }
    }

    /// A script of the user PostgreSQL runs as.
    fn shell(&self, script: &str) {
        run(self.command("/bin/sh").args(["-ec", script]));
    }

    fn create_database(&self, name: &str, template: &str) -> String {
        let mut createdb = self.command("createdb");
        createdb
            .args(["-U", "postgres", "-T", template, "-h"])
            .arg(&self.dir)
            .arg(name);
        run(&mut createdb);
        let socket = self.dir.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/{name}")
    }

    /// Starts the server.
    pub(crate) fn launch(&self) {
        // `fsync` stays on: what the tests see is what a server would see.
        let options = format!(
            "-k {} -c listen_addresses={} -c max_connections=300 -c shared_buffers=32MB",
            self.dir.display(),
            self.address.get().map_or("", String::as_str)
        );
        run(self
            .command("pg_ctl")
            .args(["start", "-s", "-w", "-t", "60", "-o", &options, "-l"])
            .arg(self.dir.join("log"))
            .arg("-D")
            .arg(self.data()));
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// A program of PostgreSQL, which refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = match self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
        };
        command.current_dir(&self.dir);
        command
    }
}

/// Waits for the end of this process and cleans up. A destructor would not run for a static, nor
/// after an abort.
fn guard(bin: &Path, dir: &Path, user: Option<&str>) -> Child {
    let script = r#"
        trap '' INT TERM HUP
        cat >/dev/null
        stop="$1/pg_ctl stop -s -w -m immediate -D $2/data"
        if [ -n "$3" ]; then runuser -u "$3" -- $stop; else $stop; fi
        rm -rf "$2"
    "#;
    Command::new("sh")
        .args(["-c", script, "guard"])
        .arg(bin)
        .arg(dir)
        .arg(user.unwrap_or(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the guard of the PostgreSQL cluster")
}

fn run(command: &mut Command) {
    // A server started by `pg_ctl` inherits what it is given, so it is given nothing to hold open;
    // what went wrong is in a file.
    let log = std::env::temp_dir().join(format!(
        "ananke-pg-{}-{:?}.out",
        std::process::id(),
        std::thread::current().id()
    ));
    let out = fs::File::create(&log).expect("file for the output");
    let status = command
        .stdin(Stdio::null())
        .stdout(out.try_clone().expect("file for the output"))
        .stderr(out)
        .status();
    let text = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(&log);
    match status {
        Ok(status) if status.success() => {}
        status => panic!("{command:?}: {status:?}\n{text}"),
    }
}

/// PostgreSQL does not run as root.
fn unprivileged_user() -> Option<&'static str> {
    let id = |args: &[&str]| {
        let output = Command::new("id").args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return None;
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| id(&["-u", user]).is_some());
    Some(user.expect("an unprivileged user to run PostgreSQL as"))
}

fn find_bin() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = std::env::split_paths(&path)
        // Debian links single programs into the path; the others lie beside the target.
        .filter_map(|dir| fs::canonicalize(dir.join("initdb")).ok())
        .filter_map(|program| program.parent().map(Path::to_owned))
        .collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        found.extend(versions.flatten().map(|entry| entry.path().join("bin")));
    }
    found.into_iter().find(|bin| {
        ["initdb", "pg_ctl", "createdb", "psql", "pg_dump"]
            .iter()
            .all(|p| bin.join(p).is_file())
    })
}

/// A pause between two looks, for tests that wait for something without timing it.
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

//! A primary and its standby, which change places at every failover.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Cluster, find_bin, pause, run, start};

/// Two clusters, one of which follows the other.
pub(crate) struct Pair {
    clusters: [Cluster; 2],
    /// Which of them takes writes.
    primary: usize,
    synchronous: bool,
}

impl Pair {
    /// A new one; the standby is waited for at every commit, or not. `None` as in [`start`].
    pub(crate) fn start(synchronous: bool) -> Option<Self> {
        let first = start()?;
        let second = Cluster::bare(find_bin()?);
        let pair = Self {
            clusters: [first, second],
            primary: 0,
            synchronous,
        };
        pair.follow();
        Some(pair)
    }

    /// The one that takes writes.
    pub(crate) fn primary(&self) -> &Cluster {
        &self.clusters[self.primary]
    }

    fn standby(&self) -> &Cluster {
        &self.clusters[1 - self.primary]
    }

    /// A fresh database, as a URL that names both hosts.
    pub(crate) fn database(&self) -> String {
        let one = self.primary().database();
        let name = one.rsplit('/').next().unwrap_or_default();
        let host = |cluster: &Cluster| cluster.dir.display().to_string().replace('/', "%2F");
        let [first, second] = &self.clusters;
        format!(
            "postgres://postgres@{},{}/{name}",
            host(first),
            host(second)
        )
    }

    /// `kill -9` of every process of the primary; the standby takes its place, alone for now.
    pub(crate) fn fail_over(&mut self) {
        self.kill_primary();
        self.promote();
    }

    /// `kill -9` of every process of the primary.
    pub(crate) fn kill_primary(&self) {
        let text = fs::read_to_string(self.primary().data().join("postmaster.pid"));
        let text = text.expect("postmaster.pid");
        let postmaster = text.lines().next().expect("a process id");
        let mut processes = vec![postmaster.to_owned()];
        processes.extend(children(postmaster));
        // Some may end by themselves in between.
        let _ = Command::new("kill").arg("-9").args(&processes).output();
        while processes
            .iter()
            .any(|process| is_running(Path::new("/proc").join(process).as_path()))
        {
            pause();
        }
    }

    /// The standby becomes the primary.
    pub(crate) fn promote(&mut self) {
        run(self
            .standby()
            .command("pg_ctl")
            .args(["promote", "-s", "-w", "-t", "60", "-D"])
            .arg(self.standby().data()));
        self.primary = 1 - self.primary;
    }

    /// What is left of the old primary is thrown away, and becomes the standby of the new one.
    pub(crate) fn follow(&self) {
        let (primary, standby) = (self.primary(), self.standby());
        let data = standby.data();
        let _ = fs::remove_dir_all(&data);
        // It bears the number of a process that nobody may have asked about yet, and that then looks alive.
        let _ = fs::remove_file(standby.dir.join(".s.PGSQL.5432.lock"));
        run(standby
            .command("pg_basebackup")
            .args(["-U", "postgres", "-R", "-X", "stream"])
            .args(["--checkpoint=fast", "--no-sync", "-h"])
            .arg(&primary.dir)
            .arg("-D")
            .arg(&data));
        // After its promotion nobody follows it yet, and nobody is waited for.
        let mut settings = fs::read_to_string(data.join("postgresql.auto.conf")).expect("settings");
        settings.push_str("synchronous_standby_names = ''\n");
        // A standby that just tried in vain to reach its primary pauses so long before it looks around, and may be
        // promoted meanwhile; its own default is 5 s.
        settings.push_str("wal_retrieve_retry_interval = '100ms'\n");
        fs::write(data.join("postgresql.auto.conf"), settings).expect("settings");
        standby.launch();
        let streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
        while primary.ask(streaming) != "1" {
            pause();
        }
        if self.synchronous {
            primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
            primary.ask("SELECT pg_reload_conf()");
            let waited_for = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
            while primary.ask(waited_for) != "1" {
                pause();
            }
        }
    }

    /// Nothing more is sent to the standby, as if the line to it were dead: its sender stands still.
    pub(crate) fn hold(&self) {
        self.signal_sender("-STOP");
    }

    /// What was held is sent.
    pub(crate) fn release(&self) {
        self.signal_sender("-CONT");
    }

    fn signal_sender(&self, signal: &str) {
        let sender = self.primary().ask("SELECT pid FROM pg_stat_replication");
        run(Command::new("kill").args([signal, &sender]));
    }
}

/// Processes started by this one.
fn children(parent: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| {
            let stat = fs::read_to_string(format!("/proc/{name}/stat")).unwrap_or_default();
            let after_name = stat.rsplit(") ").next().unwrap_or_default();
            after_name.split(' ').nth(1) == Some(parent)
        })
        .collect()
}

/// Whether a process is more than an entry that nobody asked about yet.
fn is_running(process: &Path) -> bool {
    fs::read_to_string(process.join("stat")).is_ok_and(|stat| {
        !stat
            .rsplit(") ")
            .next()
            .unwrap_or_default()
            .starts_with(['Z', 'X'])
    })
}

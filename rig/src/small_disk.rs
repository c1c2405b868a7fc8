//! A small disk of one's own: the test runs again in a mount namespace where a tmpfs of a few megabytes lies.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::say;

const INSIDE: &str = "ANANKE_RIG_SMALL_DISK";

/// The disk, for a test that calls this first and has this full name. Where there is none yet, the test runs again
/// where there is one, and `None` says that it did, well.
///
/// # Panics
/// When the other run failed. Without namespaces: under `CI=true`; elsewhere that is said, and nothing ran.
#[must_use]
pub fn small_disk(test: &str, megabytes: u32) -> Option<PathBuf> {
    if let Some(disk) = std::env::var_os(INSIDE) {
        return Some(disk.into());
    }
    let place = tempfile::tempdir().expect("a directory");
    let mut unshare = unshare(place.path());
    let possible = unshare
        .args(["sh", "-c", "mount -t tmpfs -o size=1M tmpfs \"$0\""])
        .arg(place.path())
        .stderr(Stdio::null())
        .status();
    if !possible.is_ok_and(|status| status.success()) {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "there is no mount namespace, and CI=true allows no skipping"
        );
        say(
            "\n*** SKIPPED: no mount namespace for a small disk; the test of a full one did not run ***\n",
        );
        return None;
    }
    let script = "mount -t tmpfs -o size=\"$1\"M tmpfs \"$0\" && shift && exec \"$@\"";
    let run = self::unshare(place.path())
        .args(["sh", "-c", script])
        .arg(place.path())
        .arg(megabytes.to_string())
        .arg(std::env::current_exe().expect("this test"))
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, place.path())
        .stderr(Stdio::inherit())
        .output()
        .expect("this test again");
    let words = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && words.contains("1 passed"),
        "{words}"
    );
    None
}

/// Root needs no user namespace, and others need one to become root in it.
fn unshare(anything: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if std::fs::metadata(anything).expect("a directory").uid() != 0 {
        command.args(["--user", "--map-root-user"]);
    }
    command
}

/// A file that fills a disk, until it is dropped.
#[derive(Debug)]
pub struct Filler(PathBuf);

impl Filler {
    /// Fills a disk but for so many bytes, while others write to it too.
    ///
    /// # Panics
    /// When the file cannot be made.
    #[must_use]
    pub fn leaving(disk: &Path, bytes: u64) -> Self {
        let path = disk.join("filler");
        let mut file = File::create(&path).expect("the filler");
        for chunk in [1 << 20, 1 << 12] {
            let zeros = vec![0; chunk];
            while file.write_all(&zeros).is_ok() {}
        }
        let size = file.metadata().expect("its size").len();
        file.set_len(size.saturating_sub(bytes)).expect("shortened");
        Self(path)
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

//! The shim's control file, from the outside: which call fails, how many there were, and what time it is.
//!
//! `shim.c` beside this directory maps the same file; members and their order are written there.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which calls are counted, and fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `fsync` and `fdatasync`.
    Sync,
    /// `write` and `pwrite`.
    Write,
}

const MEMBERS: u64 = 8;
const CLOCK: u64 = 0;
const FIRED: u64 = 5;
const HELD: u64 = 6;
const WAITING: u64 = 7;

/// A shim with its control file.
#[derive(Debug)]
pub struct Shim {
    library: PathBuf,
    control: PathBuf,
    file: File,
}

impl Shim {
    /// Compiles the shim into a directory.
    ///
    /// # Panics
    /// When there is no C compiler, which the product needs too, or the file cannot be made.
    #[must_use]
    pub fn build(dir: &Path) -> Self {
        let library = dir.join("shim.so");
        let status = Command::new("cc")
            .args([
                "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
            ])
            .arg(&library)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/shim.c"))
            .status();
        assert!(status.expect("cc").success(), "the shim compiles");
        let control = dir.join("shim.control");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&control)
            .expect("a control file");
        file.set_len(8 * MEMBERS).expect("its size");
        Self {
            library,
            control,
            file,
        }
    }

    /// What a server needs to start under the shim; calls on this file, or on those below this
    /// directory, are counted.
    #[must_use]
    pub fn variables(&self, path: &Path) -> Vec<(&'static str, String)> {
        vec![
            ("LD_PRELOAD", self.library.display().to_string()),
            ("RIG_SHIM", self.control.display().to_string()),
            ("RIG_SHIM_PATH", path.display().to_string()),
        ]
    }

    /// Counts anew, and makes the n-th call fail; `None` makes none fail. Only while no server runs.
    pub fn arm(&self, call: Call, n: Option<u64>) {
        for member in 1..MEMBERS {
            self.put(member, 0);
        }
        self.put(1 + call as u64, n.unwrap_or(0));
    }

    /// Makes a call of a running server fail: the next one, or the one so many behind it.
    pub fn strike(&self, call: Call, behind: u64) {
        self.put(1 + call as u64, self.counted(call) + 1 + behind);
    }

    /// How many calls there were.
    #[must_use]
    pub fn counted(&self, call: Call) -> u64 {
        self.take(3 + call as u64)
    }

    /// Whether a call failed.
    #[must_use]
    pub fn fired(&self) -> bool {
        self.take(FIRED) != 0
    }

    /// Moves the clock of a running server to so many seconds from the right time.
    pub fn clock(&self, seconds: i64) {
        self.put(CLOCK, seconds.cast_unsigned());
    }

    /// Holds every sync of a running server, or lets them go.
    pub fn hold(&self, held: bool) {
        self.put(HELD, u64::from(held));
    }

    /// Whether a sync is held now.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.take(WAITING) != 0
    }

    fn put(&self, member: u64, value: u64) {
        self.file
            .write_all_at(&value.to_ne_bytes(), 8 * member)
            .expect("the control file");
    }

    fn take(&self, member: u64) -> u64 {
        let mut bytes = [0; 8];
        self.file
            .read_exact_at(&mut bytes, 8 * member)
            .expect("the control file");
        u64::from_ne_bytes(bytes)
    }
}

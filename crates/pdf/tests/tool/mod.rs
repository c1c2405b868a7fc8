//! Debian tools as judges. A missing one is told loudly and skips the test; under `CI=true` it fails.

use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Runs `tool arguments file` and gives back what it said; `None` if the tool is not installed.
pub(crate) fn run(tool: &str, arguments: &[&str], file: &Path) -> Option<String> {
    execute(tool, Command::new(tool).args(arguments).arg(file))
}

/// The same with a name for the output after the file.
pub(crate) fn run_into(tool: &str, arguments: &[&str], file: &Path, out: &str) -> Option<String> {
    execute(tool, Command::new(tool).args(arguments).arg(file).arg(out))
}

fn execute(tool: &str, command: &mut Command) -> Option<String> {
    match command.output() {
        Ok(output) => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{tool} failed: {complaint}");
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => {
            let wanted = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!wanted, "{tool} is not installed: {error}");
            // Straight to the stream, past the capture of the test harness.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: {tool} is not installed (Debian: qpdf, poppler-utils, zbar-tools)"
            );
            None
        }
    }
}

//! Debian tools as judges. A missing one is told loudly and skips the test; under `CI=true` it fails.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `tool arguments file` and gives back what it said; `None` if the tool is not installed.
pub(crate) fn run(tool: &str, arguments: &[&str], file: &Path) -> Option<String> {
    execute(tool, Command::new(tool).args(arguments).arg(file))
}

/// The same for what is no text. A tool that found nothing may say so by its status.
#[allow(dead_code, reason = "several tests share this")]
pub(crate) fn run_bytes(tool: &str, arguments: &[&str], file: &Path) -> Option<Vec<u8>> {
    let output = Command::new(tool).args(arguments).arg(file).output();
    found(tool, output).map(|output| output.stdout)
}

/// The same with a name for the output after the file.
pub(crate) fn run_into(tool: &str, arguments: &[&str], file: &Path, out: &str) -> Option<String> {
    execute(tool, Command::new(tool).args(arguments).arg(file).arg(out))
}

fn execute(tool: &str, command: &mut Command) -> Option<String> {
    let output = found(tool, command.output())?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} failed: {complaint}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn found(tool: &str, output: std::io::Result<Output>) -> Option<Output> {
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            let wanted = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!wanted, "{tool} is not installed: {error}");
            // Straight to the stream, past the capture of the test harness.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: {tool} is not installed (Debian: qpdf, poppler-utils, zbar-tools, dmtx-utils, libxml2-utils)"
            );
            None
        }
    }
}

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

/// What a program that ran has said, whatever its status.
pub(crate) fn found(tool: &str, output: std::io::Result<Output>) -> Option<Output> {
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            missing(
                tool,
                "Debian: qpdf, poppler-utils, mupdf-tools, zbar-tools, dmtx-utils, libxml2-utils",
                &error,
            );
            None
        }
    }
}

/// The last page of a file in grey, so many pixels in an inch: its width, and a byte for each pixel from the top.
#[allow(dead_code, reason = "several tests share this")]
pub(crate) fn grey(file: &[u8], dpi: u32) -> Option<(usize, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let last = run("qpdf", &["--show-npages"], &path)?;
    let (last, dpi) = (last.trim(), dpi.to_string());
    let arguments = [
        "-gray",
        "-singlefile",
        "-cropbox",
        "-r",
        &dpi,
        "-f",
        last,
        "-l",
        last,
    ];
    run_into(
        "pdftoppm",
        &arguments,
        &path,
        folder.path().join("page").to_str().unwrap(),
    )?;
    let image = std::fs::read(folder.path().join("page.pgm")).unwrap();
    let (width, _, pixels) = portable(&image);
    Some((width, pixels))
}

/// A picture as poppler and mupdf write it: width, height, and the bytes of its pixels from the top left.
#[allow(dead_code, reason = "several tests share this")]
pub(crate) fn portable(image: &[u8]) -> (usize, usize, Vec<u8>) {
    // `P5` or `P6`, width, height and 255, each ended by one byte of white space.
    let mut rest = image;
    let mut words = Vec::new();
    while words.len() < 4 {
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap();
        words.push(std::str::from_utf8(&rest[..end]).unwrap());
        rest = &rest[end + 1..];
    }
    assert_eq!(words[3], "255");
    let (width, height) = (words[1].parse().unwrap(), words[2].parse().unwrap());
    (width, height, rest.to_vec())
}

/// A program of `interop/` in Python, to be called; `None` if what it needs is not installed.
#[allow(dead_code, reason = "several tests share this")]
pub(crate) fn python(name: &str, program: &str) -> Option<Command> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop");
    let python = folder.join(".venv/bin/python");
    if !python.is_file() {
        missing(name, "`./run test` installs it", &"no interop/.venv");
        return None;
    }
    let mut command = Command::new(python);
    command.arg(folder.join(program));
    Some(command)
}

/// Says loudly that a judge is missing; in CI nothing may be.
pub(crate) fn missing(tool: &str, from: &str, error: &dyn std::fmt::Display) {
    let wanted = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!wanted, "{tool} is not installed: {error}");
    // Straight to the stream, past the capture of the test harness.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: {tool} is not installed ({from})"
    );
}

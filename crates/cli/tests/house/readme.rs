//! The README is a promise, and so is the hardening guide: their shell blocks run, in order, as a newcomer would run them.
//!
//! They run in one shell, in an empty directory with a home of its own, with the built `ananke` and a `./run`
//! that leads to the real one. A block under `<!-- not executed: why -->` is left out.

use crate::tree;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const EXEMPT: &str = "<!-- not executed: ";

#[test]
fn every_shell_block_runs() {
    run("README.md");
}

#[test]
fn every_shell_block_of_the_hardening_guide_runs() {
    run("docs/hardening.md");
}

fn run(page: &str) {
    let text = tree::text(page).expect("text");
    let blocks = shell_blocks(&text);
    let executed: Vec<&Block<'_>> = blocks.iter().filter(|block| !block.exempt).collect();
    assert!(!executed.is_empty(), "{page} has blocks to run");

    let home = tempfile::tempdir().expect("a directory");
    let script = script(page, &executed);
    let binary = Path::new(env!("CARGO_BIN_EXE_ananke"));
    let path = format!(
        "{}:{}",
        binary.parent().expect("a folder").display(),
        std::env::var("PATH").expect("a PATH")
    );
    stand_in_for_run(home.path());
    let output = Command::new("sh")
        .args(["-eu", "-c", &script])
        .current_dir(home.path())
        .env("PATH", path)
        // The newcomer's shell, except that cargo keeps its toolchain and the crates it has.
        .env("CARGO_HOME", cargo_home())
        .env("RUSTUP_HOME", rustup_home())
        .env("HOME", home.path())
        .env("NO_COLOR", "1")
        .output()
        .expect("sh runs");
    assert!(
        output.status.success(),
        "{page}: {}\n--- script\n{script}\n--- stdout\n{}\n--- stderr\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A fenced block marked `sh`.
struct Block<'a> {
    line: usize,
    exempt: bool,
    lines: Vec<&'a str>,
}

fn shell_blocks(readme: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    let mut marker = false;
    for (index, line) in readme.lines().enumerate() {
        match line {
            "```" if inside => inside = false,
            _ if inside => blocks.last_mut().expect("an open block").lines.push(line),
            "```sh" => {
                blocks.push(Block {
                    line: index + 1,
                    exempt: marker,
                    lines: Vec::new(),
                });
                inside = true;
            }
            _ => {}
        }
        if !line.trim().is_empty() {
            marker = line.starts_with(EXEMPT);
        }
    }
    blocks
}

/// The blocks as one script that says which block it is in, so that a failure names its line. What a block left
/// running last ends with the script.
fn script(page: &str, blocks: &[&Block<'_>]) -> String {
    let mut script = String::from("trap 'kill ${!:-} 2>/dev/null || :' EXIT\n");
    for block in blocks {
        let _ = writeln!(
            script,
            "echo '{page}, line {}' >&2\n{}",
            block.line,
            block.lines.join("\n")
        );
    }
    script
}

fn stand_in_for_run(folder: &Path) {
    let path = folder.join("run");
    fs::write(
        &path,
        format!(
            "#!/bin/sh\nexec '{}' \"$@\"\n",
            tree::root().join("run").display()
        ),
    )
    .expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn cargo_home() -> String {
    home_of("CARGO_HOME", ".cargo")
}

fn rustup_home() -> String {
    home_of("RUSTUP_HOME", ".rustup")
}

fn home_of(variable: &str, folder: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| format!("{}/{folder}", std::env::var("HOME").expect("a HOME")))
}

#[test]
fn blocks_and_markers_are_found() {
    let readme =
        "text\n```sh\na\nb\n```\n\n<!-- not executed: slow -->\n\n```sh\nc\n```\n```toml\nd\n```\n";
    let blocks = shell_blocks(readme);
    assert_eq!(blocks.len(), 2);
    assert_eq!(
        (blocks[0].line, blocks[0].exempt, blocks[0].lines.join(" ")),
        (2, false, "a b".to_owned())
    );
    assert_eq!(
        (blocks[1].line, blocks[1].exempt, blocks[1].lines.join(" ")),
        (9, true, "c".to_owned())
    );
}

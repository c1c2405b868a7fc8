//! What shells and manuals are told: scripts that a shell reads, and a page for every command.

use std::process::Command;

use crate::tool::found;
use crate::world::Room;

#[test]
fn completions_are_scripts_of_their_shells() {
    let room = Room::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = room.run(["completion", shell]).code(0).out;
        for word in ["tdoc-templates", "no-input"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        room.write(shell, script);
    }
    room.run(["completion", "cmd"]).code(2).says("powershell");
    let parsed = Command::new("bash")
        .arg("-n")
        .arg(room.path("bash"))
        .output();
    let parsed = parsed.expect("bash");
    assert!(parsed.status.success(), "{parsed:?}");
    // And it completes.
    let ask = "source ./bash; COMP_WORDS=(ananke documents rev); COMP_CWORD=2; _ananke ananke rev documents; echo \"${COMPREPLY[*]}\"";
    let asked = Command::new("bash")
        .args(["-c", ask])
        .current_dir(room.dir.path())
        .output()
        .expect("bash");
    assert_eq!(
        String::from_utf8_lossy(&asked.stdout),
        "revoke\n",
        "{asked:?}"
    );
}

#[test]
fn every_command_has_a_page() {
    let room = Room::new();
    room.run(["man", "--out", "man"]).code(0);
    let page = |name: &str| std::fs::read_to_string(room.path("man").join(name)).unwrap();
    assert_eq!(
        room.run(["man", "documents", "revoke"]).code(0).out,
        page("ananke-documents-revoke.1")
    );
    assert_eq!(room.run(["man"]).code(0).out, page("ananke.1"));
    room.run(["man", "documents", "burn"])
        .code(2)
        .says("--help");
    room.write("file", "");
    room.run(["man", "--out", "file"]).code(1).says("file");

    // Every command that a page leads to has a page, and none is left over.
    let mut wanted = vec!["ananke".to_owned()];
    let mut seen = 0;
    while let Some(name) = wanted.pop() {
        seen += 1;
        let text = page(&format!("{name}.1"));
        for line in text.lines() {
            let line = line.replace('\\', "");
            if let Some(below) = line.strip_suffix("(1)")
                && below.starts_with(&format!("{name}-"))
            {
                wanted.push(below.to_owned());
            }
        }
    }
    let pages = std::fs::read_dir(room.path("man")).unwrap().count();
    assert_eq!(seen, pages);
    assert!(pages > 130, "{pages}");

    let groff = Command::new("groff")
        .args(["-man", "-Kutf8", "-Tutf8", "-ww", "-z"])
        .args(
            std::fs::read_dir(room.path("man"))
                .unwrap()
                .map(|it| it.unwrap().path()),
        )
        .output();
    if let Some(judged) = found("groff", groff) {
        let complaints = String::from_utf8_lossy(&judged.stderr);
        assert!(
            judged.status.success() && complaints.is_empty(),
            "{complaints}"
        );
    }
}

//! The recipes of `docs/secrets.md`, run as they are printed there, against stand-ins for the tools they call: a server
//! starts with each and issues. What the real services do is not shown by this.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{BINARY, Room};

const PAGE: &str = include_str!("../../../../docs/secrets.md");
const STAND_INS: [(&str, &str); 6] = [
    ("aws", include_str!("stand_ins/aws.sh")),
    ("az", include_str!("stand_ins/az.sh")),
    ("gcloud", include_str!("stand_ins/gcloud.sh")),
    ("vault", include_str!("stand_ins/vault.sh")),
    ("kubectl", include_str!("stand_ins/kubectl.sh")),
    ("systemd-creds", include_str!("stand_ins/systemd-creds.sh")),
];

/// The block of this language under this heading.
fn block(heading: &str, language: &str) -> &'static str {
    let part = PAGE.split(&format!("\n## {heading}\n")).nth(1);
    let part = part.unwrap_or_else(|| panic!("{heading} is not on the page"));
    let part = part.split("\n## ").next().unwrap();
    let block = part.split(&format!("\n```{language}\n")).nth(1).unwrap();
    block.split("```").next().unwrap()
}

/// The rest of the line that begins so, wherever in a block.
fn after(block: &'static str, name: &str) -> &'static str {
    let found = block
        .lines()
        .find_map(|line| line.trim().strip_prefix(name));
    found.unwrap_or_else(|| panic!("no {name} in {block}"))
}

/// A machine with the stand-ins on its PATH, and a server's settings in its environment.
struct Machine {
    room: Room,
}

impl Machine {
    fn new() -> Self {
        let room = Room::new();
        for (name, script) in STAND_INS {
            let path = room.write(&format!("bin/{name}"), script);
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        symlink(BINARY, room.path("bin/ananke")).unwrap();
        std::fs::create_dir(room.path("kept")).unwrap();
        Self { room }
    }

    fn command(&self, script: &str, variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-eu", "-c", script])
            .current_dir(self.room.dir.path())
            .env_clear()
            .env(
                "PATH",
                format!(
                    "{}:{}",
                    self.room.path("bin").display(),
                    std::env::var("PATH").unwrap()
                ),
            )
            .env("HOME", self.room.dir.path())
            .env("STAND_INS", self.room.path("kept"))
            .env("ANANKE__SERVER__LISTEN", "127.0.0.1:0")
            .env("ANANKE__SERVER__READY_FILE", "ready.json")
            .env("ANANKE__DATA__DIR", "data")
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Runs a script to its end: whether it went well, and its words.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let output = self.command(script, variables).output().unwrap();
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&words).into_owned();
        (output.status.code(), words)
    }

    /// Runs a script that starts a server and never ends.
    fn serve(&self, script: &str, variables: &[(&str, &str)]) -> Serving {
        let log = std::fs::File::create(self.room.path("log")).unwrap();
        let mut command = self.command(script, variables);
        command
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // The shell waits for the server, which would outlive it.
            .process_group(0);
        let mut serving = Serving(command.spawn().unwrap());
        let began = Instant::now();
        while !self.room.path("ready.json").exists() {
            let log = || std::fs::read_to_string(self.room.path("log")).unwrap();
            assert!(serving.0.try_wait().unwrap().is_none(), "{}", log());
            assert!(began.elapsed() < Duration::from_secs(60), "{}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        serving
    }

    /// Issues a document from the server that is ready.
    fn issues(&mut self) {
        let ready = std::fs::read_to_string(self.room.path("ready.json")).unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap();
        for (name, member) in [("ANANKE_BASE_URL", "url"), ("ANANKE_API_KEY", "liveKey")] {
            let value = ready[member].as_str().unwrap().to_owned();
            self.room.variables.push((name.to_owned(), value));
        }
        let template = json!({"name": "Diploma", "docType": "certificate", "schema": [
            {"key": "course", "label": "Course", "required": true, "type": "text"}]});
        self.room.write("diploma.json", template.to_string());
        self.room
            .run(["templates", "create", "diploma.json"])
            .code(0);
        let issue = "issue --template Diploma --recipient Ada --field course=Mathematics -o json";
        let issued = self.room.run(issue.split(' ')).code(0).json();
        self.room
            .run(["verify", issued["reference"].as_str().unwrap()])
            .code(0);
        assert!(!self.room.path("data/kek").exists(), "no key was made here");
    }

    /// The one secret that was stored.
    fn secret(&self) -> (PathBuf, String) {
        let mut kept = files(&self.room.path("kept"));
        assert_eq!(kept.len(), 1, "{kept:?}");
        let path = kept.remove(0);
        let secret = std::fs::read_to_string(&path).unwrap().trim().to_owned();
        assert_eq!(secret.len(), 64);
        (path, secret)
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

/// A server and the shell that started it; both end with this.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// A recipe that ends in a command: it starts a server that issues; and where the tool refuses or finds nothing, its
/// words are passed on, and the secret is in none of ours.
fn runs(heading: &str, denied: &str, missing: &str) {
    let recipe = block(heading, "sh");
    let mut machine = Machine::new();
    let serving = machine.serve(recipe, &[]);
    machine.issues();
    drop(serving);
    let (path, secret) = machine.secret();

    let again: Vec<&str> = recipe
        .lines()
        .filter(|line| line.starts_with("export "))
        .collect();
    let shown = |what: &str| format!("{}\nananke config {what}", again.join("\n"));
    let (code, words) = machine.run(&shown("check"), &[]);
    assert_eq!(code, Some(0), "{words}");
    let refuse = [("STAND_INS_REFUSE", "1")];
    // Shown without asking.
    let (code, words) = machine.run(&shown("show --origin"), &refuse);
    assert_eq!(code, Some(0), "{words}");
    assert!(
        words.contains("(what a command prints)") && words.contains("ANANKE__KEYS__KEK_COMMAND"),
        "{words}"
    );
    assert!(!words.contains(&secret), "{words}");
    let (code, words) = machine.run(&shown("check"), &refuse);
    assert_eq!(code, Some(2), "{words}");
    assert!(
        words.contains(denied) && words.contains("ANANKE__KEYS__KEK_COMMAND"),
        "{words}"
    );
    std::fs::remove_file(path).unwrap();
    let (code, words) = machine.run(&shown("check"), &[]);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains(missing), "{words}");
    let log = std::fs::read_to_string(machine.room.path("log")).unwrap();
    assert!(!log.contains(&secret));
}

#[test]
fn aws_secrets_manager() {
    runs(
        "AWS Secrets Manager",
        "AccessDeniedException",
        "ResourceNotFoundException",
    );
}

#[test]
fn aws_ssm_parameter_store() {
    runs(
        "AWS SSM Parameter Store",
        "AccessDeniedException",
        "ParameterNotFound",
    );
}

#[test]
fn azure_key_vault() {
    runs("Azure Key Vault", "(Forbidden)", "(SecretNotFound)");
}

#[test]
fn google_secret_manager() {
    runs("Google Secret Manager", "PERMISSION_DENIED", "NOT_FOUND");
}

#[test]
fn hashicorp_vault() {
    runs("HashiCorp Vault", "permission denied", "No value found");
}

/// The volume is laid out as the kubelet does it, below the directory of the test.
#[test]
fn kubernetes() {
    let mut machine = Machine::new();
    let (code, words) = machine.run(block("Kubernetes", "sh"), &[]);
    assert_eq!(code, Some(0), "{words}");
    let (kept, secret) = machine.secret();
    let pod = block("Kubernetes", "yaml");
    let name = after(pod, "secretName: ");
    assert_eq!(
        kept,
        machine.room.path("kept").join(format!("kubectl_{name}"))
    );
    let mount = machine.room.path(after(pod, "mountPath: /"));
    std::fs::create_dir_all(mount.join("..2026")).unwrap();
    std::fs::write(mount.join("..2026/kek"), format!("{secret}\n")).unwrap();
    let mode = u32::from_str_radix(after(pod, "defaultMode: "), 8).unwrap();
    std::fs::set_permissions(mount.join("..2026/kek"), PermissionsExt::from_mode(mode)).unwrap();
    symlink("..2026", mount.join("..data")).unwrap();
    symlink("..data/kek", mount.join("kek")).unwrap();

    let variable = after(pod, "- name: ANANKE").trim();
    let variable = format!("ANANKE{variable}");
    let value = machine.room.path(after(pod, "value: /"));
    let variables = [(variable.as_str(), value.to_str().unwrap())];
    let serving = machine.serve("exec ananke serve", &variables);
    machine.issues();
    drop(serving);
    // As it would be without `defaultMode`.
    std::fs::set_permissions(mount.join("..2026/kek"), PermissionsExt::from_mode(0o644)).unwrap();
    let (code, words) = machine.run("ananke config check", &variables);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("chmod o="), "{words}");
}

/// What systemd does with a unit is done by hand: the credential decrypted into a directory, the directory named.
#[test]
fn systemd() {
    let mut machine = Machine::new();
    let encrypt = block("systemd", "sh");
    let (code, words) = machine.run(encrypt, &[]);
    assert_eq!(code, Some(0), "{words}");
    let (kept, secret) = machine.secret();
    let unit = block("systemd", "ini");
    let (name, from) = after(unit, "LoadCredentialEncrypted=")
        .split_once(':')
        .unwrap();
    assert!(encrypt.contains(&format!("--name={name} ")));
    assert!(kept.ends_with(from.trim_start_matches('/')), "{kept:?}");
    let path = machine.room.write(&format!("credentials/{name}"), &secret);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    let directory = machine.room.path("credentials");
    let variables = [("CREDENTIALS_DIRECTORY", directory.to_str().unwrap())];

    let start = after(unit, "ExecStart=/usr/local/bin/").replace("/var/lib/ananke", "data");
    let serving = machine.serve(&format!("exec {start}"), &variables);
    machine.issues();
    drop(serving);
    let (code, words) = machine.run("ananke config show --origin", &variables);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("credential ananke.keys.kek"), "{words}");
    assert!(!words.contains(&secret), "{words}");
    // The other way the page names.
    std::fs::rename(&path, directory.join("other")).unwrap();
    let other = directory.join("other");
    let variables = [("ANANKE__KEYS__KEK_FILE", other.to_str().unwrap())];
    let (code, words) = machine.run("ananke config check", &variables);
    assert_eq!(code, Some(0), "{words}");
}

/// Nothing is understood that is not on the page: a stand-in that takes anything would show nothing.
#[test]
fn the_stand_ins_are_strict() {
    let machine = Machine::new();
    for call in [
        "aws secretsmanager get-secret-value --secret-id ananke/kek --output text",
        "aws ssm get-parameter --name /ananke/kek --query Parameter.Value --output text",
        "az keyvault secret show --vault-name my-vault --name ananke-kek --query value",
        "gcloud secrets versions access 1 --secret=ananke-kek",
        "vault kv get -mount=secret ananke",
        "kubectl create secret generic ananke-kek --from-literal=kek=1",
        "systemd-creds encrypt - /etc/ananke/kek.cred",
    ] {
        let (code, words) = machine.run(call, &[]);
        assert!(code.is_some_and(|code| code != 0), "{call}: {words}");
    }
}

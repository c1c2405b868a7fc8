//! PostgreSQL's own programs. The password goes to them in the environment, never in an argument.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tokio_postgres::config::Host;

use crate::Error;
use crate::postgres::Target;

/// Writes everything of the database as of one moment into a file.
pub(super) fn dump(target: &Target, file: &Path) -> Result<(), Error> {
    let mut command = connected("pg_dump", target);
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]);
    run(command.arg(file))
}

/// Fills an empty database, whole or not at all.
pub(super) fn restore(target: &Target, file: &Path) -> Result<(), Error> {
    let mut command = connected("pg_restore", target);
    command.args(["--no-owner", "--no-privileges", "--exit-on-error"]);
    let name = target
        .config
        .get_dbname()
        .or(target.config.get_user())
        .unwrap_or_default();
    command.args(["--single-transaction", "--dbname", name]);
    run(command.arg(file))
}

/// Hands the dump's rows over as text, in the words of `COPY`.
pub(super) fn read(
    file: &Path,
    take: impl FnOnce(&mut dyn BufRead) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut command = Command::new("pg_restore");
    command.args(["--data-only", "--file=-"]).arg(file);
    let pipes = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn().map_err(|error| missing(&command, &error))?;
    let (Some(out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Error::Unknown);
    };
    // Read beside: a program that complains at length must not wait for us while we wait for its rows.
    let complaints = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = err.read_to_string(&mut text);
        text
    });
    let taken = take(&mut BufReader::new(out));
    let status = child.wait();
    let complaints = complaints.join().unwrap_or_default();
    match status {
        Ok(status) if status.success() => taken,
        _ => Err(said("pg_restore", &complaints)),
    }
}

/// A program that finds the database by its environment.
fn connected(program: &str, target: &Target) -> Command {
    let config = &target.config;
    let mut command = Command::new(program);
    // What is set for people's own use must not lead elsewhere.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    let list = |items: Vec<String>| items.join(",");
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    });
    command.env("PGHOST", list(hosts.collect()));
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        let addresses = addresses.iter().map(ToString::to_string);
        command.env("PGHOSTADDR", list(addresses.collect()));
    }
    if !config.get_ports().is_empty() {
        let ports = config.get_ports().iter().map(ToString::to_string);
        command.env("PGPORT", list(ports.collect()));
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(name) = config.get_dbname() {
        command.env("PGDATABASE", name);
    }
    if let Some(password) = config.get_password() {
        use std::os::unix::ffi::OsStrExt as _;
        command.env("PGPASSWORD", OsStr::from_bytes(password));
    }
    if let Some(tls) = &target.tls {
        command.env("PGSSLMODE", "verify-full");
        // `system` is understood from version 16 on; before, it is a file that is not there, and nothing is sent.
        let authorities = tls.ca_file.as_deref().unwrap_or(Path::new("system"));
        command.env("PGSSLROOTCERT", authorities);
    }
    command.env("PGAPPNAME", "ananke backup");
    command.arg("--no-password");
    command
}

fn run(command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| missing(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(said(&program, &String::from_utf8_lossy(&output.stderr)))
}

fn missing(command: &Command, error: &std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    let reason = if error.kind() == std::io::ErrorKind::NotFound {
        format!(
            "{program} is missing: install PostgreSQL's client programs, of the server's version or a later one \
             (Debian: postgresql-client)"
        )
    } else {
        format!("{program}: {error}")
    };
    Error::Refused { reason }
}

fn said(program: &str, text: &str) -> Error {
    let prefix = format!("{program}: ");
    let lines = text
        .lines()
        .map(|line| line.trim_start_matches(&prefix).trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).take(3).collect();
    Error::Refused {
        reason: format!("{program}: {}", lines.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::io::{Error as Failure, ErrorKind};

    #[test]
    fn a_program_is_told_where_the_database_is_and_nothing_else() {
        let told = |url: &str| {
            let target = Target::parse(url, &crate::Network::default()).unwrap();
            let command = connected("pg_dump", &target);
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect::<BTreeMap<String, String>>()
        };
        let pairs = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().chain(&[("PGAPPNAME", "ananke backup")]);
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<String, String>>()
        };
        assert_eq!(
            told("postgres://ada:secret@localhost:5433/records?hostaddr=127.0.0.1"),
            pairs(&[
                ("PGHOST", "localhost"),
                ("PGHOSTADDR", "127.0.0.1"),
                ("PGPORT", "5433"),
                ("PGUSER", "ada"),
                ("PGDATABASE", "records"),
                ("PGPASSWORD", "secret"),
            ])
        );
        assert_eq!(
            told("postgres://db.example/records?sslmode=verify-full"),
            pairs(&[
                ("PGHOST", "db.example"),
                ("PGPORT", "5432"),
                ("PGDATABASE", "records"),
                ("PGSSLMODE", "verify-full"),
                ("PGSSLROOTCERT", "system"),
            ])
        );
        assert_eq!(
            told("postgres:///?host=/run/postgresql"),
            pairs(&[("PGHOST", "/run/postgresql")])
        );
    }

    #[test]
    fn a_program_that_is_missing_says_what_to_install() {
        let text = |kind| missing(&Command::new("pg_dump"), &Failure::from(kind)).to_string();
        assert!(text(ErrorKind::NotFound).contains("Debian: postgresql-client"));
        assert_eq!(
            text(ErrorKind::PermissionDenied),
            "pg_dump: permission denied"
        );
    }

    #[test]
    fn of_many_complaints_three_are_passed_on() {
        let text = said("pg_dump", "pg_dump: one\n\n two \npg_dump: three\nfour\n").to_string();
        assert_eq!(text, "pg_dump: one; two; three");
    }
}

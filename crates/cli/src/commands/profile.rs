//! `ananke profile`: the servers somebody has logged in to.

use std::path::PathBuf;

use serde::Serialize;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};
use crate::profiles::alone;
use crate::profiles::file::{KeptIn, Profile, Profiles};

/// What to do with profiles.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List profiles
    List,
    /// Use a profile from now on
    Use {
        /// Its name
        name: String,
    },
    /// Show one profile
    Show {
        /// Its name [default: ANANKE_PROFILE, else the one in use]
        name: Option<String>,
    },
}

/// A profile as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown<'a> {
    name: &'a str,
    base_url: &'a str,
    ca_file: Option<&'a PathBuf>,
    tenant: &'a str,
    key_prefix: &'a str,
    kept_in: KeptIn,
    in_use: bool,
}

impl<'a> Shown<'a> {
    pub(super) fn new(name: &'a str, profile: &'a Profile, in_use: bool) -> Self {
        Self {
            name,
            base_url: &profile.base_url,
            ca_file: profile.ca_file.as_ref(),
            tenant: &profile.tenant,
            key_prefix: &profile.key_prefix,
            kept_in: profile.kept_in,
            in_use,
        }
    }

    fn kept(&self) -> &'static str {
        match self.kept_in {
            KeptIn::Keyring => "keyring",
            KeptIn::File => "file",
        }
    }
}

/// A profile for people.
pub(super) fn facts(shown: &Shown<'_>) -> Facts {
    let ca_file = shown.ca_file.map(|path| path.display().to_string());
    Facts::new()
        .with("Profile", shown.name)
        .with("Server", shown.base_url)
        .maybe("CA file", ca_file)
        .with("Tenant", shown.tenant)
        .with("Key", shown.key_prefix)
        .with("Kept in", shown.kept())
        .with("In use", if shown.in_use { "yes" } else { "no" })
}

/// Runs the command.
pub(crate) fn run(command: Command, context: &Context) -> Outcome {
    let mut profiles = Profiles::read()?;
    match command {
        Command::List => {
            let in_use = profiles.in_use().map(|(name, _)| name);
            let shown: Vec<Shown<'_>> = profiles
                .by_name
                .iter()
                .map(|(name, profile)| Shown::new(name, profile, in_use == Some(name.as_str())))
                .collect();
            if shown.is_empty() && context.output.is_for_people() {
                context
                    .output
                    .say("no profiles yet: `ananke login` makes one");
                return Ok(Exit::Ok);
            }
            context.output.list(&shown, table)?;
        }
        Command::Use { name } => {
            let _alone = alone()?;
            profiles = Profiles::read()?;
            let server = profiles.named(&name)?.base_url.clone();
            profiles.current = Some(name);
            profiles.write()?;
            context
                .output
                .say(format!("commands ask {server} from now on"));
        }
        Command::Show { name } => {
            let variable = context.said.variable_profile.as_deref();
            let in_use = profiles.in_use().map(|(name, _)| name);
            let name = name.as_deref().or(variable).or(in_use).ok_or_else(|| {
                Failure::usage("no profile is in use: `ananke login` makes one, `ananke profile use` takes one up")
            })?;
            let shown = Shown::new(name, profiles.named(name)?, in_use == Some(name));
            context.output.one(&shown, || facts(&shown).render())?;
        }
    }
    Ok(Exit::Ok)
}

fn table(profiles: &[Shown<'_>]) -> Table {
    let headers = ["NAME", "SERVER", "TENANT", "KEY", "KEPT IN", "IN USE"];
    profiles.iter().fold(Table::new(&headers), |table, shown| {
        let in_use = if shown.in_use { "yes" } else { "" };
        table.row([
            shown.name,
            shown.base_url,
            shown.tenant,
            shown.key_prefix,
            shown.kept(),
            in_use,
        ])
    })
}

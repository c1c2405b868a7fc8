//! What every command is handed: how to print, whom it may ask, and how to reach a server.

use ananke_client::{Client, ClientBuilder};

use crate::arguments::Arguments;
use crate::exit::Failure;
use crate::output::Output;
use crate::profiles::choice::{Carries, Said, builder, choose};
use crate::profiles::file::Profiles;
use crate::profiles::keys;

/// The surroundings of a command.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// How to print.
    pub(crate) output: Output,
    /// Whether somebody at the terminal may be asked for something.
    pub(crate) may_ask: bool,
    /// Who asks whom, as the command line and the environment say.
    pub(crate) said: Said,
}

impl Context {
    /// Refuses an address for a command that asks no server: it would be believed to matter.
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let reach = arguments.command.reach();
        for (flag, is_said) in [
            ("--base-url", arguments.reach.base_url.is_some()),
            ("--profile", arguments.reach.profile.is_some()),
        ] {
            if is_said && reach.is_none() {
                return Err(Failure::usage(format!(
                    "this command asks no server: leave {flag} out"
                )));
            }
        }
        let reach = reach.cloned().unwrap_or_default().or(&arguments.reach);
        Ok(Self {
            output: Output::new(arguments.output, arguments.quiet),
            may_ask: !arguments.no_input,
            said: Said {
                base_url: reach.base_url,
                profile: reach.profile,
                ..Said::in_environment()
            },
        })
    }

    /// A client with the key of the environment, else with that of a profile.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let profiles = Profiles::read()?;
        let chosen = choose(&self.said, &profiles, Carries::Key)?;
        let builder = builder(&self.said, chosen.map(|(_, profile)| profile));
        let builder = match chosen {
            Some((name, profile)) if !self.said.has_variable_key => {
                builder.api_key(keys::find(name, profile, self.may_ask)?)
            }
            _ => builder,
        };
        Ok(builder.build()?)
    }

    /// Settings of a client without a key.
    pub(crate) fn anonymous(&self) -> Result<ClientBuilder, Failure> {
        let profiles = Profiles::read()?;
        let chosen = choose(&self.said, &profiles, Carries::NoKey)?;
        let profile = chosen.map(|(_, profile)| profile);
        Ok(builder(&self.said, profile).without_api_key())
    }

    /// Whether there is a key to ask with, of the environment or of a profile.
    pub(crate) fn has_key(&self) -> Result<bool, Failure> {
        let chosen = || choose(&self.said, &Profiles::read()?, Carries::Key).map(|it| it.is_some());
        Ok(self.said.has_variable_key || chosen()?)
    }
}

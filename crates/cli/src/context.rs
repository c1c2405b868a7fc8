//! What every command is handed: how to print, and how to reach a server.

use ananke_client::{Client, ClientBuilder};

use crate::arguments::Arguments;
use crate::exit::Failure;
use crate::output::Output;

/// The surroundings of a command.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// How to print.
    pub(crate) output: Output,
    base_url: Option<String>,
}

impl Context {
    /// Refuses an address for a command that asks no server: it would be believed to matter.
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let before = &arguments.base_url;
        let base_url = match arguments.command.reach() {
            Some(reach) => reach.base_url.as_ref().or(before.as_ref()).cloned(),
            None if before.is_some() => {
                return Err(Failure::usage(
                    "this command asks no server: leave --base-url out",
                ));
            }
            None => None,
        };
        Ok(Self {
            output: Output::new(arguments.output, arguments.quiet),
            base_url,
        })
    }

    /// A client from the environment, and `--base-url`.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(self.builder().build()?)
    }

    /// Settings of such a client.
    pub(crate) fn builder(&self) -> ClientBuilder {
        match &self.base_url {
            Some(url) => ClientBuilder::from_env().base_url(url),
            None => ClientBuilder::from_env(),
        }
    }
}

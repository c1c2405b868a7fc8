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
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self {
            output: Output::new(arguments.output, arguments.quiet),
            base_url: arguments.base_url.clone(),
        }
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

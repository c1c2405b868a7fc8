//! The command line: server, demo, and everything people type. `main.rs` calls it, and so does the rig's binary.

mod arguments;
mod clock;
mod commands;
mod context;
#[cfg(test)]
mod contract;
mod exit;
mod operator;
mod output;
mod passphrase;
mod profiles;
mod progress;
mod settings;
mod spreadsheet;
mod verify;

use std::process::ExitCode;

use ananke_server::workers;
use clap::Parser as _;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::exit::Exit;

/// Reads the arguments of this process and does what they say.
#[must_use]
pub fn main() -> ExitCode {
    // Before anything is made that a foreign file could get hold of.
    let mut given = std::env::args_os().skip(1);
    if given.next().is_some_and(|first| first == workers::NAME) {
        return workers::main(given);
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = Context::new(&arguments).and_then(|context| {
                runtime.block_on(Box::pin(commands::run(arguments.command, &context)))
            });
            // Everything that must end has ended; a look at the whole record, begun by the hour, may take minutes.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(exit::Failure::error(format!(
            "threads cannot be started: {error}"
        ))),
    };
    let exit: Exit = outcome.unwrap_or_else(|failure| {
        output::say(&format!("ananke: {}", failure.message));
        failure.exit
    });
    exit.into()
}

//! `ananke completion` and `ananke man`: what shells and manuals are told of the command line.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::exit::{Exit, Failure, Outcome};
use crate::output::print_bytes;

/// Prints a script that completes commands and flags.
#[derive(Debug, clap::Args)]
pub(crate) struct Completion {
    /// Which shell
    shell: Shell,
}

/// Prints a page of the manual, or writes all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Manual {
    /// Write every page into this directory, which is made where there is none, such as /usr/local/share/man/man1
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
    /// The command whose page is printed, such as `documents revoke` [default: ananke itself]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// The command line as it is parsed, with every name made whole.
fn built() -> clap::Command {
    let mut command = crate::arguments::Arguments::command().disable_help_subcommand(true);
    command.build();
    command
}

/// Runs `completion`.
pub(crate) fn completion(arguments: &Completion) -> Outcome {
    let mut script = Vec::new();
    let mut command = crate::arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "ananke", &mut script);
    print_bytes(&script)?;
    Ok(Exit::Ok)
}

/// Runs `man`.
pub(crate) fn man(arguments: &Manual) -> Outcome {
    if let Some(directory) = &arguments.out {
        std::fs::create_dir_all(directory)
            .and_then(|()| write(&built(), directory))
            .map_err(|error| Failure::file(directory, &error))?;
        return Ok(Exit::Ok);
    }
    let mut command = built();
    for name in &arguments.command {
        let found = command.get_subcommands().find(|it| it.get_name() == name);
        command = found.cloned().ok_or_else(|| {
            let whole = arguments.command.join(" ");
            Failure::usage(format!(
                "there is no command {whole:?}: `ananke --help` lists them"
            ))
        })?;
    }
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::error(error.to_string()))?;
    print_bytes(&page)?;
    Ok(Exit::Ok)
}

/// A page for a command and for each below it.
fn write(command: &clap::Command, directory: &Path) -> std::io::Result<()> {
    Man::new(command.clone()).generate_to(directory)?;
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    shown.into_iter().try_for_each(|it| write(it, directory))
}

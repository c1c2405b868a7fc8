//! `ananke config`: the settings of a server, without starting it.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use ananke_server::config::{DEFAULTS, Layers};
use serde::Serialize;
use serde_json::Value;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Table, print};
use crate::settings::Settings;

/// What to do with the settings.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Write a file with every setting, its default and what it means
    Init {
        /// Where to, or - for standard output
        #[arg(default_value = "ananke.toml")]
        file: PathBuf,
    },
    /// Check the settings as a whole; exit code 2 says that a server would not start on them
    Check(Settings),
    /// Show the settings in force, without their secrets
    Show {
        #[command(flatten)]
        settings: Settings,
        /// Also where each comes from; JSON says it in any case
        #[arg(long)]
        origin: bool,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command, context: &Context) -> Outcome {
    match command {
        Command::Init { file } => init(file, context)?,
        Command::Check(settings) => {
            settings.layers(&[])?.check_to_serve()?;
            context.output.say("the settings are good");
        }
        Command::Show { settings, origin } => show(&settings.layers(&[])?, *origin, context)?,
    }
    Ok(Exit::Ok)
}

fn init(path: &Path, context: &Context) -> Result<(), Failure> {
    if path == Path::new("-") {
        return print(DEFAULTS);
    }
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    made.and_then(|mut file| file.write_all(DEFAULTS.as_bytes()))
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::error(format!(
                "{} is there already and was left alone; name another file",
                path.display()
            )),
            _ => Failure::file(path, &error),
        })?;
    let path = path.display();
    context.output.say(format!(
        "wrote {path}; start with `ananke serve --config {path}`"
    ));
    Ok(())
}

/// One setting in force.
#[derive(Serialize)]
struct Shown<'a> {
    key: &'a str,
    value: Value,
    origin: String,
}

fn show(layers: &Layers, origin: bool, context: &Context) -> Result<(), Failure> {
    let shown: Vec<Shown<'_>> = layers
        .show()?
        .into_iter()
        .map(|(key, value, origin)| Shown { key, value, origin })
        .collect();
    context.output.list(&shown, |shown| {
        let headers: &[&'static str] = if origin {
            &["SETTING", "VALUE", "ORIGIN"]
        } else {
            &["SETTING", "VALUE"]
        };
        shown.iter().fold(Table::new(headers), |table, setting| {
            let value = setting.value.to_string();
            let cells = [setting.key, &value].into_iter();
            table.row(cells.chain(origin.then_some(setting.origin.as_str())))
        })
    })
}

//! `ananke restore`: puts a backup back, or goes on from a database that was put back by other means.

use std::path::PathBuf;

use ananke_server::backup;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::settings::Settings;
use crate::verify::evidence::chain;

/// Puts a backup in the place of a lost instance, after every byte, row and signature of it was checked. It does not
/// start the server.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// The backup; left out where the database was put back already, such as by PostgreSQL's own tools
    #[arg(required_unless_present = "new_epoch")]
    dir: Option<PathBuf>,
    /// Yes, what was recorded after the backup is lost: documents, revocations, deleted API keys
    #[arg(long)]
    new_epoch: bool,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let config = arguments.settings.checked()?;
    let failed = |error: ananke_server::StartError| Failure::error(chain(&error));
    let new_epoch = arguments.new_epoch;
    match arguments.dir {
        Some(dir) => {
            let restored = Box::pin(backup::restore(&config, &dir, new_epoch)).await;
            let (manifest, proof) = restored.map_err(failed)?;
            super::backup::show(&manifest, &proof, context)?;
        }
        None => Box::pin(backup::go_on(&config, new_epoch))
            .await
            .map_err(failed)?,
    }
    let epoch = if new_epoch {
        "a new epoch has begun, and an event says so. What was recorded after the copy is undone, revocations and \
         deleted API keys too: look what they were and do them again. "
    } else {
        ""
    };
    context
        .output
        .say(format!("{epoch}Restored: go on with `ananke serve`"));
    Ok(Exit::Ok)
}

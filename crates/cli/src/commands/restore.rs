//! `ananke restore`: goes on from a restored copy, knowingly.

use super::serve;
use crate::context::Context;
use crate::exit::Outcome;

/// Starts a server on a database that is behind its anchor, such as a restored copy. What was issued after the copy
/// was made is lost; an event of the new epoch says so.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// Yes, what was recorded after the copy is lost
    #[arg(long, required = true)]
    new_epoch: bool,
    #[command(flatten)]
    serve: serve::Arguments,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    serve::serve(arguments.serve, context, arguments.new_epoch).await
}

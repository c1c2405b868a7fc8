//! `ananke stamps replace`: another PDF in the place of a stamped one.

use std::path::PathBuf;

use ananke_api::tcode::stamp::Stamp;
use ananke_client::Client;

use super::{Recipe, Stamped, What, fetched, told, ways, written};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

/// What takes the place of a stamp.
#[derive(Debug, clap::Args)]
pub(crate) struct Replacement {
    /// Reference or id of the stamp that is replaced
    stamp: String,
    /// The PDF to stamp
    file: PathBuf,
    #[command(flatten)]
    what: What,
    /// Where the stamped PDF goes, a file or a directory [default: NAME.stamped.pdf beside the original]
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
    /// Write over a file that is there; never over the original
    #[arg(long)]
    force: bool,
    /// Leave the one that is replaced in force
    #[arg(long)]
    keep_original: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

impl Replacement {
    /// The stamp that is replaced, as it was named.
    pub(crate) fn stamp(&self) -> &str {
        &self.stamp
    }
}

/// Runs the command.
pub(crate) async fn replace(
    client: &Client,
    replaced: &Stamp,
    new: Replacement,
    context: &Context,
) -> Outcome {
    let files = [new.file];
    let recipe = Recipe::look_up(client, new.what).await?;
    let Some((file, out)) = ways(&files, new.out.as_deref(), new.force)?.pop() else {
        return Ok(Exit::Ok);
    };
    let original = std::fs::read(file).map_err(|error| Failure::error(error.to_string()))?;
    let reference = &replaced.reference;
    if new.dry_run {
        let end = if new.keep_original { "keep" } else { "revoke" };
        context.output.say(format!(
            "would stamp {} in the place of {reference}, and {end} that; nothing was done",
            file.display()
        ));
        return Ok(Exit::Ok);
    }
    let stamping = recipe.stamping(file, original);
    let stamps = client.tcode().stamps();
    let stamp = stamps
        .replace(replaced.id, &stamping, !new.keep_original)
        .await?;
    let pdf = fetched(client, &stamp).await?;
    let stamped: Stamped = written(&out, stamp, &pdf, new.force)?;
    for warning in &stamped.stamp.warnings {
        context.output.say(format!("warning: {warning}"));
    }
    context.output.one(&stamped, || told(&stamped))?;
    Ok(Exit::Ok)
}

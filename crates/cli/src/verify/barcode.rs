//! The barcode in a picture or on a page, read by a process of its own as the server does it.

use std::time::Duration;

use ananke_format::seal::{Seal, is_own};
use ananke_pdf::job::{Done, Job};
use ananke_pdf::read::Found;
use ananke_server::workers::{Terms, WorkError, Workers, this_program};

use crate::exit::Failure;

/// How long a file may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the barcode holds that is most likely meant: a seal of ours, then any seal, then whatever was found first.
///
/// # Errors
/// The file cannot be read, or this system cannot confine who reads it: then nobody does.
pub(crate) async fn read(file: Vec<u8>) -> Result<Option<Found>, Failure> {
    let program = this_program().map_err(|error| Failure::error(error.to_string()))?;
    let workers = Workers::new(Terms {
        program,
        processes: 1,
        patience: PATIENCE,
        filtered: true,
    });
    let done = workers.run(Job::Read { file }).await;
    workers.stop().await;
    match done {
        Ok(Done::Read(found)) => Ok(foremost(found)),
        Ok(Done::Stamped { .. }) => Err(Failure::error("a worker process did something else")),
        Err(error @ (WorkError::Died(_) | WorkError::TookTooLong)) => Err(Failure::error(format!(
            "{error}: the file is broken, or made to break readers; send a picture of the page with the seal"
        ))),
        Err(error) => Err(Failure::error(error.to_string())),
    }
}

fn foremost(found: Vec<Found>) -> Option<Found> {
    let seal = |found: &Found| Seal::parse(&found.payload).ok();
    let ours = found
        .iter()
        .position(|found| seal(found).is_some_and(|seal| is_own(&seal)));
    let any = || found.iter().position(|found| seal(found).is_some());
    let first = ours.or_else(any).unwrap_or_default();
    found.into_iter().nth(first)
}

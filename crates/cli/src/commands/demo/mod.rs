//! `ananke demo`: the whole story for real, each line a check.
//!
//! The server is this very binary, started as `ananke serve` in an empty directory on a free port. What is checked is
//! checked from outside: over HTTP, or with files and no server at all.

mod asking;
mod book;
mod ending;
mod forging;
mod issuing;
mod leaflet;
mod living;
mod opening;
mod out;
mod stage;
mod stamping;

use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::print;

use book::Book;
use out::Out;
use stage::Stage;

/// Shows the whole story for real, each line a check with its milliseconds. Exit code 0 says that all of them hold.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Leave the server up afterwards, and say where it is
    #[arg(long)]
    keep: bool,
    /// Where documents, answers and the report go
    #[arg(long, value_name = "DIR", default_value = "demo-out")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    if !context.output.is_for_people() {
        return Err(Failure::usage(
            "the demo is a story for people: leave -o out; what it issues is JSON in the directory of --out",
        ));
    }
    let home = tempfile::Builder::new()
        .prefix("ananke-demo-")
        .tempdir()
        .map_err(|error| Failure::error(format!("temporary directory: {error}")))?;
    let mut book = Book::new();
    let mut out = Out::new(&arguments.out)?;
    let stage = tell(&mut book, &mut out, home.path()).await;
    out.report(&book)?;
    print(&book.closing(&arguments.out))?;
    if let (Some(stage), true) = (stage, arguments.keep) {
        let home = home.keep();
        print(&stage.leave_up(&home)?)?;
    }
    Ok(if book.holds() { Exit::Ok } else { Exit::Error })
}

/// The story; it ends early where something fails that the rest is built on.
async fn tell(book: &mut Book, out: &mut Out, home: &Path) -> Option<Stage> {
    let mut cast = opening::open(book, home).await?;
    let issued = issuing::issue(book, &cast, out).await?;
    asking::online(book, &cast, &issued, out).await?;
    let files = asking::offline(book, &cast, &issued, out).await?;
    forging::forge(book, &cast, &issued, &files, out).await?;
    living::lead(book, &cast, &issued).await?;
    stamping::stamp(book, &cast, out).await?;
    ending::end(book, &mut cast, &issued, &files).await?;
    Some(cast.stage)
}

//! `ananke healthcheck`: for containers and supervisors, which look at the exit code.

use std::time::Duration;

use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Facts;

/// Asks a server whether it is ready to work; exit code 1 says no.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Runs the command.
pub(crate) async fn run(context: &Context) -> Outcome {
    // One quick try: whoever runs this tries again by himself.
    let builder = context
        .anonymous()?
        .timeout(Duration::from_secs(5))
        .max_retries(0);
    let client = builder.build()?;
    match client.published().ready().await {
        Ok(checks) => {
            let url = client.base_url().to_owned();
            context
                .output
                .one(&checks, || Facts::new().with("ready", url).render())?;
            Ok(Exit::Ok)
        }
        Err(error) => Err(Failure::error(format!("not ready: {error}"))),
    }
}

//! The commands, one file each.

pub(crate) mod alert_channels;
pub(crate) mod alerts;
pub(crate) mod api;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod completion;
pub(crate) mod config;
mod copies;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod drill;
pub(crate) mod healthcheck;
pub(crate) mod issue;
pub(crate) mod kek;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod placements;
pub(crate) mod profile;
pub(crate) mod restore;
pub(crate) mod root;
pub(crate) mod scan;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod signing_keys;
pub(crate) mod stamp;
pub(crate) mod stamps;
pub(crate) mod tdoc_templates;
pub(crate) mod templates;
pub(crate) mod tenants;
pub(crate) mod usage;
mod verifications;
pub(crate) mod verify;
pub(crate) mod whoami;

use crate::arguments::Command;
use crate::context::Context;
use crate::exit::Outcome;

/// Runs a command.
pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Serve(arguments) => Box::pin(serve::run(arguments, context)).await,
        Command::Demo(arguments) => Box::pin(demo::run(arguments, context)).await,
        Command::Login(arguments) => Box::pin(login::login(arguments, context)).await,
        Command::Logout(arguments) => login::logout(arguments, context),
        Command::Profile(command) => profile::run(command, context),
        Command::Whoami(_) => whoami::run(context).await,
        Command::Issue(arguments) => issue::run(arguments, context).await,
        Command::Verify(arguments) => verify::run(arguments, context).await,
        Command::Documents(arguments) => documents::run(arguments, context).await,
        Command::Templates(arguments) => templates::run(arguments, context).await,
        Command::Stamp(arguments) => Box::pin(stamp::run(arguments, context)).await,
        Command::Stamps(arguments) => stamps::run(arguments, context).await,
        Command::TdocTemplates(arguments) => tdoc_templates::run(arguments, context).await,
        Command::Placements(arguments) => placements::run(arguments, context).await,
        Command::Seal(arguments) => seal::run(arguments, context).await,
        Command::Tenants(arguments) => tenants::run(arguments, context).await,
        Command::Keys(arguments) => keys::run(arguments, context).await,
        Command::SigningKeys(arguments) => signing_keys::run(arguments, context).await,
        Command::Scan(arguments) => scan::run(&arguments, context),
        Command::Config(command) => config::run(&command, context),
        Command::Healthcheck(_) => healthcheck::run(context).await,
        Command::Usage(arguments) => usage::run(arguments, context).await,
        Command::Alerts(arguments) => alerts::run(arguments, context).await,
        Command::Doctor(arguments) => doctor::run(arguments, context).await,
        Command::Revocations(arguments) => drill::revocations::run(arguments, context).await,
        Command::Restorations(arguments) => drill::restorations::run(arguments, context).await,
        Command::Audit(arguments) => audit::run(arguments, context).await,
        Command::Backup(arguments) => backup::run(arguments, context).await,
        Command::Restore(arguments) => restore::run(arguments, context).await,
        Command::Kek(arguments) => Box::pin(kek::run(arguments, context)).await,
        Command::Api(arguments) => Box::pin(api::run(arguments, context)).await,
        Command::Completion(arguments) => completion::completion(&arguments),
        Command::Man(arguments) => completion::man(&arguments),
        Command::Root(arguments) => Box::pin(root::run(arguments, context)).await,
    }
}

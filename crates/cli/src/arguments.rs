//! The command line: what can be said, not what it does.

use clap::{Parser, Subcommand};

use crate::commands::{
    audit, config, demo, documents, healthcheck, issue, keys, restore, serve, templates, tenants,
    verify,
};
use crate::output::Format;

/// Issues signed documents, and lets anyone verify them.
#[derive(Debug, Parser)]
#[command(name = "ananke", version, max_term_width = 110, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Form of the data on standard output
    #[arg(short, long, value_enum, default_value = "table", global = true)]
    pub(crate) output: Format,
    /// Say nothing but data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Where the server is; default ANANKE_BASE_URL, else http://127.0.0.1:8787
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) base_url: Option<String>,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, or valid · 1 error · 2 usage · 3 not valid · 4 authentication · 5 not found · 6 cannot decide

Environment: ANANKE_API_KEY and ANANKE_BASE_URL say who and where; ANANKE_CA_FILE names further certificate
authorities; ANANKE__SECTION__KEY is any setting of the server; NO_COLOR switches colours off.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// See the whole story for real, each line a check
    Demo(demo::Arguments),
    /// Issue a document
    Issue(issue::Arguments),
    /// Verify a reference, a hash or a file, with a server or without
    Verify(verify::Arguments),
    /// Documents and their life
    #[command(subcommand)]
    Documents(documents::Command),
    /// Templates
    #[command(subcommand)]
    Templates(templates::Command),
    /// Tenants of this machine's server
    Tenants(tenants::Arguments),
    /// API keys
    Keys(keys::Arguments),
    /// Settings of the server
    #[command(subcommand)]
    Config(config::Command),
    /// Ask a server whether it is ready
    Healthcheck(healthcheck::Arguments),
    /// The record of everything that happened
    Audit(audit::Arguments),
    /// Go on from a restored copy of the database
    Restore(restore::Arguments),
}

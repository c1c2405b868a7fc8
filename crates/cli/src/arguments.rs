//! The command line: what can be said, not what it does.

use clap::{Parser, Subcommand};

use crate::commands::{
    alerts, api, audit, backup, completion, config, demo, doctor, documents, drill, healthcheck,
    issue, kek, keys, login, placements, profile, restore, root, scan, seal, serve, signing_keys,
    stamp, stamps, tdoc_templates, templates, tenants, usage, verify, whoami,
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
    /// Ask nobody at the terminal for anything: fail instead
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    #[command(flatten)]
    pub(crate) reach: Before,
}

/// The same words before the name of a command.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Before {
    /// Where the server is, for commands that ask one [default: ANANKE_BASE_URL, else the profile's, else
    /// http://127.0.0.1:8787]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Which login to use, for commands that ask a server [default: ANANKE_PROFILE, else the one in use]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// Where to find a server, as commands that ask one take it after their name.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Reach {
    /// Where the server is [default: ANANKE_BASE_URL, else the profile's, else http://127.0.0.1:8787]
    // `--url` is what health checks of containers say.
    #[arg(long, value_name = "URL", alias = "url", global = true)]
    pub(crate) base_url: Option<String>,
    /// Which login to use [default: ANANKE_PROFILE, else the one in use]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
}

impl Reach {
    /// What is said after a command's name goes before what is said before it.
    pub(crate) fn or(self, before: &Before) -> Self {
        Self {
            base_url: self.base_url.or_else(|| before.base_url.clone()),
            profile: self.profile.or_else(|| before.profile.clone()),
        }
    }
}

/// Lines for a terminal of 80 columns, which clap leaves as they are.
const EXIT_CODES: &str = "\
Exit codes:
  0 done, or valid   1 error   2 usage   3 not valid   4 authentication
  5 not found   6 cannot decide

Environment:
  ANANKE_API_KEY         who asks
  ANANKE_BASE_URL        which server is asked
  ANANKE_PROFILE         which login is used, see `ananke login`
  ANANKE_CA_FILE         further certificate authorities to believe
  ANANKE_TIMEOUT         seconds that one try may take [default: 30]
  ANANKE_MAX_RETRIES     how often a failed call is tried again [default: 2]
  ANANKE__SECTION__KEY   any setting of the server, see `ananke config init -`
  NO_COLOR               no colours";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// See the whole story for real, each line a check
    Demo(demo::Arguments),
    /// Keep an API key and its server under a name
    ///
    /// The key is read from standard input, or from the terminal without showing it, and the server is asked whose it is. It goes to
    /// the keyring of your desktop, or, where there is none, to a file that only you can read.
    Login(login::Login),
    /// Forget a key that was kept, and its profile
    ///
    /// The key goes on working for whoever has it: `ananke keys delete` ends it.
    Logout(login::Logout),
    /// Servers you have logged in to
    #[command(subcommand)]
    Profile(profile::Command),
    /// Whose key is used, and what it may do
    Whoami(whoami::Arguments),
    /// Issue a document
    Issue(issue::Arguments),
    /// Stamp PDFs with a signed barcode
    ///
    /// Under its stamp a PDF stays what it was, byte for byte, and no file is written over.
    Stamp(stamp::Arguments),
    /// Verify a reference, a hash, a file or all files of a directory, with a server or without
    ///
    /// Files never leave this machine. A stamped PDF is checked byte for byte. In a scan, a picture, or a PDF that was saved anew, the
    /// barcode is looked for: the verdict is then about what the barcode says, and not about the rest of the page. Compare the two.
    ///
    /// Of a directory every file is looked at, those of the directories below it too, and no link is followed. There is a row for
    /// each, ordered by name, and the exit code is that of the worst: 1 before 3, 5 and 6.
    Verify(verify::Arguments),
    /// Documents and their life
    Documents(documents::Arguments),
    /// Templates
    Templates(templates::Arguments),
    /// Stamps and their life
    Stamps(stamps::Arguments),
    /// TDoc templates: what the barcode of a stamp holds
    TdocTemplates(tdoc_templates::Arguments),
    /// Placement templates: where a stamp goes on a page
    Placements(placements::Arguments),
    /// Look into any Visible Digital Seal, offline
    Seal(seal::Arguments),
    /// Tenants of this machine's server
    Tenants(tenants::Arguments),
    /// API keys
    Keys(keys::Arguments),
    /// Signing keys of a tenant
    SigningKeys(signing_keys::Arguments),
    /// Look for API keys in files and in the history of git, offline
    Scan(scan::Arguments),
    /// Settings of the server
    #[command(subcommand)]
    Config(config::Command),
    /// Ask a server whether it is ready
    Healthcheck(healthcheck::Arguments),
    /// What was used, and how much of the limits
    Usage(usage::Arguments),
    /// What people should know of
    Alerts(alerts::Arguments),
    /// Go through the production checklist, with evidence and what to do: exit code 3 where something fails
    Doctor(doctor::Arguments),
    /// Revoke everything a stolen key issued
    Revocations(drill::revocations::Arguments),
    /// Put right what a stolen key took out of force
    Restorations(drill::restorations::Arguments),
    /// The record of everything that happened
    Audit(audit::Arguments),
    /// Backups, made while the server runs
    Backup(backup::Arguments),
    /// Put a backup back
    Restore(restore::Arguments),
    /// The key under which every other key is
    Kek(kek::Arguments),
    /// The root, under which all certificates of a server are
    Root(root::Arguments),
    /// Make any call of the HTTP API, and print the answer as it came
    ///
    /// The path is one of the server that is asked; a key goes along to /v1/ only. What openapi.json lists is there. The exit code is
    /// 4 for the answers 401 and 403, 5 for 404, and 1 for any other that is not 2xx.
    Api(api::Arguments),
    /// Print a script that completes commands and flags in a shell
    ///
    /// For bash: ananke completion bash > ~/.local/share/bash-completion/completions/ananke
    Completion(completion::Completion),
    /// Print the manual, or write its pages
    ///
    /// To read one: ananke man documents revoke | man -l -
    Man(completion::Manual),
}

impl Command {
    /// Where this command was told to find a server; `None` for a command that asks none.
    pub(crate) fn reach(&self) -> Option<&Reach> {
        match self {
            Self::Login(arguments) => Some(&arguments.reach),
            Self::Whoami(arguments) => Some(&arguments.reach),
            Self::Api(arguments) => Some(&arguments.reach),
            Self::Issue(arguments) => Some(&arguments.reach),
            Self::Verify(arguments) => Some(&arguments.reach),
            Self::Documents(arguments) => Some(&arguments.reach),
            Self::Templates(arguments) => Some(&arguments.reach),
            Self::Stamp(arguments) => Some(&arguments.reach),
            Self::Stamps(arguments) => Some(&arguments.reach),
            Self::TdocTemplates(arguments) => Some(&arguments.reach),
            Self::Placements(arguments) => Some(&arguments.reach),
            Self::Keys(arguments) => Some(&arguments.reach),
            Self::SigningKeys(arguments) => Some(&arguments.reach),
            Self::Healthcheck(arguments) => Some(&arguments.reach),
            Self::Usage(arguments) => Some(&arguments.reach),
            Self::Alerts(arguments) => Some(&arguments.reach),
            Self::Doctor(arguments) => Some(&arguments.reach),
            Self::Revocations(arguments) => Some(&arguments.who.reach),
            Self::Restorations(arguments) => Some(&arguments.who.reach),
            Self::Audit(arguments) => arguments.reach(),
            Self::Serve(_)
            | Self::Demo(_)
            | Self::Logout(_)
            | Self::Completion(_)
            | Self::Man(_)
            | Self::Profile(_)
            | Self::Tenants(_)
            | Self::Scan(_)
            | Self::Seal(_)
            | Self::Config(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Kek(_)
            | Self::Root(_) => None,
        }
    }
}

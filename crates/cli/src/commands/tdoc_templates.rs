//! `ananke tdoc-templates`: what the barcode of a stamp holds.

use std::path::PathBuf;

use ananke_api::tcode::template::TdocTemplate;
use ananke_client::Client;
use ananke_client::tcode::TdocTemplateFilter;
use uuid::Uuid;

use super::documents::write;
use super::templates::{columns, only, read, read_text};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};

/// TDoc templates of your tenant: each is a document profile of BSI TR-03171.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(subcommand)]
    command: Command,
}

/// What to do with TDoc templates.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List TDoc templates, newest first
    List {
        /// Part of the name
        #[arg(long)]
        search: Option<String>,
        /// Those put away, too
        #[arg(long)]
        all: bool,
    },
    /// Show one TDoc template
    Show {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
    },
    /// Make a TDoc template from a JSON file: {"name": …, "schema": […], "publicFields": […]}
    Create {
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Write its next version from such a file; stamps keep the version they were made from
    Update {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Put it away: nothing is stamped from it any more
    Archive {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
    },
    /// Take it out again
    Unarchive {
        /// Its id
        #[arg(value_name = "ID")]
        template: Uuid,
    },
    /// Delete it for good: only what was never used; what was is archived
    Delete {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The columns of a CSV file of its fields
    CsvFields {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
    },
    /// Its document profile, as XML of BSI TR-03171
    Profile {
        #[command(subcommand)]
        command: Profile,
    },
}

/// What to do with profiles.
#[derive(Debug, clap::Subcommand)]
enum Profile {
    /// Write the profile of its present version
    Export {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// Where to, or - for standard output
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
    },
    /// Make a TDoc template from a profile, one's own or somebody else's
    Import {
        /// The XML file, or - for standard input
        file: PathBuf,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    let templates = client.tcode().templates();
    let template = match arguments.command {
        Command::List { search, all } => {
            let filter = TdocTemplateFilter {
                search,
                is_archived: (!all).then_some(false),
                ..TdocTemplateFilter::default()
            };
            let found = templates.list(&filter).await?;
            context.output.list(&found, table)?;
            return Ok(Exit::Ok);
        }
        Command::Delete { template, dry_run } => {
            let found = templates
                .get(named(&client, &template, false).await?)
                .await?;
            let name = &found.name;
            if dry_run {
                context
                    .output
                    .say(format!("would delete {name}; nothing was done"));
            } else {
                templates.delete(found.id).await?;
                context.output.say(format!("deleted {name}"));
            }
            return Ok(Exit::Ok);
        }
        Command::CsvFields { template } => {
            let id = named(&client, &template, false).await?;
            let found = templates.csv_fields(id).await?;
            context.output.list(&found, columns)?;
            return Ok(Exit::Ok);
        }
        Command::Profile {
            command: Profile::Export { template, out },
        } => {
            let id = named(&client, &template, false).await?;
            return write(&out, templates.profile_xml(id).await?.as_bytes());
        }
        Command::Profile {
            command: Profile::Import { file },
        } => templates.import(read_text(&file)?).await?,
        Command::Show { template } => {
            let id = named(&client, &template, false).await?;
            templates.get(id).await?
        }
        Command::Create { file } => templates.create(&read(&file, "TDoc template")?).await?,
        Command::Update { template, file } => {
            let id = named(&client, &template, false).await?;
            let version = templates.get(id).await?.version;
            let input = read(&file, "TDoc template")?;
            templates.update(id, &input, Some(version)).await?
        }
        Command::Archive { template } => {
            let id = named(&client, &template, true).await?;
            templates.archive(id, None).await?
        }
        Command::Unarchive { template } => templates.unarchive(template).await?,
    };
    context
        .output
        .one(&template, || facts(&template).render())?;
    Ok(Exit::Ok)
}

/// The id of a TDoc template, from its id or its whole name; `present`: among those not put away.
pub(super) async fn named(client: &Client, wanted: &str, present: bool) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::parse_str(wanted) {
        return Ok(id);
    }
    let filter = TdocTemplateFilter {
        search: Some(wanted.to_owned()),
        is_archived: present.then_some(false),
        ..TdocTemplateFilter::default()
    };
    let found = client.tcode().templates().list(&filter).await?;
    let found = found.into_iter().filter(|found| found.name == wanted);
    let ids: Vec<Uuid> = found.map(|found| found.id).collect();
    only(
        &ids,
        wanted,
        ["TDoc template", "ananke tdoc-templates list"],
    )
}

fn table(templates: &[TdocTemplate]) -> Table {
    templates.iter().fold(
        Table::new(&["ID", "NAME", "VERSION", "STATE", "FIELDS"]),
        |table, template| {
            let state = match (template.is_archived, template.is_active) {
                (true, _) => "archived",
                (false, true) => "active",
                (false, false) => "inactive",
            };
            let (id, version) = (template.id.to_string(), template.version.to_string());
            table.row([
                id.as_str(),
                &template.name,
                &version,
                state,
                &fields(template),
            ])
        },
    )
}

fn fields(template: &TdocTemplate) -> String {
    let fields = template.schema.iter().map(|field| {
        let mark = if field.required { "*" } else { "" };
        format!("{}{mark}", field.key)
    });
    fields.collect::<Vec<_>>().join(", ")
}

fn facts(template: &TdocTemplate) -> Facts {
    let shown = template.public_fields.as_ref();
    Facts::new()
        .with("Id", template.id.to_string())
        .with("Name", &template.name)
        .with("Version", template.version.to_string())
        .with("Profile", template.profile_id.to_string())
        .with("Fields", fields(template))
        .maybe("Shown by reference", shown.map(|keys| keys.join(", ")))
}

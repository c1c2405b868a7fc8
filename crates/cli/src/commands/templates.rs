//! `ananke templates`: what documents are issued from.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use ananke_api::template::{CsvField, Template};
use ananke_client::Client;
use ananke_client::trust::TemplateFilter;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::placements;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};
use crate::verify::present::as_word;

/// Templates of your tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(subcommand)]
    command: Command,
}

/// What to do with templates.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List templates
    List {
        /// Part of the name
        #[arg(long)]
        search: Option<String>,
        /// Those put away, too
        #[arg(long)]
        all: bool,
    },
    /// Show one template
    Show {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
    },
    /// Make a template from a JSON file: {"name": …, "docType": …, "schema": […]}
    Create {
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Write its next version from such a file; documents keep the version they were issued from
    Update {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// The file, or - for standard input
        file: PathBuf,
    },
    /// Copy it under another name
    Duplicate {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// The name of the copy
        name: String,
    },
    /// Say where a barcode goes on its documents, or with - that there is none
    Place {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// A placement template, or -
        #[arg(value_name = "ID|NAME|-")]
        placement: String,
    },
    /// Put it away: nothing is issued from it any more
    Archive {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
        /// Why, for the record
        #[arg(long)]
        reason: Option<String>,
    },
    /// Take it out again
    Unarchive {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
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
    /// The columns of a CSV file of its documents
    CsvFields {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        template: String,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    let templates = client.trust().templates();
    let template = match arguments.command {
        Command::List { search, all } => {
            let is_archived = (!all).then_some(false);
            let filter = TemplateFilter {
                search,
                is_archived,
                ..TemplateFilter::default()
            };
            let found = templates.list_all(filter).collect().await?;
            context.output.list(&found, table)?;
            return Ok(Exit::Ok);
        }
        Command::CsvFields { template } => {
            let id = named(&client, &template, Among::All).await?;
            let found = templates.csv_fields(id).await?;
            context.output.list(&found, columns)?;
            return Ok(Exit::Ok);
        }
        Command::Delete { template, dry_run } => {
            let id = named(&client, &template, Among::All).await?;
            let name = templates.get(id).await?.name;
            if dry_run {
                let would = format!("would delete {name}; nothing was done");
                context.output.say(would);
            } else {
                templates.delete(id).await?;
                context.output.say(format!("deleted {name}"));
            }
            return Ok(Exit::Ok);
        }
        Command::Show { template } => {
            let id = named(&client, &template, Among::All).await?;
            templates.get(id).await?
        }
        Command::Create { file } => templates.create(&read(&file, "template")?).await?,
        Command::Update { template, file } => {
            let input = read(&file, "template")?;
            let id = named(&client, &template, Among::Present).await?;
            let version = templates.get(id).await?.version;
            // Whoever changed it meanwhile did not do so in vain.
            templates.update(id, &input, Some(version)).await?
        }
        Command::Duplicate { template, name } => {
            let id = named(&client, &template, Among::All).await?;
            templates.duplicate(id, &name).await?
        }
        Command::Place {
            template,
            placement,
        } => {
            let id = named(&client, &template, Among::Present).await?;
            let placement = match placement.as_str() {
                "-" => None,
                placement => Some(placements::named(&client, placement).await?),
            };
            templates.place(id, placement).await?
        }
        Command::Archive { template, reason } => {
            let id = named(&client, &template, Among::Present).await?;
            templates.archive(id, reason.as_deref()).await?
        }
        Command::Unarchive { template } => {
            let id = named(&client, &template, Among::All).await?;
            templates.unarchive(id).await?
        }
    };
    context
        .output
        .one(&template, || facts(&template).render())?;
    Ok(Exit::Ok)
}

/// Columns for people.
pub(super) fn columns(found: &[CsvField]) -> Table {
    let table = Table::new(&["COLUMN", "LABEL", "TYPE", "LONGEST", "REQUIRED"]);
    found.iter().fold(table, |table, column| {
        table.row([
            column.column.as_str(),
            &column.label,
            &as_word(column.kind),
            &column.max_length.to_string(),
            if column.required { "yes" } else { "no" },
        ])
    })
}

/// Which templates a name is looked for among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// Also those put away.
    All,
    /// Those in use.
    Present,
}

/// The id of a template, from its id or its whole name.
pub(super) async fn named(client: &Client, wanted: &str, among: Among) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::parse_str(wanted) {
        return Ok(id);
    }
    let filter = TemplateFilter {
        search: Some(wanted.to_owned()),
        is_archived: (among == Among::Present).then_some(false),
        ..TemplateFilter::default()
    };
    let templates = client.trust().templates();
    let mut found: Vec<Template> = templates.list_all(filter).collect().await?;
    found.retain(|template| template.name == wanted);
    let ids: Vec<Uuid> = found.iter().map(|template| template.id).collect();
    only(&ids, wanted, ["template", "ananke templates list"])
}

/// The one there is of a name; what it is, and which command lists them, is for those who named none or several.
pub(super) fn only(found: &[Uuid], wanted: &str, [what, list]: [&str; 2]) -> Result<Uuid, Failure> {
    match found {
        [one] => Ok(*one),
        [] => Err(Failure::not_found(format!(
            "there is no {what} named {wanted:?}; `{list}` shows what there is"
        ))),
        several => {
            let ids: Vec<String> = several.iter().map(Uuid::to_string).collect();
            Err(Failure::usage(format!(
                "{} {what}s are named {wanted:?}; name one by its id: {}",
                ids.len(),
                ids.join(", ")
            )))
        }
    }
}

/// The text of a file, or of standard input.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    }
    .map_err(|error| Failure::file(path, &error))?;
    Ok(text)
}

/// What a JSON file says.
pub(super) fn read<T: DeserializeOwned>(path: &Path, what: &str) -> Result<T, Failure> {
    serde_json::from_str(&read_text(path)?)
        .map_err(|error| Failure::usage(format!("{} is not a {what}: {error}", path.display())))
}

const fn state(template: &Template) -> &'static str {
    match (template.is_archived, template.is_active) {
        (true, _) => "archived",
        (false, true) => "active",
        (false, false) => "inactive",
    }
}

fn table(templates: &[Template]) -> Table {
    templates.iter().fold(
        Table::new(&["ID", "NAME", "KIND", "VERSION", "STATE"]),
        |table, template| {
            let (id, version) = (template.id.to_string(), template.version.to_string());
            let kind = as_word(template.doc_type);
            table.row([
                id.as_str(),
                &template.name,
                &kind,
                &version,
                state(template),
            ])
        },
    )
}

fn facts(template: &Template) -> Facts {
    let fields = template.schema.iter().map(|field| {
        let mark = if field.required { "*" } else { "" };
        format!("{}{mark}", field.key)
    });
    let validity = template
        .validity
        .map(|rule| format!("{} {}", rule.value, as_word(rule.kind)));
    let placement = template.placement_template_id;
    Facts::new()
        .with("Id", template.id.to_string())
        .with("Name", &template.name)
        .with("State", state(template))
        .with("Kind", as_word(template.doc_type))
        .with("Version", template.version.to_string())
        .with("Fields", fields.collect::<Vec<_>>().join(", "))
        .maybe("Valid for", validity)
        .maybe("Placement", placement.map(|id| id.to_string()))
}

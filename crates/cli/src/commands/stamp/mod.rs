//! `ananke stamp`: puts a signed barcode on PDFs, named ones or those that arrive in a folder.

mod replace;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ananke_api::tcode::stamp::Stamp;
use ananke_client::tcode::Stamping;
use ananke_client::{Client, Error};
use ananke_format::Sha256;
use serde::Serialize;
use uuid::Uuid;

pub(super) use self::replace::{Replacement, replace};
use super::issue::parse_field;
use super::stamps::facts;
use super::{placements, tdoc_templates};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::write_new;
use crate::progress::Progress;

/// Stamps PDFs. Your key says for whom, and whether it is real or a test.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// PDFs to stamp
    #[arg(value_name = "FILE", required_unless_present = "watch")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    what: What,
    /// Where the stamped PDF goes, a file or a directory [default: NAME.stamped.pdf beside the original]
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
    /// Write over a file that is there; never over the original
    #[arg(long, conflicts_with = "watch")]
    force: bool,
    /// Stamp every PDF that arrives in this directory, until interrupted. Originals go to its `originals`; beside one that is
    /// refused NAME.error.txt says why, and it is tried again once that is removed
    #[arg(long, value_name = "DIR", requires = "out", conflicts_with_all = ["files", "external_id"])]
    watch: Option<PathBuf>,
    /// Stamp what is there and end; exit code 1 where a file is refused
    #[arg(long, requires = "watch")]
    once: bool,
    /// Look so often
    #[arg(long, value_name = "SECONDS", default_value = "2", requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// What is stamped onto them.
#[derive(Debug, clap::Args)]
struct What {
    /// Kind of document, such as CER; your own codes have 2 to 16 capital letters and digits
    #[arg(long = "type", value_name = "CODE")]
    type_code: String,
    /// Name for people: stored, never signed [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// TDoc template, which says what the barcode holds, by its id or its whole name
    #[arg(long, value_name = "ID|NAME")]
    template: Option<String>,
    /// Value of one of its fields; may be repeated
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = parse_field, requires = "template")]
    fields: Vec<(String, String)>,
    /// Placement template, by its id or its whole name [default: last page, bottom right]
    #[arg(long, value_name = "ID|NAME")]
    placement: Option<String>,
    /// The last day on which it is valid
    #[arg(long, value_name = "YYYY-MM-DD")]
    expires: Option<String>,
    /// Your own number for it
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Stamp a PDF that carries a signature: readers will say that it was changed since
    #[arg(long)]
    allow_signed: bool,
    /// Repair a damaged PDF first: the repaired file is the original then
    #[arg(long)]
    repair: bool,
}

/// The same with names looked up.
struct Recipe {
    what: What,
    template: Option<Uuid>,
    placement: Option<Uuid>,
}

/// What was made.
#[derive(Serialize)]
struct Stamped {
    /// Where the stamped PDF is.
    file: String,
    #[serde(flatten)]
    stamp: Stamp,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    if arguments.files.len() > 1 && arguments.what.external_id.is_some() {
        return Err(Failure::usage(
            "--external-id is one document's: name one file",
        ));
    }
    let client = context.client()?;
    let recipe = Recipe::look_up(&client, arguments.what).await?;
    if let (Some(from), Some(to)) = (&arguments.watch, &arguments.out) {
        let every = Duration::from_secs(arguments.every);
        let once = arguments.once;
        return watch::run(&client, &recipe, (from, to), every, once, context.output).await;
    }
    let ways = ways(&arguments.files, arguments.out.as_deref(), arguments.force)?;
    let mut made = Vec::new();
    let mut failed = None;
    let mut progress = Progress::new("stamped", ways.len(), context.output);
    for (file, out) in ways {
        let stamped = one(&client, &recipe, file, &out, arguments.force).await;
        match stamped {
            Ok(stamped) => {
                progress.step();
                for warning in &stamped.stamp.warnings {
                    progress.say(&format!("warning: {}: {warning}", file.display()));
                }
                made.push(stamped);
            }
            Err(mut failure) => {
                failure.message = format!("{}: {}", file.display(), failure.message);
                failed = Some(failure);
                break;
            }
        }
    }
    progress.end();
    match made.as_slice() {
        [one] if arguments.files.len() == 1 => context.output.one(one, || told(one))?,
        [] => {}
        all if context.output.is_for_people() => {
            for stamped in all {
                context
                    .output
                    .one(stamped, || format!("{}\n", told(stamped)))?;
            }
        }
        all => context
            .output
            .list(all, |_| crate::output::Table::new(&[]))?,
    }
    failed.map_or(Ok(Exit::Ok), Err)
}

fn told(stamped: &Stamped) -> String {
    facts(&stamped.stamp)
        .with("Stamped PDF", &stamped.file)
        .render()
}

/// Where each stamped PDF goes; what would be in the way is found before anything is stamped.
fn ways<'a>(
    files: &'a [PathBuf],
    out: Option<&Path>,
    force: bool,
) -> Result<Vec<(&'a Path, PathBuf)>, Failure> {
    let is_directory = out.is_some_and(|out| out.is_dir());
    if files.len() > 1 && out.is_some() && !is_directory {
        return Err(Failure::usage(
            "for several files --out is a directory, and it must be there",
        ));
    }
    let mut ways: Vec<(&Path, PathBuf)> = Vec::new();
    for file in files {
        let to = match out {
            Some(out) if is_directory => out.join(stamped_name(file)),
            Some(out) => out.to_owned(),
            None => file.with_file_name(stamped_name(file)),
        };
        let is_same = |other: &Path| match (file.canonicalize(), other.canonicalize()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        };
        let shown = to.display();
        if is_same(&to) {
            return Err(Failure::usage(format!(
                "{shown} is the original, which is never written over: name another file with --out"
            )));
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(Failure::usage(format!(
                "{shown}: there is no such directory"
            )));
        }
        if !force && to.exists() {
            return Err(Failure::error(format!(
                "{shown}: it is there already; --force writes over it"
            )));
        }
        if ways.iter().any(|(_, earlier)| *earlier == to) {
            return Err(Failure::usage(format!(
                "two files would become {shown}: stamp them one by one"
            )));
        }
        ways.push((file, to));
    }
    Ok(ways)
}

/// `NAME.stamped.pdf`
fn stamped_name(file: &Path) -> String {
    format!("{}.stamped.pdf", stem(file))
}

fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

async fn one(
    client: &Client,
    recipe: &Recipe,
    file: &Path,
    out: &Path,
    force: bool,
) -> Result<Stamped, Failure> {
    let original = std::fs::read(file).map_err(|error| Failure::error(error.to_string()))?;
    let stamping = recipe.stamping(file, original);
    let (stamp, pdf) = make(client, &stamping).await?;
    written(out, stamp, &pdf, force)
}

/// Puts the file where it goes.
fn written(out: &Path, stamp: Stamp, pdf: &[u8], force: bool) -> Result<Stamped, Failure> {
    write_new(out, pdf, force).map_err(|failure| {
        let (reference, why) = (&stamp.reference, failure.message);
        Failure::error(format!(
            "stamped as {reference}, and not written: {why}; `ananke stamps pdf {reference} --out FILE` fetches it"
        ))
    })?;
    Ok(Stamped {
        file: out.display().to_string(),
        stamp,
    })
}

/// Has it stamped, and fetches the file.
async fn make(client: &Client, stamping: &Stamping) -> Result<(Stamp, Vec<u8>), Error> {
    let stamps = client.tcode().stamps();
    let stamp = stamps.create(stamping).await?;
    let pdf = fetched(client, &stamp).await?;
    Ok((stamp, pdf))
}

/// The stamped file, if it is the one that was made.
async fn fetched(client: &Client, stamp: &Stamp) -> Result<Vec<u8>, Error> {
    let pdf = client.tcode().stamps().pdf(stamp.id).await?;
    if Sha256::of(&pdf).to_hex() != stamp.stamped_hash {
        return Err(Error::Answer {
            origin: client.base_url().to_owned(),
            cause: "the file that was sent is not the one that was stamped".to_owned(),
        });
    }
    Ok(pdf)
}

impl Recipe {
    async fn look_up(client: &Client, what: What) -> Result<Self, Failure> {
        let template = match &what.template {
            Some(template) => Some(tdoc_templates::named(client, template, true).await?),
            None => None,
        };
        let placement = match &what.placement {
            Some(placement) => Some(placements::named(client, placement).await?),
            None => None,
        };
        Ok(Self {
            what,
            template,
            placement,
        })
    }

    fn stamping(&self, file: &Path, original: Vec<u8>) -> Stamping {
        let what = &self.what;
        let name = what.name.clone().unwrap_or_else(|| stem(file));
        let mut stamping = Stamping::new(name, &what.type_code, original);
        if let Some(id) = self.template {
            stamping = stamping.template(id);
        }
        for (key, value) in &what.fields {
            stamping = stamping.field(key, value);
        }
        if let Some(id) = self.placement {
            stamping = stamping.placement(id);
        }
        if let Some(date) = &what.expires {
            stamping = stamping.expires_at(date);
        }
        if let Some(id) = &what.external_id {
            stamping = stamping.external_id(id);
        }
        if what.allow_signed {
            stamping = stamping.allow_signed(true);
        }
        if what.repair {
            stamping = stamping.repair(true);
        }
        stamping
    }
}

//! `ananke placements`: where stamps go on a page.

use ananke_api::tcode::placement::{PageNumber, PageWord, PlacementInput, PlacementTemplate};
use ananke_client::Client;
use ananke_client::tcode::PlacementFilter;
use uuid::Uuid;

use super::templates::only;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};

/// Placement templates of the tenant of ANANKE_API_KEY.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(subcommand)]
    command: Command,
}

/// What to do with placement templates.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List placement templates, newest first
    List {
        /// Part of the name
        #[arg(long)]
        search: Option<String>,
    },
    /// Make a placement template. Lengths are in points of 1/72 inch, from the lower left corner of the page as it is seen
    Create {
        /// Its name
        name: String,
        /// first, last, or a number from 1 [default: last]
        #[arg(long, value_parser = parse_page)]
        page: Option<PageNumber>,
        /// The stamp's left edge [default: at the right]
        #[arg(long, value_name = "POINTS")]
        x: Option<f64>,
        /// Its lower edge [default: at the bottom]
        #[arg(long, value_name = "POINTS")]
        y: Option<f64>,
        /// Side of the barcode [default: 90]
        #[arg(long, value_name = "POINTS")]
        size: Option<f64>,
        /// Distance from the edges where no place is given [default: 18]
        #[arg(long, value_name = "POINTS")]
        margin: Option<f64>,
        /// Words beside the barcode [default: how to check the document]
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
    },
    /// Show one placement template
    Show {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        placement: String,
    },
    /// Delete a placement template; stamps that were made with it stay as they are
    Delete {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        placement: String,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

fn parse_page(text: &str) -> Result<PageNumber, String> {
    match text {
        "first" => Ok(PageNumber::Word(PageWord::First)),
        "last" => Ok(PageNumber::Word(PageWord::Last)),
        number => match number.parse() {
            Ok(number @ 1..) => Ok(PageNumber::Number(number)),
            _ => Err("it is first, last, or a number from 1".to_owned()),
        },
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    let placements = client.tcode().placements();
    let placement = match arguments.command {
        Command::List { search } => {
            let filter = PlacementFilter {
                search,
                ..PlacementFilter::default()
            };
            let found = placements.list_all(filter).collect().await?;
            context.output.list(&found, table)?;
            return Ok(Exit::Ok);
        }
        Command::Create {
            name,
            page,
            x,
            y,
            size,
            margin,
            label,
        } => {
            let input = PlacementInput {
                name,
                page_number: page,
                x,
                y,
                size,
                margin,
                label_text: label,
            };
            placements.create(&input).await?
        }
        Command::Show { placement } => placements.get(named(&client, &placement).await?).await?,
        Command::Delete { placement, dry_run } => {
            let found = placements.get(named(&client, &placement).await?).await?;
            let name = &found.name;
            if dry_run {
                context
                    .output
                    .say(format!("would delete {name}; nothing was done"));
            } else {
                placements.delete(found.id).await?;
                context.output.say(format!("deleted {name}"));
            }
            return Ok(Exit::Ok);
        }
    };
    context
        .output
        .one(&placement, || facts(&placement).render())?;
    Ok(Exit::Ok)
}

/// The id of a placement template, from its id or its whole name.
pub(super) async fn named(client: &Client, wanted: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::parse_str(wanted) {
        return Ok(id);
    }
    let filter = PlacementFilter {
        search: Some(wanted.to_owned()),
        ..PlacementFilter::default()
    };
    let found = client.tcode().placements().list_all(filter);
    let found = found.collect().await?;
    let found = found.into_iter().filter(|found| found.name == wanted);
    let ids: Vec<Uuid> = found.map(|found| found.id).collect();
    only(
        &ids,
        wanted,
        ["placement template", "ananke placements list"],
    )
}

fn page(page: PageNumber) -> String {
    match page {
        PageNumber::Number(number) => number.to_string(),
        PageNumber::Word(PageWord::First) => "first".to_owned(),
        PageNumber::Word(PageWord::Last) => "last".to_owned(),
    }
}

/// In words, from the lower left corner.
fn place(placement: &PlacementTemplate) -> String {
    let margin = placement.margin;
    let x = placement.x.map_or_else(
        || format!("{margin} pt from the right"),
        |x| format!("{x} pt from the left"),
    );
    let y = placement.y.unwrap_or(margin);
    format!("{x}, {y} pt from the bottom")
}

fn table(placements: &[PlacementTemplate]) -> Table {
    placements.iter().fold(
        Table::new(&["ID", "NAME", "PAGE", "SIZE", "PLACE"]),
        |table, placement| {
            table.row([
                &placement.id.to_string(),
                &placement.name,
                &page(placement.page_number),
                &format!("{} pt", placement.size),
                &place(placement),
            ])
        },
    )
}

fn facts(placement: &PlacementTemplate) -> Facts {
    Facts::new()
        .with("Id", placement.id.to_string())
        .with("Name", &placement.name)
        .with("Page", page(placement.page_number))
        .with("Place", place(placement))
        .with("Size", format!("{} pt", placement.size))
        .maybe("Label", placement.label_text.as_ref())
        .with("Version", placement.version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_words_or_numbers() {
        for text in ["first", "last", "1", "12"] {
            assert_eq!(page(parse_page(text).unwrap()), text);
        }
        for text in ["0", "-1", "middle", ""] {
            assert!(parse_page(text).is_err(), "{text}");
        }
    }
}

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

/// Placement templates of your tenant.
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
        #[command(flatten)]
        layout: Layout,
    },
    /// Change a placement template: what is not named stays. Stamps that were made with it stay as they are
    Update {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        placement: String,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        layout: Layout,
    },
    /// Copy a placement template under another name
    Duplicate {
        /// Its id or its whole name
        #[arg(value_name = "ID|NAME")]
        placement: String,
        /// The name of the copy
        name: String,
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

/// Where a stamp goes.
#[derive(Debug, clap::Args)]
struct Layout {
    /// first, last, or a number from 1 [default: last]
    #[arg(long, value_parser = parse_page)]
    page: Option<PageNumber>,
    /// The stamp's left edge, or right: at the right edge of the page [default: right]
    #[arg(long, value_name = "POINTS|right", value_parser = |text: &str| parse_edge(text, "right"))]
    x: Option<Edge>,
    /// Its lower edge, or bottom: at the bottom of the page [default: bottom]
    #[arg(long, value_name = "POINTS|bottom", value_parser = |text: &str| parse_edge(text, "bottom"))]
    y: Option<Edge>,
    /// Side of the barcode [default: 90]
    #[arg(long, value_name = "POINTS")]
    size: Option<f64>,
    /// Distance from the edges where no place is given [default: 18]
    #[arg(long, value_name = "POINTS")]
    margin: Option<f64>,
    /// Words beside the barcode; with no words the usual ones [default: how to check the document]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
}

/// One coordinate of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edge {
    /// So many points from the left or from below.
    At(f64),
    /// At the edge of the page, with the margin.
    Page,
}

fn parse_edge(text: &str, word: &str) -> Result<Edge, String> {
    if text == word {
        return Ok(Edge::Page);
    }
    let points = text.parse().map(Edge::At);
    points.map_err(|_| format!("it is a number of points, or {word}"))
}

impl Layout {
    /// Puts what was named into a template.
    fn lay(self, input: &mut PlacementInput) {
        let point = |edge| match edge {
            Edge::At(points) => Some(points),
            Edge::Page => None,
        };
        if let Some(x) = self.x {
            input.x = point(x);
        }
        if let Some(y) = self.y {
            input.y = point(y);
        }
        input.page_number = self.page.or(input.page_number);
        input.size = self.size.or(input.size);
        input.margin = self.margin.or(input.margin);
        if let Some(label) = self.label {
            input.label_text = Some(label).filter(|label| !label.is_empty());
        }
    }
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
        Command::Create { name, layout } => {
            let mut input = PlacementInput {
                name,
                page_number: None,
                x: None,
                y: None,
                size: None,
                margin: None,
                label_text: None,
            };
            layout.lay(&mut input);
            placements.create(&input).await?
        }
        Command::Update {
            placement,
            name,
            layout,
        } => {
            let found = placements.get(named(&client, &placement).await?).await?;
            let mut input = PlacementInput {
                name: name.unwrap_or(found.name),
                page_number: Some(found.page_number),
                x: found.x,
                y: found.y,
                size: Some(found.size),
                margin: Some(found.margin),
                label_text: found.label_text,
            };
            layout.lay(&mut input);
            // Whoever changed it meanwhile did not do so in vain.
            placements
                .update(found.id, &input, Some(found.version))
                .await?
        }
        Command::Duplicate { placement, name } => {
            let id = named(&client, &placement).await?;
            placements.duplicate(id, &name).await?
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
    fn places_are_points_or_an_edge() {
        assert_eq!(parse_edge("12.5", "right"), Ok(Edge::At(12.5)));
        assert_eq!(parse_edge("right", "right"), Ok(Edge::Page));
        assert!(parse_edge("bottom", "right").is_err());
    }

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

//! Placement templates: where stamps go.

use ananke_api::tcode::placement::{PageNumber, PageWord, PlacementInput, PlacementTemplate};
use ananke_pdf::stamp;
use ananke_store::{Template as Row, TemplateKind};
use serde::{Deserialize, Serialize};

use super::{Kind, version_of};
use crate::app::Shared;
use crate::ops::words::shown;

/// Placement templates.
pub struct Placement;

/// What a version holds, as it is stored. Lengths are in points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    page_number: PageNumber,
    x: Option<f64>,
    y: Option<f64>,
    size: f64,
    margin: f64,
    label_text: Option<String>,
}

impl Body {
    /// The same for whoever stamps.
    #[must_use]
    pub fn placement(&self) -> stamp::Placement {
        stamp::Placement {
            page: match self.page_number {
                PageNumber::Number(number) => stamp::Page::Number(number),
                PageNumber::Word(PageWord::First) => stamp::Page::First,
                PageNumber::Word(PageWord::Last) => stamp::Page::Last,
            },
            x: self.x,
            y: self.y,
            size: self.size,
            margin: self.margin,
            label: self.label_text.clone(),
        }
    }
}

impl Kind for Placement {
    const KIND: TemplateKind = TemplateKind::Placement;
    const EVENTS: &'static str = "placement_template.";
    const IN_USE: &'static str = "templates name this placement template, so it cannot be deleted: give them another one first";
    type Input = PlacementInput;
    type Body = Body;
    type Shown = PlacementTemplate;

    fn name(input: &PlacementInput) -> &str {
        &input.name
    }

    fn is_active(_: &PlacementInput) -> Option<bool> {
        None
    }

    fn body(_: &Shared, input: &PlacementInput) -> Body {
        let default = stamp::Placement::default();
        Body {
            page_number: input
                .page_number
                .unwrap_or(PageNumber::Word(PageWord::Last)),
            x: input.x,
            y: input.y,
            size: input.size.unwrap_or(default.size),
            margin: input.margin.unwrap_or(default.margin),
            label_text: input.label_text.clone(),
        }
    }

    fn show(row: &Row, body: Body) -> PlacementTemplate {
        PlacementTemplate {
            id: row.id,
            name: row.name.clone(),
            page_number: body.page_number,
            x: body.x,
            y: body.y,
            size: body.size,
            margin: body.margin,
            label_text: body.label_text,
            version: version_of(row),
            created_at: shown(row.created_at),
            updated_at: shown(row.updated_at),
        }
    }
}

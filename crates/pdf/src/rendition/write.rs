//! A plan becomes a PDF: tagged, PDF/A-2a and PDF/UA-1.

mod about;
mod draw;

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::geom::Rect;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::plan::{Block, Mark, PAGE, Plan};
use super::words::words;
use super::{Rendition, RenditionError};
use crate::fonts::Fonts;

pub(super) fn pdf(
    fonts: &Fonts,
    rendition: &Rendition,
    plan: &Plan,
) -> Result<Vec<u8>, RenditionError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| refused(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut contents = vec![Vec::new(); plan.blocks.len()];
    let mut links = vec![None; plan.blocks.len()];
    for marks in &plan.pages {
        let settings =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| refused(&"page size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw::draw(&mut surface, fonts, mark, &mut contents);
        }
        surface.finish();
        for mark in marks {
            if let Some((block, annotation)) = link(mark, rendition) {
                links[block] = Some(page.add_tagged_annotation(annotation));
            }
        }
        page.finish();
    }
    document.set_metadata(about::metadata(rendition));
    document.set_outline(about::outline(rendition));
    document.set_tag_tree(about::tags(rendition, &plan.blocks, contents, links));
    document.finish().map_err(|error| refused(&error))
}

fn refused(reason: &dyn std::fmt::Debug) -> RenditionError {
    RenditionError::Write {
        reason: format!("{reason:?}"),
    }
}

fn link(mark: &Mark, rendition: &Rendition) -> Option<(Block, Annotation)> {
    let Mark::Link {
        x,
        y,
        width,
        height,
        address,
        block,
    } = mark
    else {
        return None;
    };
    let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
    let area = Rect::from_xywh(*x, *y, *width, *height)?;
    let described = format!(
        "{} {}",
        words(rendition.language).verify_at,
        rendition.verification_url
    );
    let annotation = Annotation::new_link(LinkAnnotation::new(area, target), Some(described));
    Some((*block, annotation))
}

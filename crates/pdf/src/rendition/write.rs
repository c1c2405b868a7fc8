//! A plan becomes a PDF: tagged, PDF/A-2a and PDF/UA-1.

use std::num::NonZeroU16;

use jiff::tz::TimeZone;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::{Document, SerializeSettings};

use super::plan::{Block, Colour, Mark, PAGE, Plan, Role, TEST};
use super::words::words;
use super::{Rendition, RenditionError};
use crate::fonts::Fonts;
use crate::qr::{QUIET_ZONE, Qr};
use crate::text::Line;

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
            draw(&mut surface, fonts, mark, &mut contents);
        }
        surface.finish();
        for mark in marks {
            if let Some((block, annotation)) = link(mark, rendition) {
                links[block] = Some(page.add_tagged_annotation(annotation));
            }
        }
        page.finish();
    }
    document.set_metadata(metadata(rendition));
    document.set_outline(outline(rendition));
    document.set_tag_tree(tags(rendition, &plan.blocks, contents, links));
    document.finish().map_err(|error| refused(&error))
}

fn refused(reason: &dyn std::fmt::Debug) -> RenditionError {
    RenditionError::Write {
        reason: format!("{reason:?}"),
    }
}

/// What the document is called: its title, else its kind, else just "Document".
fn name(rendition: &Rendition) -> String {
    [&rendition.title, &rendition.document_type]
        .into_iter()
        .map(|text| printable(text).trim().to_owned())
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| words(rendition.language).document.to_owned())
}

/// PDF/UA wants an outline, even of a single entry.
fn outline(rendition: &Rendition) -> Outline {
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(name(rendition), top));
    outline
}

fn metadata(rendition: &Rendition) -> Metadata {
    let at = TimeZone::UTC.to_datetime(rendition.issued_at);
    let small = |number: i8| number.unsigned_abs();
    Metadata::new()
        .title(name(rendition))
        .authors(vec![printable(&rendition.issuer_name)])
        .description(rendition.verification_url.clone())
        .creator(format!("Ananke rendition {}", super::RENDERER_VERSION))
        .language(rendition.language.tag().to_owned())
        .document_id(rendition.reference.clone())
        // The document's own time: a clock would make every copy differ.
        .creation_date(
            DateTime::new(at.year().unsigned_abs())
                .month(small(at.month()))
                .day(small(at.day()))
                .hour(small(at.hour()))
                .minute(small(at.minute()))
                .second(small(at.second()))
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        )
}

/// Metadata is XML: control characters are not allowed in it, whatever their escape.
fn printable(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .filter(|character| !matches!(character, '\u{FFFE}' | '\u{FFFF}'))
        .collect()
}

/// The tree of those who hear the page, in the order of the blocks.
fn tags(
    rendition: &Rendition,
    blocks: &[Role],
    contents: Vec<Vec<Identifier>>,
    links: Vec<Option<Identifier>>,
) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(rendition.language.tag().to_owned()));
    let mut table: Option<TagGroup> = None;
    let mut row: Option<TagGroup> = None;
    for ((role, content), link) in blocks.iter().zip(contents).zip(links) {
        if !matches!(role, Role::Label | Role::Value) {
            tree.children.extend(table.take().map(Into::into));
        }
        match role {
            Role::Heading => {
                let title = Some(name(rendition));
                tree.push(group(Tag::Hn(NonZeroU16::MIN, title), content));
            }
            Role::Paragraph => {
                let mut paragraph = TagGroup::new(Tag::P);
                match link {
                    Some(annotation) => {
                        let mut inner = TagGroup::new(Tag::Link);
                        inner.push(annotation);
                        inner.children.extend(content.into_iter().map(Into::into));
                        paragraph.push(inner);
                    }
                    None => paragraph
                        .children
                        .extend(content.into_iter().map(Into::into)),
                }
                tree.push(paragraph);
            }
            Role::Picture { described } => {
                tree.push(group(Tag::Figure(Some(described.clone())), content));
            }
            Role::Label => {
                let mut line = TagGroup::new(Tag::TR);
                line.push(group(Tag::TH(TableHeaderScope::Row), content));
                row = Some(line);
            }
            Role::Value => {
                if let Some(mut line) = row.take() {
                    line.push(group(Tag::TD, content));
                    table
                        .get_or_insert_with(|| TagGroup::new(Tag::Table))
                        .push(line);
                }
            }
        }
    }
    tree.children.extend(table.map(Into::into));
    tree
}

fn group(tag: impl Into<krilla::tagging::TagKind>, content: Vec<Identifier>) -> TagGroup {
    let mut group = TagGroup::new(tag);
    group.children.extend(content.into_iter().map(Into::into));
    group
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

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark, contents: &mut [Vec<Identifier>]) {
    match mark {
        Mark::Text {
            line,
            x,
            y,
            colour,
            block,
        } => {
            surface.set_fill(Some(fill(*colour, 1.0)));
            let tag = if block.is_some() {
                ContentTag::Span(SpanTag::empty())
            } else {
                decoration(ArtifactType::PaginationOther)
            };
            let id = surface.start_tagged(tag);
            glyphs(surface, fonts, line, *x, *y, false);
            surface.end_tagged();
            if let Some(block) = block {
                contents[*block].push(id);
            }
        }
        Mark::Code {
            qr,
            x,
            y,
            side,
            block,
        } => {
            surface.set_fill(Some(fill(Colour(0, 0, 0), 1.0)));
            let id = surface.start_tagged(ContentTag::Other);
            if let Some(path) = modules(qr, *x, *y, *side) {
                surface.draw_path(&path);
            }
            surface.end_tagged();
            contents[*block].push(id);
        }
        Mark::Watermark { line } => {
            surface.start_tagged(decoration(ArtifactType::Watermark));
            surface.set_fill(Some(fill(TEST, 0.10)));
            let (middle_x, middle_y) = (PAGE.0 / 2.0, PAGE.1 / 2.0);
            surface.push_transform(&Transform::from_rotate_at(-52.0, middle_x, middle_y));
            let x = middle_x - line.width / 2.0;
            glyphs(surface, fonts, line, x, middle_y + line.size * 0.36, true);
            surface.pop();
            surface.end_tagged();
        }
        Mark::Link { .. } => {}
        Mark::Area { .. } | Mark::Outline { .. } | Mark::Rule { .. } => {
            surface.start_tagged(decoration(ArtifactType::Layout));
            shape(surface, mark);
            surface.end_tagged();
        }
    }
}

fn decoration(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

fn fill(colour: Colour, opacity: f32) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
        ..Fill::default()
    }
}

fn glyphs(surface: &mut Surface<'_>, fonts: &Fonts, line: &Line, x: f32, y: f32, outlined: bool) {
    let mut at = x;
    for run in &line.runs {
        let font = fonts.face(run.face).font.clone();
        let start = Point::from_xy(at, y);
        surface.draw_glyphs(start, &run.glyphs, font, &run.text, line.size, outlined);
        at += run.advance * line.size;
    }
}

fn shape(surface: &mut Surface<'_>, mark: &Mark) {
    let (path, colour) = match mark {
        Mark::Area {
            x,
            y,
            width,
            height,
            radius,
            colour,
        } => (rounded(*x, *y, *width, *height, *radius), *colour),
        Mark::Rule {
            x,
            y,
            width,
            thickness,
            colour,
        } => (rounded(*x, *y, *width, *thickness, 0.0), *colour),
        Mark::Outline {
            inset,
            thickness,
            colour,
        } => (frame(*inset, *thickness), *colour),
        _ => return,
    };
    surface.set_fill(Some(fill(colour, 1.0)));
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}

/// Four bars around the page.
fn frame(inset: f32, thickness: f32) -> Option<Path> {
    let (width, height) = (PAGE.0 - 2.0 * inset, PAGE.1 - 2.0 * inset);
    let mut path = PathBuilder::new();
    for (x, y, w, h) in [
        (inset, inset, width, thickness),
        (inset, inset + height - thickness, width, thickness),
        (
            inset,
            inset + thickness,
            thickness,
            height - 2.0 * thickness,
        ),
        (
            inset + width - thickness,
            inset + thickness,
            thickness,
            height - 2.0 * thickness,
        ),
    ] {
        path.push_rect(Rect::from_xywh(x, y, w, h)?);
    }
    path.finish()
}

fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    if radius <= 0.0 {
        path.push_rect(Rect::from_xywh(x, y, width, height)?);
        return path.finish();
    }
    let (right, bottom, r) = (x + width, y + height, radius);
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.quad_to(right, y, right, y + r);
    path.line_to(right, bottom - r);
    path.quad_to(right, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.quad_to(x, bottom, x, bottom - r);
    path.line_to(x, y + r);
    path.quad_to(x, y, x + r, y);
    path.close();
    path.finish()
}

/// One path for all dark modules, so that no seam shows between them.
fn modules(qr: &Qr, x: f32, y: f32, side: f32) -> Option<Path> {
    let module = side / (qr.size + 2 * QUIET_ZONE) as f32;
    let place = |index: usize| (index + QUIET_ZONE) as f32 * module;
    let mut path = PathBuilder::new();
    for (row, column, length) in &qr.bars {
        path.push_rect(Rect::from_xywh(
            x + place(*column),
            y + place(*row),
            *length as f32 * module,
            module,
        )?);
    }
    path.finish()
}

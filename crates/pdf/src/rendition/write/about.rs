//! What the document says about itself: metadata, outline, tags.

use std::num::NonZeroU16;

use jiff::tz::TimeZone;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use super::super::plan::Role;
use super::super::words::words;
use super::super::{RENDERER_VERSION, Rendition};

/// What the document is called: its title, else its kind, else just "Document".
fn name(rendition: &Rendition) -> String {
    [&rendition.title, &rendition.document_type]
        .into_iter()
        .map(|text| printable(text).trim().to_owned())
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| words(rendition.language).document.to_owned())
}

/// PDF/UA wants an outline, even of a single entry.
pub(super) fn outline(rendition: &Rendition) -> Outline {
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(name(rendition), top));
    outline
}

pub(super) fn metadata(rendition: &Rendition) -> Metadata {
    let at = TimeZone::UTC.to_datetime(rendition.issued_at);
    let small = |number: i8| number.unsigned_abs();
    Metadata::new()
        .title(name(rendition))
        .authors(vec![printable(&rendition.issuer_name)])
        .description(rendition.verification_url.clone())
        .creator(format!("Ananke rendition {}", RENDERER_VERSION))
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
pub(super) fn tags(
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

fn group(tag: impl Into<TagKind>, content: Vec<Identifier>) -> TagGroup {
    let mut group = TagGroup::new(tag);
    group.children.extend(content.into_iter().map(Into::into));
    group
}

//! Placement templates on the wire: where a stamp goes on a page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A page: its number from 1, or one of two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PageNumber {
    /// From 1.
    Number(u32),
    /// The first or the last one, however many there are.
    Word(PageWord),
}

/// The two pages every file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PageWord {
    /// The first one.
    First,
    /// The last one.
    Last,
}

/// Body of `POST` and `PUT /v1/tcode/placement-templates`. Lengths are in points of 1/72 inch; the origin is at the
/// bottom left of the visible page, as it is turned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementInput {
    /// Name for people, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Which page; default `last`. Also taken: `page`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<PageNumber>,
    /// The stamp's left edge; default: at the right, `margin` from the edge. Also taken: `positionX`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 14400)]
    pub x: Option<f64>,
    /// Its lower edge; default: at the bottom, `margin` from the edge. Also taken: `positionY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 14400)]
    pub y: Option<f64>,
    /// The side of the barcode with a quiet zone of one module; default 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 10, maximum = 1000)]
    pub size: Option<f64>,
    /// The distance from the edges where no position is given; default 18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1000)]
    pub margin: Option<f64>,
    /// Words beside the barcode, at most 200 characters; default: how to check the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub label_text: Option<String>,
}

/// A placement template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacementTemplate {
    /// Id.
    pub id: Uuid,
    /// Name for people.
    pub name: String,
    /// Which page.
    pub page_number: PageNumber,
    /// The stamp's left edge; `null`: at the right.
    #[schema(required)]
    pub x: Option<f64>,
    /// Its lower edge; `null`: at the bottom.
    #[schema(required)]
    pub y: Option<f64>,
    /// The side of the barcode with a quiet zone of one module.
    pub size: f64,
    /// The distance from the edges where no position is given.
    pub margin: f64,
    /// Words beside the barcode; `null`: how to check the document.
    #[schema(required)]
    pub label_text: Option<String>,
    /// Counts its changes from 1. Also the `ETag`.
    pub version: u32,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

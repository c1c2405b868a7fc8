//! Where a stamp lies: points of the visible page, which has its origin at the bottom left after rotation.

use serde::{Deserialize, Serialize};

use super::StampError;
use super::draw::Block;
use crate::exact;

/// A point in millimetres.
const MM_PER_POINT: f64 = 25.4 / 72.0;
/// Every scanner reads modules of this size.
pub(super) const GOOD_MM: f64 = 0.30;
/// None reads smaller ones from paper.
const LEAST_MM: f64 = 0.20;
/// No page is larger (ISO 32000-1, annex C), so nothing on it is.
const LARGEST: f64 = 14_400.0;

/// A page of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// The first one.
    First,
    /// The last one.
    #[default]
    Last,
    /// One by its number, from 1.
    Number(u32),
}

/// Where the stamp goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// On which page.
    pub page: Page,
    /// The stamp's left edge, in points from the left; absent: at the right.
    #[serde(with = "exact::optional")]
    pub x: Option<f64>,
    /// Its lower edge, in points from the bottom; absent: at the bottom.
    #[serde(with = "exact::optional")]
    pub y: Option<f64>,
    /// The symbol's side in points, with a quiet zone of one module.
    #[serde(with = "exact")]
    pub size: f64,
    /// The distance from the page's edges where no position is given.
    #[serde(with = "exact")]
    pub margin: f64,
    /// Words beside it.
    pub label: Option<String>,
}

impl Default for Placement {
    fn default() -> Self {
        Self {
            page: Page::Last,
            x: None,
            y: None,
            size: 90.0,
            margin: 18.0,
            label: None,
        }
    }
}

/// What is seen of a page: the box in the page's own units, how far it is turned, and points per unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    /// Quarters of a turn, clockwise.
    pub(super) quarters: u8,
    pub(super) unit: f64,
}

impl View {
    /// Width and height as they are seen, in points.
    fn size(&self) -> (f64, f64) {
        let (width, height) = (self.right - self.left, self.top - self.bottom);
        let (width, height) = match self.quarters {
            1 | 3 => (height, width),
            _ => (width, height),
        };
        (width * self.unit, height * self.unit)
    }

    /// The matrix that leads from points of the view to units of the page, with its origin at this point.
    fn matrix(&self, x: f64, y: f64) -> [f64; 6] {
        let (s, x, y) = (1.0 / self.unit, x / self.unit, y / self.unit);
        match self.quarters {
            1 => [0.0, s, -s, 0.0, self.right - y, self.bottom + x],
            2 => [-s, 0.0, 0.0, -s, self.right - x, self.top - y],
            3 => [0.0, -s, s, 0.0, self.left + y, self.top - x],
            _ => [s, 0.0, 0.0, s, self.left + x, self.bottom + y],
        }
    }
}

/// Where a stamp lies: points of the visible page, as readers turn it, from its lower left corner. Everything that was drawn there is covered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// From the left edge of the page.
    #[serde(with = "exact")]
    pub x: f64,
    /// From its lower edge.
    #[serde(with = "exact")]
    pub y: f64,
    /// To the right.
    #[serde(with = "exact")]
    pub width: f64,
    /// Upwards.
    #[serde(with = "exact")]
    pub height: f64,
}

/// A stamp that has its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// From the block's points to the page's units.
    pub(super) matrix: [f64; 6],
    pub(super) area: Area,
}

impl Placement {
    /// Whether its lengths are such at all.
    pub(super) fn check(&self) -> Result<(), StampError> {
        let lengths = [
            ("size", Some(self.size), f64::MIN_POSITIVE, "more than 0"),
            ("margin", Some(self.margin), 0.0, "at least 0"),
            // A position that is too small is told with the page it has to lie on.
            ("position from the left", self.x, -LARGEST, "at least 0"),
            ("position from the bottom", self.y, -LARGEST, "at least 0"),
        ];
        for (what, value, least, rule) in lengths {
            let value = value.unwrap_or(least);
            if !(least..=LARGEST).contains(&value) {
                return Err(StampError::Size { what, rule, value });
            }
        }
        Ok(())
    }
}

/// A module of a symbol of this size, in millimetres. The size has one more module on each side.
pub(super) fn module_mm(size: f64, side: usize) -> f64 {
    size / (side as f64 + 2.0) * MM_PER_POINT
}

/// The size of a symbol with such modules.
pub(super) fn size_for(module_mm: f64, side: usize) -> f64 {
    (module_mm / MM_PER_POINT * (side as f64 + 2.0)).ceil()
}

/// Finds the block's place on a page.
pub(super) fn place(
    placement: &Placement,
    block: &Block,
    view: &View,
) -> Result<Placed, StampError> {
    let (size, side) = (placement.size, block.side);
    let module_mm = module_mm(size, side);
    if module_mm < LEAST_MM {
        let least = size_for(LEAST_MM, side);
        return Err(StampError::TooSmall {
            size,
            module_mm,
            least,
        });
    }
    let (page_width, page_height) = view.size();
    let (width, height) = (block.width, block.height);
    let x = placement.x.unwrap_or(page_width - placement.margin - width);
    let y = placement.y.unwrap_or(placement.margin);
    // A hundredth of a point is nobody's fault.
    let fits = |at: f64, length: f64, room: f64| at >= -0.01 && at + length <= room + 0.01;
    if !fits(x, width, page_width) || !fits(y, height, page_height) {
        return Err(StampError::Outside {
            x,
            y,
            width,
            height,
            page_width,
            page_height,
        });
    }
    Ok(Placed {
        matrix: view.matrix(x, y),
        area: Area {
            x,
            y,
            width,
            height,
        },
    })
}

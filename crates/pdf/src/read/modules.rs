//! The modules of a symbol whose corners are known, measured in grey: where light and dark run into each other, and noise lies over
//! both, the most probable ones.
//!
//! The patterns around each region of a symbol are known. They say how the grid lies, to a part of a pixel. How far a module shines
//! into the next ones is then measured over all of the symbol, and each is taken for what explains the grey of itself and its neighbours.

use rxing::Point;
use rxing::common::{BitMatrix, PerspectiveTransform, Quadrilateral};
use rxing::datamatrix::decoder::Version;

use super::field::Field;
use super::gray::Gray;

/// With less correlation with its patterns nothing is looked at any closer; once the grid lies as well as it can, with less than this.
const LIKELY: f32 = 0.2;
const FITTING: f32 = 0.5;
/// Steps of the corners as the grid is fitted, in modules.
const STEPS: [f32; 5] = [0.5, 0.25, 0.12, 0.06, 0.03];
/// So often each step is taken.
const ROUNDS: usize = 4;
/// Where a module is measured, from its middle.
const WITHIN: [f32; 3] = [-0.3, 0.0, 0.3];
/// Detectors miscount the modules of a side by so many.
const MISCOUNTED: u32 = 10;

/// How a symbol is divided.
#[derive(Clone, Copy)]
struct Plan {
    columns: usize,
    rows: usize,
    /// Columns and rows of a region, with the patterns around it.
    region: (usize, usize),
}

impl Plan {
    fn of(columns: u32, rows: u32) -> Option<Self> {
        let version = Version::getVersionForDimensions(rows, columns).ok()?;
        let region = (
            version.getDataRegionSizeColumns() + 2,
            version.getDataRegionSizeRows() + 2,
        );
        Some(Self {
            columns: columns as usize,
            rows: rows as usize,
            region: (region.0 as usize, region.1 as usize),
        })
    }

    /// Whether a module of a pattern is light; `None` where it holds data.
    fn known(&self, column: usize, row: usize) -> Option<bool> {
        let (column, row) = (column % self.region.0, row % self.region.1);
        if column == 0 || row + 1 == self.region.1 {
            Some(false)
        } else if row == 0 {
            Some(column % 2 == 1)
        } else if column + 1 == self.region.0 {
            Some(row % 2 == 0)
        } else {
            None
        }
    }

    fn modules(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (column, row)))
    }
}

/// Measures the modules between the corners that a detector found, from the top left one with the sun, and of which it counted so
/// many.
pub(super) fn measured(
    picture: &Gray,
    corners: &[Point],
    (columns, rows): (u32, u32),
) -> Option<BitMatrix> {
    let corners: [Point; 4] = corners.try_into().ok()?;
    let near = columns.max(rows).saturating_sub(MISCOUNTED)..=columns.max(rows) + MISCOUNTED;
    let squares = near
        .filter(|side| (*side, *side) != (columns, rows))
        .map(|side| (side, side));
    let fits = std::iter::once((columns, rows))
        .chain(squares)
        .filter_map(|(columns, rows)| {
            let plan = Plan::of(columns, rows)?;
            Some((fitted(picture, &plan, corners)?, plan))
        });
    let ((corners, score), plan) =
        fits.max_by(|((_, one), _), ((_, other), _)| one.abs().total_cmp(&other.abs()))?;
    (score.abs() >= FITTING).then_some(())?;
    decided(picture, &plan, &corners, score < 0.0)
}

/// Lays the grid where its patterns correlate most with what is seen; negative where the symbol is light on dark.
fn fitted(picture: &Gray, plan: &Plan, mut corners: [Point; 4]) -> Option<([Point; 4], f32)> {
    let known: Vec<(Point, f32)> = plan
        .modules()
        .filter_map(|(column, row)| Some((middle(column, row), sign(plan.known(column, row)?))))
        .collect();
    let mut score = correlation(picture, plan, &corners, &known)?;
    if score.abs() < LIKELY {
        return None;
    }
    let side = corners[0].distance(corners[2]) / (plan.columns as f32).hypot(plan.rows as f32);
    for step in STEPS {
        for _ in 0..ROUNDS {
            let before = score;
            for corner in 0..4 {
                for (right, down) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    let mut moved = corners;
                    moved[corner] += Point {
                        x: right * side,
                        y: down * side,
                    };
                    if let Some(better) = correlation(picture, plan, &moved, &known)
                        .filter(|new| new.abs() > score.abs())
                    {
                        (corners, score) = (moved, better);
                    }
                }
            }
            if score == before {
                break;
            }
        }
    }
    Some((corners, score))
}

fn middle(column: usize, row: usize) -> Point {
    Point {
        x: column as f32 + 0.5,
        y: row as f32 + 0.5,
    }
}

fn sign(is_light: bool) -> f32 {
    if is_light { 1.0 } else { -1.0 }
}

/// From modules to pixels.
fn grid(plan: &Plan, corners: &[Point; 4]) -> Option<PerspectiveTransform> {
    let (right, down) = (plan.columns as f32, plan.rows as f32);
    let at = |x, y| Point { x, y };
    let from = Quadrilateral::new(at(0.0, 0.0), at(right, 0.0), at(right, down), at(0.0, down));
    let to = Quadrilateral::new(corners[0], corners[1], corners[2], corners[3]);
    PerspectiveTransform::quadrilateralToQuadrilateral(from, to).ok()
}

fn correlation(
    picture: &Gray,
    plan: &Plan,
    corners: &[Point; 4],
    known: &[(Point, f32)],
) -> Option<f32> {
    let grid = grid(plan, corners)?;
    let mut sums = [0.0_f32; 5];
    for (at, sign) in known {
        let at = grid.transform_point(*at);
        let grey = picture.between((at.x, at.y));
        for (sum, value) in
            sums.iter_mut()
                .zip([grey, *sign, grey * grey, sign * sign, grey * sign])
        {
            *sum += value / known.len() as f32;
        }
    }
    let [grey, sign, grey_2, sign_2, both] = sums;
    let spread = (grey_2 - grey * grey) * (sign_2 - sign * sign);
    (spread > 1.0).then(|| (both - grey * sign) / spread.sqrt())
}

/// What the modules are most probably.
fn decided(
    picture: &Gray,
    plan: &Plan,
    corners: &[Point; 4],
    is_inverted: bool,
) -> Option<BitMatrix> {
    let grid = grid(plan, corners)?;
    let polarity = if is_inverted { -1.0 } else { 1.0 };
    let mut field = Field::new(plan.columns, plan.rows);
    for (column, row) in plan.modules() {
        let points = WITHIN
            .iter()
            .flat_map(|x| WITHIN.iter().map(move |y| (x, y)));
        let middle = middle(column, row);
        let greys = points.map(|(x, y)| {
            let at = grid.transform_point(Point {
                x: middle.x + x,
                y: middle.y + y,
            });
            picture.between((at.x, at.y))
        });
        let grey = polarity * greys.sum::<f32>() / 9.0;
        field.put((column, row), grey, plan.known(column, row));
    }
    field.decide()?;
    let mut modules = BitMatrix::new(plan.columns as u32, plan.rows as u32).ok()?;
    for (column, row) in plan.modules() {
        if !field.is_light(column, row) {
            modules.set(column as u32, row as u32);
        }
    }
    Some(modules)
}

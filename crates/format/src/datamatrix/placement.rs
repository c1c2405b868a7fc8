//! Which module shows what: finder patterns, clock tracks, and the bits of codewords (5.8 and Annex F of the standard).

use std::sync::OnceLock;

use super::{SIZES, Size};

/// What a module shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A bit of a codeword.
    Bit { codeword: usize, mask: u8 },
    /// The same in every symbol of the size.
    Fixed(bool),
}

/// What every module of a symbol shows, row by row; the same for each symbol of a size, so that it is worked out once.
pub(super) fn places(size: &Size) -> &'static [Place] {
    static ALL: [OnceLock<Vec<Place>>; SIZES.len()] = [const { OnceLock::new() }; SIZES.len()];
    let known = SIZES.iter().position(|known| known == size);
    match known.and_then(|at| ALL.get(at)) {
        Some(places) => places.get_or_init(|| placed(size)),
        None => &[],
    }
}

fn placed(size: &Size) -> Vec<Place> {
    let region = size.side / size.regions;
    let inner = region - 2;
    let map = Mapping::new(inner * size.regions);
    let modules = (0..size.side).flat_map(|row| (0..size.side).map(move |column| (row, column)));
    let place = |(row, column)| {
        let (y, x) = (row % region, column % region);
        if x == 0 || y == region - 1 {
            Place::Fixed(true)
        } else if y == 0 {
            Place::Fixed(x % 2 == 0)
        } else if x == region - 1 {
            Place::Fixed(y % 2 == 1)
        } else {
            map.at(
                row / region * inner + y - 1,
                column / region * inner + x - 1,
            )
        }
    };
    modules.map(place).collect()
}

/// Annex F of the standard: which bit stands where, in a square without finder patterns.
struct Mapping {
    side: usize,
    places: Vec<Option<Place>>,
}

impl Mapping {
    fn new(side: usize) -> Self {
        let mut map = Self {
            side,
            places: vec![None; side * side],
        };
        map.fill();
        map
    }

    fn at(&self, row: usize, column: usize) -> Place {
        let place = self.places.get(row * self.side + column).copied().flatten();
        place.unwrap_or(Place::Fixed(false))
    }

    /// The place of a row and column that may lie outside, on the other side then.
    fn index(&self, mut row: isize, mut column: isize) -> Option<usize> {
        let side = self.side.cast_signed();
        if row < 0 {
            row += side;
            column += 4 - (side + 4) % 8;
        }
        if column < 0 {
            column += side;
            row += 4 - (side + 4) % 8;
        }
        usize::try_from(row * side + column).ok()
    }

    fn is_free(&self, row: isize, column: isize) -> bool {
        let index = self.index(row, column);
        index.is_some_and(|index| matches!(self.places.get(index), Some(None)))
    }

    /// A codeword, its bits from the highest on.
    fn set(&mut self, codeword: usize, cells: [(isize, isize); 8]) {
        for ((row, column), shift) in cells.into_iter().zip((0..8).rev()) {
            let place = Place::Bit {
                codeword,
                mask: 1 << shift,
            };
            if let Some(index) = self.index(row, column)
                && let Some(cell) = self.places.get_mut(index)
            {
                *cell = Some(place);
            }
        }
    }

    fn fill(&mut self) {
        let n = self.side.cast_signed();
        let (mut row, mut column, mut codeword) = (4, 0, 0);
        while row < n || column < n {
            let corner = match (row, column) {
                (row, 0) if row == n => Some([
                    (n - 1, 0),
                    (n - 1, 1),
                    (n - 1, 2),
                    (0, n - 2),
                    (0, n - 1),
                    (1, n - 1),
                    (2, n - 1),
                    (3, n - 1),
                ]),
                (row, 0) if row == n - 2 && n % 8 == 4 => Some([
                    (n - 3, 0),
                    (n - 2, 0),
                    (n - 1, 0),
                    (0, n - 2),
                    (0, n - 1),
                    (1, n - 1),
                    (2, n - 1),
                    (3, n - 1),
                ]),
                (row, 0) if row == n - 2 && n % 4 != 0 => Some([
                    (n - 3, 0),
                    (n - 2, 0),
                    (n - 1, 0),
                    (0, n - 4),
                    (0, n - 3),
                    (0, n - 2),
                    (0, n - 1),
                    (1, n - 1),
                ]),
                (row, 2) if row == n + 4 && n % 8 == 0 => Some([
                    (n - 1, 0),
                    (n - 1, n - 1),
                    (0, n - 3),
                    (0, n - 2),
                    (0, n - 1),
                    (1, n - 3),
                    (1, n - 2),
                    (1, n - 1),
                ]),
                _ => None,
            };
            if let Some(cells) = corner {
                self.set(codeword, cells);
                codeword += 1;
            }
            // Up to the right.
            loop {
                if row < n && column >= 0 && self.is_free(row, column) {
                    self.set(codeword, shape(row, column));
                    codeword += 1;
                }
                row -= 2;
                column += 2;
                if row < 0 || column >= n {
                    break;
                }
            }
            row += 1;
            column += 3;
            // And down to the left.
            loop {
                if row >= 0 && column < n && self.is_free(row, column) {
                    self.set(codeword, shape(row, column));
                    codeword += 1;
                }
                row += 2;
                column -= 2;
                if row >= n || column < 0 {
                    break;
                }
            }
            row += 3;
            column += 1;
        }
        // Some sizes leave a corner of four modules.
        if self.is_free(n - 1, n - 1) {
            for (row, column, is_dark) in [
                (n - 1, n - 1, true),
                (n - 2, n - 2, true),
                (n - 1, n - 2, false),
                (n - 2, n - 1, false),
            ] {
                if let Some(index) = self.index(row, column)
                    && let Some(cell) = self.places.get_mut(index)
                {
                    *cell = Some(Place::Fixed(is_dark));
                }
            }
        }
    }
}

/// The eight modules of a codeword whose last bit is here.
const fn shape(row: isize, column: isize) -> [(isize, isize); 8] {
    [
        (row - 2, column - 2),
        (row - 2, column - 1),
        (row - 1, column - 2),
        (row - 1, column - 1),
        (row - 1, column),
        (row, column - 2),
        (row, column - 1),
        (row, column),
    ]
}

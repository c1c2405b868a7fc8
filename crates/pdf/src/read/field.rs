//! The greys of a symbol's modules, some of which are known, and what the others are most probably.

/// So often what the modules are is drawn from how they shine, and that from what they are.
const ROUNDS: usize = 5;
/// What a module's grey is made of: paper, and where on it the module lies; itself, those at its sides, those at its corners.
const PARTS: usize = 6;
/// Of these, what the patterns alone can tell.
const FEW: usize = 4;

/// Modules in rows, with one light one more on every side.
pub(super) struct Field {
    width: usize,
    modules: Vec<Module>,
    /// Where those are of which something was measured.
    measured: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Module {
    /// 1 for light, -1 for dark.
    sign: f32,
    grey: f32,
    is_known: bool,
    /// What its grey has more than its neighbours and itself explain.
    rest: f32,
    place: (f32, f32),
}

impl Field {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        let around = Module {
            sign: 1.0,
            grey: 0.0,
            is_known: true,
            rest: 0.0,
            place: (0.0, 0.0),
        };
        Self {
            width: columns + 2,
            modules: vec![around; (columns + 2) * (rows + 2)],
            measured: Vec::with_capacity(columns * rows),
        }
    }

    const fn index(&self, column: usize, row: usize) -> usize {
        (row + 1) * self.width + column + 1
    }

    /// A module's grey, and whether it is light where that is known.
    pub(super) fn put(&mut self, (column, row): (usize, usize), grey: f32, is_light: Option<bool>) {
        let index = self.index(column, row);
        if let Some(module) = self.modules.get_mut(index) {
            *module = Module {
                sign: if is_light == Some(false) { -1.0 } else { 1.0 },
                grey,
                is_known: is_light.is_some(),
                rest: 0.0,
                place: (column as f32, row as f32),
            };
            self.measured.push(index);
        }
    }

    pub(super) fn is_light(&self, column: usize, row: usize) -> bool {
        self.sign(self.index(column, row)) > 0.0
    }

    fn sign(&self, index: usize) -> f32 {
        self.modules.get(index).map_or(1.0, |module| module.sign)
    }

    /// Those at the sides of a module, and those at its corners.
    const fn beside(&self, index: usize) -> ([usize; 4], [usize; 4]) {
        let (above, below) = (index - self.width, index + self.width);
        (
            [above, below, index - 1, index + 1],
            [above - 1, above + 1, below - 1, below + 1],
        )
    }

    /// What is multiplied with the shares to give a module's grey.
    fn parts(&self, index: usize) -> [f32; PARTS] {
        let (x, y) = self
            .modules
            .get(index)
            .map_or((0.0, 0.0), |module| module.place);
        let (sides, corners) = self.beside(index);
        let sum = |of: [usize; 4]| of.iter().map(|index| self.sign(*index)).sum();
        [1.0, x, y, self.sign(index), sum(sides), sum(corners)]
    }

    /// Decides on the modules that are not known.
    pub(super) fn decide(&mut self) -> Option<()> {
        let shares = self.shares(FEW)?;
        for index in self.measured.clone() {
            let [paper, right, down, ..] = shares;
            if let Some(module) = self
                .modules
                .get_mut(index)
                .filter(|module| !module.is_known)
            {
                let between = paper + right * module.place.0 + down * module.place.1;
                module.sign = if module.grey > between { 1.0 } else { -1.0 };
            }
        }
        for _ in 0..ROUNDS {
            let shares = self.shares(PARTS)?;
            if !self.explain(&shares) {
                break;
            }
        }
        Some(())
    }

    /// How much each part has in the greys, by least squares; of the first few by the modules that are known.
    fn shares(&self, count: usize) -> Option<[f32; PARTS]> {
        let mut sums = [[0.0_f64; PARTS + 1]; PARTS];
        for index in &self.measured {
            let module = self
                .modules
                .get(*index)
                .filter(|module| count == PARTS || module.is_known);
            let Some(module) = module else { continue };
            let parts = self.parts(*index);
            for (sums, one) in sums.iter_mut().zip(parts).take(count) {
                for (sum, other) in sums.iter_mut().zip(parts.iter().take(count)) {
                    *sum += f64::from(one) * f64::from(*other);
                }
                sums[PARTS] += f64::from(one) * f64::from(module.grey);
            }
        }
        solved(sums, count)
    }

    /// Turns every module that explains the greys better as the other kind; whether there was one.
    fn explain(&mut self, shares: &[f32; PARTS]) -> bool {
        for index in self.measured.clone() {
            let explained: f32 = self
                .parts(index)
                .iter()
                .zip(shares)
                .map(|(part, share)| part * share)
                .sum();
            if let Some(module) = self.modules.get_mut(index) {
                module.rest = module.grey - explained;
            }
        }
        let mut is_new = false;
        for index in self.measured.clone() {
            let Some(module) = self
                .modules
                .get(index)
                .copied()
                .filter(|module| !module.is_known)
            else {
                continue;
            };
            let (sides, corners) = self.beside(index);
            let places = std::iter::once((index, shares[3]))
                .chain(sides.map(|side| (side, shares[4])))
                .chain(corners.map(|corner| (corner, shares[5])));
            // The sum of squares of what is left would grow by this, over 4.
            let more: f32 = places
                .clone()
                .map(|(place, share)| {
                    let rest = self.modules.get(place).map_or(0.0, |module| module.rest);
                    share * (share + module.sign * rest)
                })
                .sum();
            if more < 0.0 {
                is_new = true;
                for (place, share) in places {
                    if let Some(beside) = self.modules.get_mut(place) {
                        beside.rest += 2.0 * module.sign * share;
                    }
                }
                if let Some(module) = self.modules.get_mut(index) {
                    module.sign = -module.sign;
                }
            }
        }
        is_new
    }
}

/// Gauss's elimination; the last column is the right side.
fn solved<const N: usize, const M: usize>(
    mut rows: [[f64; M]; N],
    count: usize,
) -> Option<[f32; N]> {
    for at in 0..count {
        let pivot = rows[at];
        if pivot[at].abs() < 1e-6 {
            return None;
        }
        for (other, row) in rows.iter_mut().enumerate().take(count) {
            if other != at {
                let factor = row[at] / pivot[at];
                for (value, above) in row.iter_mut().zip(pivot) {
                    *value -= factor * above;
                }
            }
        }
    }
    let mut out = [0.0; N];
    for (at, (value, row)) in out.iter_mut().zip(rows).enumerate().take(count) {
        *value = (row[M - 1] / row[at]) as f32;
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    /// A frame that is known, and in it modules that those beside them outshine, on paper that grows darker.
    #[test]
    fn what_shines_over_is_taken_away() {
        const SIDE: usize = 24;
        let mut seed = 1_u32;
        let light: Vec<bool> = (0..SIDE * SIDE)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed >> 31 == 0
            })
            .collect();
        let sign = |column: usize, row: usize| match (column < SIDE && row < SIDE)
            .then(|| light[row * SIDE + column])
        {
            Some(false) => -1.0,
            _ => 1.0,
        };
        let mut field = Field::new(SIDE, SIDE);
        let mut thresholded = 0;
        for row in 0..SIDE {
            for column in 0..SIDE {
                let (left, right) = (column.wrapping_sub(1), column + 1);
                let (above, below) = (row.wrapping_sub(1), row + 1);
                let sides =
                    sign(left, row) + sign(right, row) + sign(column, above) + sign(column, below);
                let corners =
                    sign(left, above) + sign(right, above) + sign(left, below) + sign(right, below);
                let shine = 35.0 * sign(column, row) + 10.0 * sides + 4.0 * corners;
                thresholded += usize::from((shine > 0.0) != (sign(column, row) > 0.0));
                let is_frame = column % (SIDE - 1) == 0 || row % (SIDE - 1) == 0;
                let known = is_frame.then(|| sign(column, row) > 0.0);
                field.put((column, row), 150.0 - column as f32 + shine, known);
            }
        }
        field.decide().unwrap();
        let all = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (column, row)));
        let wrong = all
            .filter(|(column, row)| field.is_light(*column, *row) != (sign(*column, *row) > 0.0));
        let wrong = wrong.count();
        assert!(thresholded > 30 && wrong == 0, "{thresholded}, {wrong}");
    }

    #[test]
    fn of_nothing_nothing_is_said() {
        assert_eq!(Field::new(4, 4).decide(), None);
        let mut flat = Field::new(4, 4);
        flat.put((1, 1), 9.0, Some(true));
        assert_eq!(flat.decide(), None);
    }
}

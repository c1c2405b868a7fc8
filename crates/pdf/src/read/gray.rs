//! A picture of grey pixels, and the filters that make symbols in it easier to find.

/// Rows of pixels, the top one first; 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gray {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Gray {
    /// A pixel; those outside are as those at the edge.
    fn at(&self, x: usize, y: usize) -> u8 {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        let pixel = self.pixels.get(y * self.width + x);
        pixel.copied().unwrap_or(255)
    }

    /// Between the middles of four pixels.
    pub(super) fn between(&self, (x, y): (f32, f32)) -> f32 {
        let x = (x - 0.5).clamp(0.0, self.width as f32);
        let y = (y - 0.5).clamp(0.0, self.height as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, down) = (x.fract(), y.fract());
        let at = |x, y| f32::from(self.at(x, y));
        let upper = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
        let lower = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
        upper * (1.0 - down) + lower * down
    }

    /// Whether all pixels are the same.
    pub(super) fn is_blank(&self) -> bool {
        let first = self.pixels.first();
        self.pixels.iter().all(|pixel| Some(pixel) == first)
    }

    /// One pixel of each square of `n` × `n`: their mean.
    pub(super) fn smaller(&self, n: usize) -> Self {
        let (width, height) = (self.width / n, self.height / n);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let sum: usize = (y * n..y * n + n)
                    .flat_map(|y| (x * n..x * n + n).map(move |x| (x, y)))
                    .map(|(x, y)| usize::from(self.at(x, y)))
                    .sum();
                pixels.push((sum / (n * n)) as u8);
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Twice as large, with what lies between two pixels between them.
    pub(super) fn larger(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                // A quarter of a pixel beside the nearest one.
                let beside = |at: usize| match at % 2 {
                    0 => (at / 2).saturating_sub(1),
                    _ => at / 2 + 1,
                };
                let rows = [(y / 2, 3_u16), (beside(y), 1)];
                let columns = [(x / 2, 3_u16), (beside(x), 1)];
                let sum: u16 = rows
                    .iter()
                    .flat_map(|row| columns.iter().map(move |column| (row, column)))
                    .map(|(row, column)| u16::from(self.at(column.0, row.0)) * row.1 * column.1)
                    .sum();
                pixels.push((sum / 16) as u8);
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// White for black.
    pub(super) fn inverted(&self) -> Self {
        self.each(|pixel| 255 - pixel)
    }

    /// From black to white, but for the hundredth of the pixels that is darkest and the one that is lightest.
    pub(super) fn stretched(&self) -> Self {
        let mut counts = [0_usize; 256];
        for pixel in &self.pixels {
            if let Some(count) = counts.get_mut(usize::from(*pixel)) {
                *count += 1;
            }
        }
        let edge = |values: &mut dyn Iterator<Item = u8>| {
            let mut seen = 0;
            let mut found = values.skip_while(|value| {
                seen += counts.get(usize::from(*value)).copied().unwrap_or(0);
                seen * 100 <= self.pixels.len()
            });
            found.next().unwrap_or(0)
        };
        let (dark, light) = (edge(&mut (0..=255)), edge(&mut (0..=255).rev()));
        let range = u16::from(light.saturating_sub(dark).max(1));
        self.each(|pixel| (u16::from(pixel.saturating_sub(dark)) * 255 / range).min(255) as u8)
    }

    /// The median of each pixel and its neighbours: noise goes.
    pub(super) fn median(&self) -> Self {
        self.around(|near, _| {
            let mut near = near;
            let (_, middle, _) = near.select_nth_unstable(4);
            *middle
        })
    }

    /// Differences to the neighbours doubled: blur goes.
    pub(super) fn sharper(&self) -> Self {
        self.around(|near, own| {
            let mean = near.iter().map(|pixel| i32::from(*pixel)).sum::<i32>() / 9;
            let own = i32::from(own);
            (own + 2 * (own - mean)).clamp(0, 255) as u8
        })
    }

    fn each(&self, of: impl Fn(u8) -> u8) -> Self {
        Self {
            width: self.width,
            height: self.height,
            pixels: self.pixels.iter().map(|pixel| of(*pixel)).collect(),
        }
    }

    fn around(&self, of: impl Fn([u8; 9], u8) -> u8) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            let rows = [y.saturating_sub(1), y, y + 1];
            for x in 0..self.width {
                let left = x.saturating_sub(1);
                let [a, b, c] = rows.map(|y| [left, x, x + 1].map(|x| self.at(x, y)));
                let near = [a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]];
                pixels.push(of(near, b[1]));
            }
        }
        Self {
            width: self.width,
            height: self.height,
            pixels,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn ramp() -> Gray {
        Gray {
            width: 4,
            height: 4,
            pixels: (0..16).map(|at| 100 + at).collect(),
        }
    }

    #[test]
    fn filters_do_what_they_say() {
        assert_eq!(ramp().smaller(2).pixels, [102, 104, 110, 112]);
        assert_eq!(ramp().smaller(3).pixels.len(), 1);
        let larger = ramp().larger();
        assert_eq!((larger.width, larger.height), (8, 8));
        assert_eq!(larger.smaller(2).pixels.first(), Some(&100));
        assert_eq!(ramp().inverted().inverted(), ramp());
        for (at, grey) in [
            ((0.5, 0.5), 100.0),
            ((1.0, 1.5), 104.5),
            ((1.5, 2.0), 107.0),
            ((-9.0, -9.0), 100.0),
            ((1e9, 3.5), 115.0),
        ] {
            assert_eq!(ramp().between(at), grey, "{at:?}");
        }
        let stretched = ramp().stretched().pixels;
        assert_eq!((stretched[0], stretched[15]), (0, 255));
        let mut noisy = ramp();
        noisy.pixels[5] = 0;
        assert_eq!(noisy.median().at(1, 1), 104);
        let flat = Gray {
            pixels: vec![7; 16],
            ..ramp()
        };
        assert!(flat.is_blank() && !ramp().is_blank());
        assert_eq!(flat.sharper(), flat);
        assert_eq!(flat.stretched().pixels, [0; 16]);
        let mut edge = flat.clone();
        edge.pixels[5] = 100;
        assert!(edge.sharper().at(1, 1) > 200);
    }
}

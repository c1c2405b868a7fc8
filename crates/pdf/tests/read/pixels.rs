//! Grey pictures as scanners and phones spoil them, written as files of every build.

use std::io::Write as _;

use ananke_format::datamatrix::Symbol;

use crate::tool;

/// Rows of grey pixels.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

/// A page of a file as `pdftoppm` draws it with these arguments, as a file; `None` without `pdftoppm`.
pub(crate) fn drawn(file: &[u8], arguments: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out"));
    std::fs::write(&from, file).unwrap();
    let all = [&["-singlefile"], arguments].concat();
    tool::run_into("pdftoppm", &all, &from, to.to_str().unwrap())?;
    let mut entries = std::fs::read_dir(folder.path()).unwrap();
    let out = entries.find_map(|entry| {
        let path = entry.unwrap().path();
        (path != from).then_some(path)
    });
    Some(std::fs::read(out.unwrap()).unwrap())
}

impl Picture {
    /// A white one.
    pub(crate) fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![255; width * height],
        }
    }

    /// The same page in grey.
    pub(crate) fn of_page(file: &[u8], dpi: &str) -> Option<Self> {
        let file = drawn(file, &["-gray", "-r", dpi])?;
        let mut parts = file.splitn(4, |byte| byte.is_ascii_whitespace());
        assert_eq!(parts.next().unwrap(), b"P5");
        let mut number = || -> usize {
            std::str::from_utf8(parts.next().unwrap())
                .unwrap()
                .parse()
                .unwrap()
        };
        let (width, height) = (number(), number());
        let pixels = file[file.len() - width * height..].to_vec();
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    /// A symbol with its quiet zone and a margin, so many pixels a module.
    pub(crate) fn of_symbol(payload: &[u8], module: usize) -> Self {
        let symbol = Symbol::of(payload).unwrap();
        let side = symbol.side() * module + 80;
        let mut picture = Self::white(side, side);
        picture.put(&symbol, module, 40, 40);
        picture
    }

    /// Draws a symbol.
    pub(crate) fn put(&mut self, symbol: &Symbol, module: usize, left: usize, top: usize) {
        for y in 0..symbol.side() * module {
            for x in 0..symbol.side() * module {
                if symbol.is_dark(y / module, x / module) {
                    self.pixels[(top + y) * self.width + left + x] = 0;
                }
            }
        }
    }

    /// The part with the seal of a stamp at the bottom right, as somebody photographs it.
    pub(crate) fn corner(&self) -> Self {
        let (width, height) = (self.width * 2 / 5, self.height / 4);
        let (left, top) = (self.width - width, self.height - height);
        let rows = (top..self.height).map(|y| y * self.width);
        let pixels = rows.flat_map(|row| self.pixels[row + left..row + self.width].to_vec());
        Self {
            width,
            height,
            pixels: pixels.collect(),
        }
    }

    /// Between four pixels; white outside.
    fn between(&self, x: f64, y: f64) -> u8 {
        let at = |x: f64, y: f64| {
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            match inside {
                true => f64::from(self.pixels[y as usize * self.width + x as usize]),
                false => 255.0,
            }
        };
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let upper = at(left, top) * (1.0 - right) + at(left + 1.0, top) * right;
        let lower = at(left, top + 1.0) * (1.0 - right) + at(left + 1.0, top + 1.0) * right;
        (upper * (1.0 - down) + lower * down) as u8
    }

    /// Turned clockwise, on a sheet that holds all of it.
    pub(crate) fn turned(&self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (self.width as f64, self.height as f64);
        let width = ((w * cos).abs() + (h * sin).abs()).round() as usize;
        let height = ((w * sin).abs() + (h * cos).abs()).round() as usize;
        let mut out = Self::white(width, height);
        for y in 0..height {
            for x in 0..width {
                let dx = x as f64 + 0.5 - width as f64 / 2.0;
                let dy = y as f64 + 0.5 - height as f64 / 2.0;
                let from_x = dx * cos + dy * sin + w / 2.0 - 0.5;
                let from_y = dy * cos - dx * sin + h / 2.0 - 0.5;
                out.pixels[y * width + x] = self.between(from_x, from_y);
            }
        }
        out
    }

    /// Photographed from below: the upper edge, which is farther away, is so much shorter.
    pub(crate) fn tilted(&self, shorter: f64) -> Self {
        let mut out = self.clone();
        let (w, h) = (self.width as f64, self.height as f64);
        let k = (1.0 / (1.0 - shorter) - 1.0) / h;
        for y in 0..self.height {
            let up = h - y as f64;
            let scale = 1.0 / (1.0 - k * up);
            for x in 0..self.width {
                let from_x = (x as f64 - w / 2.0) * scale + w / 2.0;
                out.pixels[y * self.width + x] = self.between(from_x, h - up * scale);
            }
        }
        out
    }

    /// Each pixel the mean of a square of so many a side.
    pub(crate) fn blurred(&self, side: usize) -> Self {
        let mut out = self.clone();
        let before = side / 2;
        for y in 0..self.height {
            for x in 0..self.width {
                let mut sum = 0;
                for dy in 0..side {
                    for dx in 0..side {
                        let (x, y) = ((x + dx).max(before), (y + dy).max(before));
                        let x = (x - before).min(self.width - 1);
                        let y = (y - before).min(self.height - 1);
                        sum += usize::from(self.pixels[y * self.width + x]);
                    }
                }
                out.pixels[y * self.width + x] = (sum / (side * side)) as u8;
            }
        }
        out
    }

    /// Every pixel up to so much lighter or darker.
    pub(crate) fn noisy(&self, most: i32) -> Self {
        let mut seed = 1_u32;
        self.each(|pixel| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 16) as i32 % (2 * most + 1) - most;
            (i32::from(pixel) + noise).clamp(0, 255) as u8
        })
    }

    /// One pixel in so many black or white.
    pub(crate) fn speckled(&self, one_in: u32) -> Self {
        let mut seed = 7_u32;
        self.each(|pixel| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match (seed >> 8) % (2 * one_in) {
                0 => 0,
                1 => 255,
                _ => pixel,
            }
        })
    }

    /// Between these two greys instead of black and white.
    pub(crate) fn within(&self, dark: u8, light: u8) -> Self {
        let range = i32::from(light) - i32::from(dark);
        self.each(|pixel| (i32::from(dark) + i32::from(pixel) * range / 255) as u8)
    }

    /// A shadow over it: from full light at the left to so many hundredths at the right.
    pub(crate) fn shaded(&self, least: usize) -> Self {
        let mut out = self.clone();
        for (at, pixel) in out.pixels.iter_mut().enumerate() {
            let light = 100 - at % self.width * (100 - least) / self.width;
            *pixel = (usize::from(*pixel) * light / 100) as u8;
        }
        out
    }

    fn each(&self, of: impl FnMut(u8) -> u8) -> Self {
        Self {
            pixels: self.pixels.iter().copied().map(of).collect(),
            ..*self
        }
    }

    /// As a grey PNG.
    pub(crate) fn png(&self) -> Vec<u8> {
        self.png_as(
            png::ColorType::Grayscale,
            png::BitDepth::Eight,
            &self.pixels,
            &[],
        )
    }

    /// As a PNG of these samples, with a palette of grey steps where it has one.
    pub(crate) fn png_as(
        &self,
        color: png::ColorType,
        depth: png::BitDepth,
        samples: &[u8],
        palette: &[u8],
    ) -> Vec<u8> {
        let mut out = Vec::new();
        let (width, height) = (self.width as u32, self.height as u32);
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if !palette.is_empty() {
            encoder.set_palette(palette.to_vec());
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(samples).unwrap();
        writer.finish().unwrap();
        out
    }

    /// As an interlaced grey PNG.
    pub(crate) fn interlaced(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        for (left, top, right, down) in [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ] {
            for y in (top..self.height).step_by(down) {
                rows.push(0);
                rows.extend(
                    (left..self.width)
                        .step_by(right)
                        .map(|x| self.pixels[y * self.width + x]),
                );
            }
        }
        png_file(self.width as u32, self.height as u32, 1, &rows)
    }
}

/// A grey PNG that claims this size, whatever its rows are.
pub(crate) fn png_file(width: u32, height: u32, interlace: u8, rows: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(rows).unwrap();
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, interlace],
    ]
    .concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [
        (b"IHDR", header),
        (b"IDAT", packed.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        let chunk = [&name[..], &data].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&chunk);
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(&chunk);
        out.extend(sum.sum().to_be_bytes());
    }
    out
}

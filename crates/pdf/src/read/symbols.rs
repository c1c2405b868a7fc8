//! Data Matrix symbols in grey pixels: found and corrected by `rxing`, read by the format crate. Where its black and white modules hold
//! too many errors they are measured again in grey. A picture is looked at as it is, and then through filters.

use ananke_format::datamatrix::bytes_of;
use rxing::common::reedsolomon::{PredefinedGenericGF, ReedSolomonDecoder};
use rxing::common::{BitMatrix, DetectorRXingResult as _, HybridBinarizer};
use rxing::datamatrix::decoder::{BitMatrixParser, DataBlock};
use rxing::datamatrix::detector::zxing_cpp_detector::detect;
use rxing::{Binarizer as _, Luma8Source, Point};

use super::caught;
use super::gray::Gray;
use super::modules::measured;

/// Smaller pictures are looked at enlarged, too.
const SMALL: usize = 1_000_000;
/// Larger ones are looked at in half their size first: that is enough for most, faster, and noise is less of it.
const FINE: usize = 4_000_000;
/// Those that are larger still go through filters in a smaller size only, which also bounds the time.
const LARGE: usize = 10_000_000;
/// So many times symbols are taken away to see others.
const ROUNDS: usize = 8;
/// The symbol of which encoders disagree on how its codewords are dealt to blocks.
const UNEVEN: u32 = 144;

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// The picture as it is.
    Usual,
    /// Smaller, larger, through filters, and inverted.
    Hard,
}

/// Finds symbols and hands out their payloads, until `enough` says so; whether it did.
pub(super) fn find(
    picture: &Gray,
    effort: Effort,
    enough: &mut dyn FnMut(Vec<u8>) -> bool,
) -> bool {
    if picture.is_blank() {
        return false;
    }
    let mut look = |seen: &Gray| {
        let mut is_enough = false;
        for payload in caught(|| payloads(seen, picture)).unwrap_or_default() {
            is_enough |= enough(payload);
        }
        is_enough
    };
    let is_fine = picture.pixels.len() > FINE;
    if effort == Effort::Usual {
        return (is_fine && look(&picture.smaller(2))) || look(picture);
    }
    let mut sizes: Vec<Gray> = Vec::new();
    for times in [2, 3] {
        if picture.width.min(picture.height) >= 100 * times {
            sizes.push(picture.smaller(times));
        }
    }
    if picture.pixels.len() <= SMALL {
        sizes.push(picture.larger());
    }
    let sizes = || {
        let all = std::iter::once(picture).chain(&sizes);
        all.filter(|size| size.pixels.len() <= LARGE)
    };
    let filters: [fn(&Gray) -> Gray; 6] = [
        Gray::clone,
        Gray::inverted,
        Gray::median,
        Gray::sharper,
        Gray::stretched,
        |picture| picture.median().stretched().inverted(),
    ];
    let tries = filters
        .iter()
        .flat_map(|filter| sizes().map(move |size| (filter, size)));
    // As it is, and in half the size, it was looked at.
    let seen = usize::from(picture.pixels.len() <= LARGE)
        + usize::from(is_fine && picture.pixels.len() <= 4 * LARGE);
    tries.skip(seen).any(|(filter, size)| look(&filter(size)))
}

/// The payloads of the symbols that are found at once, each once; in what is seen of a picture, larger or smaller or through a filter.
fn payloads(seen: &Gray, picture: &Gray) -> Vec<Vec<u8>> {
    let (Ok(width), Ok(height)) = (u32::try_from(seen.width), u32::try_from(seen.height)) else {
        return Vec::new();
    };
    let Ok(source) = Luma8Source::new_with_slice(&seen.pixels, width, height) else {
        return Vec::new();
    };
    let binarizer = HybridBinarizer::new(source);
    let Ok(dark) = binarizer.get_black_matrix() else {
        return Vec::new();
    };
    let mut dark = dark.clone();
    let mut found = Vec::new();
    for _ in 0..ROUNDS {
        let mut is_new = false;
        for symbol in detect(&dark, true, true).unwrap_or_default() {
            let modules = symbol.getBits();
            let Some(payload) = payload(modules).or_else(|| {
                let scale = if seen.width > picture.width {
                    0.5
                } else {
                    (picture.width / seen.width) as f32
                };
                let corners: Vec<Point> = symbol.getPoints().iter().map(|at| *at * scale).collect();
                let counted = (modules.width(), modules.height());
                payload(&measured(picture, &corners, counted)?)
            }) else {
                continue;
            };
            blank(&mut dark, symbol.getPoints());
            is_new = true;
            if !found.contains(&payload) {
                found.push(payload);
            }
        }
        if !is_new {
            break;
        }
    }
    found
}

/// Takes a symbol away: the next one may be behind it, and the detector passes over some beside it.
fn blank(dark: &mut BitMatrix, corners: &[Point]) {
    let next = corners.iter().cycle().skip(1);
    let sides: Vec<(Point, Point)> = corners.iter().copied().zip(next.copied()).collect();
    let all = |of: fn(&Point) -> f32| corners.iter().map(of);
    let (left, right) = (
        all(|at| at.x).fold(f32::MAX, f32::min),
        all(|at| at.x).fold(0.0, f32::max),
    );
    let (top, bottom) = (
        all(|at| at.y).fold(f32::MAX, f32::min),
        all(|at| at.y).fold(0.0, f32::max),
    );
    for y in top as u32..=(bottom as u32).min(dark.height().saturating_sub(1)) {
        for x in left as u32..=(right as u32).min(dark.width().saturating_sub(1)) {
            // On the same side of all four lines.
            let mut turns = sides.iter().map(|(from, to)| {
                (to.x - from.x) * (y as f32 - from.y) - (to.y - from.y) * (x as f32 - from.x)
            });
            let first = turns.next().unwrap_or_default();
            if turns.all(|turn| (turn > 0.0) == (first > 0.0)) {
                dark.unset(x, y);
            }
        }
    }
}

fn payload(modules: &BitMatrix) -> Option<Vec<u8>> {
    let payload = codewords(modules).and_then(|data| bytes_of(&data))?;
    (!payload.is_empty()).then_some(payload)
}

/// The data codewords of a symbol, corrected.
fn codewords(modules: &BitMatrix) -> Option<Vec<u8>> {
    let mut parser = BitMatrixParser::new(modules).ok()?;
    let read = parser.readCodewords().ok()?;
    let dealt: &[bool] = if modules.width() == UNEVEN {
        &[false, true]
    } else {
        &[false]
    };
    dealt.iter().find_map(|otherwise| {
        let blocks = DataBlock::getDataBlocks(&read, parser.getVersion(), *otherwise).ok()?;
        corrected(&blocks)
    })
}

fn corrected(blocks: &[DataBlock]) -> Option<Vec<u8>> {
    let decoder = ReedSolomonDecoder::new(PredefinedGenericGF::DataMatrixField256.into());
    let mut parts = Vec::new();
    for block in blocks {
        let all = block.getCodewords();
        let data = usize::try_from(block.getNumDataCodewords()).ok()?;
        let mut all: Vec<i32> = all.iter().map(|codeword| i32::from(*codeword)).collect();
        let correction = i32::try_from(all.len().checked_sub(data)?).ok()?;
        decoder.decode(&mut all, correction).ok()?;
        all.truncate(data);
        parts.push(all);
    }
    // Dealt in turn, like cards.
    let longest = parts.iter().map(Vec::len).max()?;
    let turns = (0..longest).flat_map(|at| parts.iter().filter_map(move |part| part.get(at)));
    turns.map(|codeword| u8::try_from(*codeword).ok()).collect()
}

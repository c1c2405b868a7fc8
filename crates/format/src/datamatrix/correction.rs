//! Reed-Solomon correction of a symbol (5.7 and Annex E of the standard).

use super::Size;

/// Powers of 2 in GF(256) modulo x⁸+x⁵+x³+x²+1, and their logarithms.
struct Field {
    /// Twice over, so that the sum of two logarithms finds its power.
    powers: [u8; 510],
    logarithms: [u8; 256],
}

static FIELD: Field = {
    let (mut powers, mut logarithms) = ([0; 510], [0; 256]);
    let (mut power, mut at) = (1_usize, 0);
    while at < 255 {
        powers[at] = power as u8;
        powers[at + 255] = power as u8;
        logarithms[power] = at as u8;
        power <<= 1;
        if power > 255 {
            power ^= 0x12d;
        }
        at += 1;
    }
    Field { powers, logarithms }
};

/// The logarithm of what is not 0.
fn logarithm(a: u8) -> usize {
    let found = FIELD.logarithms.get(usize::from(a));
    usize::from(found.copied().unwrap_or(0))
}

/// a times 2 to this power, which is below 255.
fn times(a: u8, power: usize) -> u8 {
    if a == 0 {
        return 0;
    }
    let found = FIELD.powers.get(logarithm(a) + power);
    found.copied().unwrap_or(0)
}

/// The generator of so many codewords of correction, the coefficient below the highest first; the highest is 1.
fn generator(degree: usize) -> Vec<u8> {
    let mut coefficients = vec![0; degree + 1];
    if let Some(last) = coefficients.last_mut() {
        *last = 1;
    }
    // Times (x + 2^i) for i from 1.
    for power in 1..=degree {
        let mut before = 0;
        for coefficient in coefficients.iter_mut().rev() {
            let own = *coefficient;
            *coefficient = times(own, power) ^ before;
            before = own;
        }
    }
    coefficients.remove(0);
    coefficients
}

/// Data, and behind it the correction, dealt to blocks in turn.
pub(super) fn with_correction(data: &[u8], size: &Size) -> Vec<u8> {
    let each = size.correction / size.blocks;
    let generator = generator(each);
    let mut all = data.to_vec();
    all.resize(size.data + size.correction, 0);
    for block in 0..size.blocks {
        let mut rest = vec![0_u8; each];
        for byte in data.iter().skip(block).step_by(size.blocks) {
            let factor = byte ^ rest.first().copied().unwrap_or(0);
            rest.rotate_left(1);
            if let Some(last) = rest.last_mut() {
                *last = 0;
            }
            if factor != 0 {
                let power = logarithm(factor);
                for (remainder, coefficient) in rest.iter_mut().zip(&generator) {
                    *remainder ^= times(*coefficient, power);
                }
            }
        }
        let places = (size.data + block..).step_by(size.blocks);
        for (byte, place) in rest.into_iter().zip(places) {
            if let Some(kept) = all.get_mut(place) {
                *kept = byte;
            }
        }
    }
    all
}

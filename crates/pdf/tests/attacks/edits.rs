//! Edits nobody thought of: a bit of every byte, every beginning, and 2,000 by chance.

use std::io::Write as _;

use crate::scene::{Scene, replaced};
use crate::{Refused, refused};

#[test]
fn a_bit_of_every_byte_and_every_beginning() {
    let scene = Scene::new();
    let file = &scene.invoice.file;
    let mut other = file.clone();
    for at in 0..file.len() {
        // Each bit in its turn: neighbours lose different ones.
        other[at] ^= 1 << (at % 8);
        assert_eq!(
            refused(&other, &scene),
            Refused { genuine: None },
            "byte {at}"
        );
        other[at] = file[at];
    }
    assert_eq!(&other, file);
    // In the trailer, where it is said what is signed, every bit.
    for bit in scene.invoice.comment() * 8..file.len() * 8 {
        other[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            refused(&other, &scene),
            Refused { genuine: None },
            "bit {bit}"
        );
        other[bit / 8] = file[bit / 8];
    }
    for length in 0..file.len() {
        assert_eq!(
            refused(&file[..length], &scene),
            Refused { genuine: None },
            "{length}"
        );
    }
    // A file that was stamped twice is cut: the first stamp stays, and is offered.
    let twice = &scene.twice.file;
    for length in (file.len() + 1..twice.len()).step_by(97) {
        let genuine = Some(file.len());
        assert_eq!(
            refused(&twice[..length], &scene),
            Refused { genuine },
            "{length}"
        );
    }
    let bits = (file.len() - scene.invoice.comment()) * 8;
    // Past the capture of the test harness: `docs/reliability.md` says this number.
    let _ = writeln!(
        std::io::stderr(),
        "{} bytes: a bit of each, {bits} bits of the trailer, every beginning: none accepted",
        file.len()
    );
}

/// Numbers by chance, the same ones every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

#[test]
fn two_thousand_random_edits() {
    let scene = Scene::new();
    let mut chance = Chance(0x0a0a_6b65);
    let (mut edits, mut offered) = (0, 0);
    while edits < 2_000 {
        let start = scene.genuine()[chance.below(4)];
        let other = &scene.genuine()[chance.below(4)].file;
        let mut file = start.file.clone();
        for _ in 0..=chance.below(3) {
            // Half of the edits are at the end, where most of the rules are.
            let from = if chance.below(2) == 0 {
                file.len().saturating_sub(200)
            } else {
                0
            };
            let at = from + chance.below(file.len() + 1 - from);
            let end = (at + chance.below(40)).min(file.len());
            let noise: Vec<u8> = (0..chance.below(20))
                .map(|_| (chance.below(256)) as u8)
                .collect();
            let from = chance.below(other.len());
            let piece = &other[from..(from + chance.below(3_000)).min(other.len())];
            file = match chance.below(7) {
                0 => replaced(&file, at..at, &noise),
                1 => replaced(&file, at..end, b""),
                2 => replaced(&file, at..end, &noise),
                3 => replaced(&file, at..at, piece),
                4 => replaced(&file, at..(at + piece.len()).min(file.len()), piece),
                5 => [&file[..], &noise].concat(),
                _ => file
                    .iter()
                    .enumerate()
                    .map(|(place, byte)| {
                        if place == at {
                            byte.wrapping_add(1)
                        } else {
                            *byte
                        }
                    })
                    .collect(),
            };
        }
        if scene.genuine().iter().any(|genuine| genuine.file == file) {
            continue;
        }
        offered += usize::from(refused(&file, &scene).genuine.is_some());
        edits += 1;
    }
    assert!(offered > 0 && offered < edits, "{offered}");
    let _ = writeln!(
        std::io::stderr(),
        "{edits} random edits: none accepted, {offered} of them with a genuine beginning, which was said"
    );
}

//! What is found of several symbols, of none, and of those that others write.

use crate::originals::plain;
use crate::pixels::{Picture, drawn};
use crate::{holds, payloads, tool};
use ananke_format::datamatrix::Symbol;
use ananke_pdf::read::{Limits, find};
use proptest::prelude::*;

#[test]
fn two_symbols_and_none() {
    let (first, second) = (b"\xdcfirst".to_vec(), b"\xdcsecond, a longer one".to_vec());
    for (left, top) in [(260, 30), (30, 260), (260, 260)] {
        let mut picture = Picture::white(450, 450);
        picture.put(&Symbol::of(&first).unwrap(), 6, 40, 40);
        picture.put(&Symbol::of(&second).unwrap(), 5, left, top);
        let mut found = payloads(&picture.png());
        found.sort();
        assert_eq!(found, [first.clone(), second.clone()], "{left}, {top}");
    }
    assert_eq!(payloads(&Picture::white(300, 200).png()), [[0_u8; 0]; 0]);
    assert_eq!(
        payloads(&Picture::white(300, 200).noisy(255).png()),
        [[0_u8; 0]; 0]
    );
    assert_eq!(payloads(&Picture::white(1, 1).png()), [[0_u8; 0]; 0]);
    let found = find(&plain(), &Limits::default());
    assert_eq!(found, Ok(Vec::new()));
    for build in ["quality=50", "progressive=y", "optimize=y"] {
        if let Some(jpeg) = drawn(&plain(), &["-r", "60", "-jpeg", "-jpegopt", build]) {
            assert_eq!(payloads(&jpeg), [[0_u8; 0]; 0], "{build}");
        }
    }
}

/// A seal is looked for harder when something else was found at once.
#[test]
fn a_seal_that_is_harder_to_read_than_what_stands_beside_it() {
    let (parcel, seal) = (b"a parcel".to_vec(), b"\xdcseal".to_vec());
    let mut picture = Picture::white(500, 250);
    picture.put(&Symbol::of(&seal).unwrap(), 5, 300, 60);
    picture = picture.within(255, 0);
    let mut easy = Picture::white(250, 250);
    easy.put(&Symbol::of(&parcel).unwrap(), 5, 40, 40);
    for y in 0..250 {
        picture.pixels[y * 500..y * 500 + 250].copy_from_slice(&easy.pixels[y * 250..][..250]);
    }
    assert_eq!(payloads(&picture.png()), [parcel, seal]);
}

/// What other encoders write, in each of their ways.
#[test]
fn symbols_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in"), folder.path().join("out.png"));
    for (text, encodations) in [
        (&b"SEAL 0123456789 OF OTHERS"[..], "abcetx8"),
        (b"a seal of Others: 12345, [tag] {x} ~ 9", "abct8"),
        (b"\xdc\x03 K\xf6ln \xff\x80", "abct8"),
        (b"A1B22C333*>\rX", "acx8"),
        (b"AB", "abcetx8"),
        (b"ABCDE", "abcetx8"),
    ] {
        for encodation in encodations.chars() {
            std::fs::write(&from, text).unwrap();
            let arguments = [
                format!("-e{encodation}"),
                "-d4".to_owned(),
                format!("-o{}", to.display()),
            ];
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            if tool::run("dmtxwrite", &arguments, &from).is_some() {
                let file = std::fs::read(&to).unwrap();
                holds(&format!("{encodation} {text:?}"), &file, text);
            }
        }
    }
    for size in ["8x32", "16x48", "52x52", "144x144"] {
        std::fs::write(&from, b"\xdcseal\0").unwrap();
        let (size, to_argument) = (format!("-s{size}"), format!("-o{}", to.display()));
        if tool::run("dmtxwrite", &["-e8", "-d3", &size, &to_argument], &from).is_some() {
            holds(&size, &std::fs::read(&to).unwrap(), b"\xdcseal\0");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any bytes at all behind the one that seals begin with, which spares the filters; in every size of symbol.
    #[test]
    fn any_payload(payload in prop::collection::vec(any::<u8>(), 0..=1_300), module in 3_usize..6) {
        let payload = [&[0xdc], &payload[..]].concat();
        holds("any", &Picture::of_symbol(&payload, module).png(), &payload);
    }
}

//! For the row `scan`: pages that are stamped as the product stamps them, and its reader.

use std::fmt::Write as _;
use std::io::{BufRead as _, Write as _};
use std::path::Path;

use ananke_format::datamatrix::side_for;
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::read::{Limits, find};
use ananke_pdf::stamp::{Mark, Placement, update};

use crate::records::Key;

const WORDS: [&str; 32] = [
    "the",
    "student",
    "has",
    "completed",
    "course",
    "with",
    "merit",
    "and",
    "is",
    "hereby",
    "granted",
    "this",
    "diploma",
    "under",
    "regulations",
    "of",
    "faculty",
    "in",
    "year",
    "before",
    "examiners",
    "who",
    "signed",
    "below",
    "record",
    "was",
    "entered",
    "register",
    "number",
    "held",
    "by",
    "office",
];
const NAMES: [&str; 16] = [
    "Ada",
    "Grace",
    "Emmy",
    "Sofia",
    "Chien-Shiung",
    "Lise",
    "Rosalind",
    "Hypatia",
    "Lovelace",
    "Hopper",
    "Noether",
    "Kovalevskaya",
    "Wu",
    "Meitner",
    "Franklin",
    "Curie",
];

/// Words of a list, drawn by a seed.
struct Draw {
    seed: [u8; 32],
    used: usize,
}

impl Draw {
    fn of(seed: u64, at: u64) -> Self {
        let seed = *Sha256::of_parts(&[&seed.to_be_bytes(), &at.to_be_bytes()]).as_bytes();
        Self { seed, used: 0 }
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        if self.used == self.seed.len() {
            *self = Self {
                seed: *Sha256::of(&self.seed).as_bytes(),
                used: 0,
            };
        }
        let byte = self.seed.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        of.get(usize::from(byte) % of.len())
            .copied()
            .unwrap_or_default()
    }

    fn words(&mut self, of: &[&str], count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.one(of)).collect();
        words.join(" ")
    }
}

/// Stamps so many pages into a folder, as `0.pdf` and so on, and prints the bytes of each seal.
pub(crate) fn stamps(folder: &Path, count: u64, seed: u64) {
    let key = Key::load();
    for at in 0..count {
        let mut draw = Draw::of(seed, at);
        let (file, seal) = stamped(&page(&mut draw), &mut draw, &key);
        std::fs::write(folder.join(format!("{at}.pdf")), file).expect("a file written");
        println!("{}", hex(&seal));
    }
}

/// Reads each file named on a line of the input: prints the microseconds of processor time it took, and what each symbol holds.
pub(crate) fn read() {
    for path in std::io::stdin().lock().lines() {
        let file = std::fs::read(path.expect("a line")).expect("a file");
        let began = processor_nanos();
        let found = find(&file, &Limits::default()).expect("a picture");
        let mut line = ((processor_nanos() - began) / 1_000).to_string();
        for symbol in found {
            line = line + " " + &hex(&symbol.payload);
        }
        println!("{line}");
        std::io::stdout().flush().expect("written");
    }
}

/// What this thread has had of a processor.
fn processor_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = text.split(' ').next().unwrap_or_default();
    first.parse().expect("a number")
}

/// A diploma with the default placement, and what a template asks for.
fn stamped(original: &[u8], draw: &mut Draw, key: &Key) -> (Vec<u8>, Vec<u8>) {
    let random = |of: &Sha256, from: usize| {
        let part = of.as_bytes().get(from..from + 8).expect("eight bytes");
        <[u8; 8]>::try_from(part).expect("eight bytes")
    };
    let digest = Sha256::of(original);
    let reference = Reference::from_random(Product::TCode, random(&digest, 0));
    let mut statement = Statement {
        mode: Mode::Live,
        certificate: key.certificate_reference(),
        template_version: Some(
            [random(&digest, 8), random(&digest, 16)]
                .concat()
                .try_into()
                .expect("16"),
        ),
        valid_to: None,
        status: u64::from(u16::from_be_bytes([draw.seed[0], draw.seed[1]])),
        reference,
        original: digest,
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").expect("an instant"),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![
            (0, draw.words(&NAMES, 3)),
            (1, draw.words(&WORDS, 6)),
            (2, draw.words(&WORDS, 4)),
            (3, "2026-06-30".to_owned()),
        ],
    };
    let mark = Mark {
        side: statement.sealed_len().and_then(side_for).expect("a symbol"),
        reference: reference.to_string(),
        url: format!("https://documents.example.org/v/{reference}"),
    };
    let made = update(original, &Placement::default(), &mark, false).expect("stamped");
    let (mut bytes, hole) = (made.bytes, made.hole);
    let seal = stamp::fill(original.len(), &mut bytes, hole, &mut statement, key).expect("sealed");
    ([original, &bytes].concat(), seal)
}

/// A4, with a heading and print down to the stamp and beside it.
fn page(draw: &mut Draw) -> Vec<u8> {
    let mut text = "BT /F 20 Tf 60 770 Td (Diploma) Tj /F 10 Tf 14 TL 0 -30 Td ".to_owned();
    for line in 0..46 {
        // Beside the stamp there is room for half a line.
        let words = draw.words(&WORDS, if line < 42 { 14 } else { 8 });
        write!(text, "({words}) ' ").expect("a text");
    }
    text += "ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
    ];
    let mut out = "%PDF-1.7\n".to_owned();
    let mut table = "xref\n0 6\n0000000000 65535 f \n".to_owned();
    for (object, number) in objects.iter().zip(1..) {
        writeln!(table, "{:010} 00000 n ", out.len()).expect("a text");
        write!(out, "{number} 0 obj\n{object}\nendobj\n").expect("a text");
    }
    let at = out.len();
    out += &format!("{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n");
    out.into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

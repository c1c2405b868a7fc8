//! What the attacks start from: files that were really stamped, with the keys of the test PKI, and what is done to bytes.

use std::ops::Range;

use ananke_format::certificate::Certificate;
use ananke_format::datamatrix::side_for;
use ananke_format::seal::Statement;
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::stamp::{Mark, Placement, update};

use crate::keys::{TestKey, vectors};
use crate::originals::{A4, one_page};

/// What the comment of the trailer begins with.
pub(crate) const MARK: &[u8] = b"%Ananke-Stamp-1 ";

/// An attack: the file somebody would like to be believed.
pub(crate) struct Attack {
    pub(crate) class: &'static str,
    pub(crate) name: String,
    pub(crate) file: Vec<u8>,
    /// How much of it is a genuine file, which the verdict has to say.
    pub(crate) genuine: Option<usize>,
}

/// A stamped file and its parts.
#[derive(Clone)]
pub(crate) struct Stamped {
    pub(crate) file: Vec<u8>,
    pub(crate) original: usize,
    pub(crate) hole: Range<usize>,
    pub(crate) seal: Vec<u8>,
}

impl Stamped {
    /// Where the comment of its trailer begins.
    pub(crate) fn comment(&self) -> usize {
        last(&self.file, MARK)
    }

    /// Its drawing.
    pub(crate) fn drawing(&self) -> &[u8] {
        &self.file[self.hole.clone()]
    }

    /// The file with another drawing in the hole, which may be shorter.
    pub(crate) fn drawn(&self, drawing: &[u8]) -> Vec<u8> {
        assert!(drawing.len() <= self.hole.len(), "{}", drawing.len());
        let mut file = self.file.clone();
        file[self.hole.clone()].fill(b' ');
        put(&file, self.hole.start, drawing)
    }
}

/// Everything that was stamped by somebody with the right to.
pub(crate) struct Scene {
    pub(crate) trust: Trust,
    /// An invoice of 100.
    pub(crate) invoice: Stamped,
    /// Another one of 900, as long, by the same issuer.
    pub(crate) dearer: Stamped,
    /// The invoice again, with a seal that says more and needs a larger symbol.
    pub(crate) larger: Stamped,
    /// The stamped invoice, stamped once more.
    pub(crate) twice: Stamped,
}

/// A page that says what is to be paid.
pub(crate) fn page(amount: u32) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 60 700 Td (Please pay {amount}) Tj ET");
    one_page(A4, &content)
}

/// Stamps with this key, under the name of its certificate. Different numbers make different references.
pub(crate) fn stamped(original: &[u8], key: &TestKey, number: u8, more: &str) -> Stamped {
    let mut statement = Statement {
        mode: key.certificate().map_or(Mode::Live, Certificate::mode),
        certificate: key.certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [number; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").unwrap(),
        type_code: "invoice".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![(0, format!("Ada Lovelace{more}"))],
    };
    let reference = statement.reference.to_string();
    let mark = Mark {
        side: side_for(statement.sealed_len().unwrap()).unwrap(),
        url: format!("https://documents.example.org/v/{reference}"),
        reference,
    };
    let placement = Placement {
        x: Some(f64::from(number) * 10.0),
        label: Some("Check it".to_owned()),
        ..Placement::default()
    };
    let mut made = update(original, &placement, &mark, true).unwrap();
    let (at, hole) = (original.len(), made.hole);
    let seal = stamp::fill(at, &mut made.bytes, hole.clone(), &mut statement, key).unwrap();
    Stamped {
        file: [original, &made.bytes].concat(),
        original: at,
        hole: at + hole.start..at + hole.end,
        seal,
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        let acme = TestKey::load("acme");
        let invoice = stamped(&page(100), &acme, 1, "");
        let given = |name: &str| std::fs::read_to_string(vectors().join("pki").join(name)).unwrap();
        let root = Certificate::from_pem(&given("root.pem")).unwrap();
        let pin = Pin::Fingerprint(RootFingerprint::of(&root));
        Self {
            trust: Trust::from_bundle(given("trust-live.jws").trim_end(), pin, None).unwrap(),
            dearer: stamped(&page(900), &acme, 2, ""),
            larger: stamped(&page(100), &acme, 3, &", countess".repeat(12)),
            twice: stamped(&invoice.file, &acme, 4, ""),
            invoice,
        }
    }

    /// The files nothing was done to.
    pub(crate) fn genuine(&self) -> [&Stamped; 4] {
        [&self.invoice, &self.dearer, &self.larger, &self.twice]
    }
}

/// Where these bytes stand for the last time.
pub(crate) fn last(file: &[u8], what: &[u8]) -> usize {
    let mut windows = file.windows(what.len());
    windows.rposition(|part| part == what).unwrap()
}

/// Where they stand for the first time.
pub(crate) fn first(file: &[u8], what: &[u8]) -> usize {
    let mut windows = file.windows(what.len());
    windows.position(|part| part == what).unwrap()
}

/// Bytes over others.
pub(crate) fn put(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    replaced(file, at..at + bytes.len(), bytes)
}

/// Bytes between others.
pub(crate) fn insert(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    replaced(file, at..at, bytes)
}

/// Bytes in the place of others, however many.
pub(crate) fn replaced(file: &[u8], place: Range<usize>, bytes: &[u8]) -> Vec<u8> {
    [&file[..place.start], bytes, &file[place.end..]].concat()
}

/// What follows the last `startxref`.
pub(crate) fn table(file: &[u8]) -> usize {
    let behind = &file[last(file, b"startxref\n") + 10..];
    let number = String::from_utf8_lossy(behind);
    number.lines().next().unwrap().parse().unwrap()
}

/// An incremental update that readers of PDFs follow, up to its `trailer`; and where its table begins.
pub(crate) fn section(file: &[u8], objects: &[(usize, String)]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut rows = String::new();
    for (number, object) in objects {
        rows += &format!("{number} 1\n{:010} 00000 n \n", file.len() + out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let (begin, previous) = (file.len() + out.len(), table(file));
    let rows = if rows.is_empty() { "0 0\n" } else { &rows };
    out.extend(
        format!("xref\n{rows}trailer\n<< /Size 60 /Root 1 0 R /Prev {previous} >>\n").bytes(),
    );
    (out, begin)
}

//! A PDF of the university's own gets a stamp, goes to paper and back, and what a forger makes of it is told.

use ananke_api::tcode::placement::PlacementInput;
use ananke_api::tcode::stamp::Stamp;
use ananke_api::tcode::template::TdocTemplateInput;
use ananke_api::template::{FieldType, SchemaField};
use ananke_api::verification::Verdict;
use ananke_client::tcode::{Stamping, Verify};
use ananke_format::trust::{Pin, Trust};
use ananke_format::{Mode, Sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::asking::Files;
use super::book::{Book, Miss, ensure, expect};
use super::leaflet::leaflet;
use super::opening::{Cast, UNIVERSITY};
use super::out::Out;
use crate::verify::barcode;
use crate::verify::evidence::chain;
use crate::verify::target::{Record, Target};

/// What was stamped.
struct Stamped {
    stamp: Stamp,
    original: Vec<u8>,
    pdf: Vec<u8>,
    seal: Vec<u8>,
}

/// Stamps, and tries what can be done to a stamped PDF.
pub(super) async fn stamp(book: &mut Book, cast: &Cast, out: &mut Out) -> Option<()> {
    book.chapter("Stamping");
    let stamped = make(book, cast, out).await?;
    let verify = cast.anybody.tcode().verify();
    read_back(book, cast, &verify, &stamped, out).await?;
    forge(book, cast, &verify, &stamped, out).await?;
    book.claim("the stamp is revoked: with the server and without", async {
        let revoked = cast.live.tcode().stamps();
        revoked
            .revoke(stamped.stamp.id, Some("fraud"), None)
            .await?;
        let online = verify.by_payload(&stamped.seal).await?;
        expect(&online, Verdict::Revoked)?;
        let offline = files(cast).await?.ask(&whole(&stamped.pdf));
        Ok(((), expect(&offline, Verdict::Revoked)?))
    })
    .await
}

async fn make(book: &mut Book, cast: &Cast, out: &mut Out) -> Option<Stamped> {
    let tcode = cast.live.tcode();
    let (placement, template) = book
        .claim(
            "templates say where a stamp goes, and what its barcode holds",
            async {
                let placement = tcode.placements().create(&placement()).await?;
                let template = tcode.templates().create(&template()).await?;
                let fields = format!("{} fields", template.schema.len());
                Ok(((placement, template), fields))
            },
        )
        .await?;
    book.claim(
        "a PDF is stamped; under its stamp it is what it was, byte for byte",
        async {
            let original = contract("EUR 1,000");
            let stamping = Stamping::new("Contract 7", "CON", original.clone())
                .template(template.id)
                .placement(placement.id)
                .field("party", "Ada Byron")
                .field("amount", "EUR 1,000");
            let stamp = tcode.stamps().create(&stamping).await?;
            let pdf = tcode.stamps().pdf(stamp.id).await?;
            ensure(pdf.starts_with(&original), "the original was changed")?;
            let hash = Sha256::of(&pdf).to_hex();
            ensure(hash == stamp.stamped_hash, "another file than was stamped")?;
            let seal = stamp.seal.as_deref().map(|seal| STANDARD.decode(seal));
            let seal = seal.and_then(Result::ok);
            let seal = seal.ok_or_else(|| Miss("no seal in the answer".to_owned()))?;
            out.write("contract.pdf", "A PDF to be stamped", &original)?;
            out.write("stamped.pdf", "The same, stamped", &pdf)?;
            out.write("seal.bin", "The bytes of its barcode", &seal)?;
            let reference = stamp.reference.clone();
            let stamped = Stamped {
                stamp,
                original,
                pdf,
                seal,
            };
            Ok((stamped, reference))
        },
    )
    .await
}

/// To paper and back, and to whoever asks.
async fn read_back(
    book: &mut Book,
    cast: &Cast,
    verify: &Verify,
    stamped: &Stamped,
    out: &mut Out,
) -> Option<()> {
    let seal = book
        .claim(
            "its page is drawn dot by dot, and the barcode read back from that",
            async {
                let read = barcode::read(stamped.pdf.clone()).await?;
                let read = read.ok_or_else(|| Miss("no barcode was found".to_owned()))?;
                let read = read.payload;
                ensure(read == stamped.seal, "it holds other bytes")?;
                let length = format!("{} bytes, as they were signed", read.len());
                Ok((read, length))
            },
        )
        .await?;
    let files = book
        .claim("by what was read, with the server and without", async {
            let online = verify.by_payload(&seal).await?;
            expect(&online, Verdict::Valid)?;
            let files = files(cast).await?;
            let offline = files.ask(&Target::Record(Record::Seal(seal.clone())));
            let said = expect(&offline, Verdict::Valid)?;
            ensure(online.checks == offline.checks, "the checks differ")?;
            ensure(online.issued_at == offline.issued_at, "the dates differ")?;
            out.answer("stamp-verified.json", "The answer about a barcode", &online)?;
            Ok((files, said))
        })
        .await?;
    book.claim(
        "its fields are there, to be compared with the paper",
        async {
            let answer = verify.by_payload(&seal).await?;
            let fields = answer.fields.unwrap_or_default();
            let value = |label: &str| {
                let named = |label: &str| fields.iter().find(|f| f.label.as_deref() == Some(label));
                named(label).map_or("", |field| field.value.as_str())
            };
            ensure(value("Party") == "Ada Byron", "another name")?;
            ensure(value("Amount") == "EUR 1,000", "another amount")?;
            Ok(((), "Ada Byron, EUR 1,000".to_owned()))
        },
    )
    .await;
    book.claim("by the stamped PDF, each of its bytes: both ways", async {
        let online = verify.by_image(stamped.pdf.clone()).await?;
        expect(&online, Verdict::Valid)?;
        let offline = files.ask(&whole(&stamped.pdf));
        Ok(((), expect(&offline, Verdict::Valid)?))
    })
    .await;
    book.claim("by the PDF as it was before its stamp, by hash", async {
        let hash = Sha256::of(&stamped.original).to_hex();
        let answer = verify.by_hash(&hash).await?;
        Ok(((), expect(&answer, Verdict::Valid)?))
    })
    .await;
    Some(())
}

/// What can be done to the file.
async fn forge(
    book: &mut Book,
    cast: &Cast,
    verify: &Verify,
    stamped: &Stamped,
    out: &mut Out,
) -> Option<()> {
    let files = files(cast).await.ok()?;
    let (length, pdf) = (stamped.original.len(), &stamped.pdf);
    let update = pdf.get(length..).unwrap_or_default();
    let other = contract("EUR 9,000");
    let appended = [pdf, NOTHING].concat();
    for (claim, name, label, forged) in [
        (
            "one byte of the stamped PDF is changed",
            "stamped-altered.pdf",
            "The stamped PDF with one byte changed",
            altered(pdf, length / 2),
        ),
        (
            "another amount is put under the same stamp",
            "stamped-moved.pdf",
            "Another PDF under the same stamp",
            [&other, update].concat(),
        ),
        (
            "something is appended; how much of it is genuine is told",
            "stamped-appended.pdf",
            "The stamped PDF with something appended",
            appended,
        ),
    ] {
        book.claim(claim, async {
            out.write(name, label, &forged)?;
            let online = verify.by_image(forged.clone()).await?;
            expect(&online, Verdict::Invalid)?;
            let offline = files.ask(&whole(&forged));
            let said = expect(&offline, Verdict::Invalid)?;
            ensure(online.checks == offline.checks, "the checks differ")?;
            let genuine = offline.genuine_bytes;
            ensure(online.genuine_bytes == genuine, "the lengths differ")?;
            let Some(genuine) = genuine else {
                ensure(
                    !forged.starts_with(pdf),
                    "the genuine beginning is not told",
                )?;
                return Ok(((), said));
            };
            let is_right = usize::try_from(genuine) == Ok(pdf.len());
            ensure(is_right, "another length is called genuine")?;
            Ok(((), format!("invalid: {genuine} bytes are genuine")))
        })
        .await?;
    }
    Some(())
}

/// An update that changes nothing.
const NOTHING: &[u8] = b"9 0 obj\nnull\nendobj\n%%EOF\n";

fn altered(pdf: &[u8], at: usize) -> Vec<u8> {
    let mut pdf = pdf.to_vec();
    if let Some(byte) = pdf.get_mut(at) {
        *byte ^= 1;
    }
    pdf
}

fn whole(file: &[u8]) -> Target {
    Target::Stamped {
        file: file.to_vec(),
        mode: Mode::Live,
    }
}

/// What an offline verifier would fetch now.
async fn files(cast: &Cast) -> Result<Files, Miss> {
    let published = cast.anybody.published();
    let bundle = published.trust_bundle(Mode::Live).await?;
    let trust = Trust::from_bundle(&bundle, Pin::Fingerprint(cast.root), None)
        .map_err(|error| Miss(chain(&error)))?;
    let list = published
        .status_list(UNIVERSITY.code, Mode::Live, 0)
        .await?;
    Ok(Files { trust, list })
}

/// A contract about an amount; all of them have the same length.
fn contract(amount: &str) -> Vec<u8> {
    leaflet(&[
        "Contract of Careful Reading",
        "",
        "Ada Byron reads it all, and is paid for it:",
        amount,
    ])
}

fn placement() -> PlacementInput {
    PlacementInput {
        name: "Lower right corner".to_owned(),
        page_number: None,
        x: None,
        y: None,
        size: Some(100.0),
        margin: Some(24.0),
        label_text: None,
    }
}

fn template() -> TdocTemplateInput {
    let field = |key: &str, label: &str| SchemaField {
        key: key.to_owned(),
        label: label.to_owned(),
        required: true,
        kind: FieldType::Text,
        max_length: Some(40),
        help: None,
        options: None,
    };
    TdocTemplateInput {
        name: "Contract".to_owned(),
        schema: Some(vec![field("party", "Party"), field("amount", "Amount")]),
        public_fields: None,
        is_active: None,
    }
}

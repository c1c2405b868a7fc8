//! Encrypted and signed files. None of the keys opens anything: nobody has to know how to be refused.

use super::parts::{CATALOG, PAGE, PAGES, catalog, place, plain, stream, swapped, with};
use super::{Hostile, Said};

/// What says how a file is encrypted, with a password or without.
fn handler(entries: &str, length: usize) -> Vec<u8> {
    let owner = "5a".repeat(length);
    let user = "c3".repeat(length);
    format!("<< /Filter /Standard {entries} /O <{owner}> /U <{user}> /P -44 >>").into_bytes()
}

/// A file that is encrypted like that.
fn encrypted(handler: Vec<u8>) -> Vec<u8> {
    let id = "00112233445566778899aabbccddeeff";
    let drawing = stream("", b"\x8f\x11\xc0 no drawing that anybody could read");
    let objects = [CATALOG.into(), PAGES.into(), PAGE.into(), drawing, handler];
    with(&objects, &format!("/Encrypt 5 0 R /ID [<{id}> <{id}>]"))
}

/// A file with this for what says how it is encrypted.
fn said(encrypt: &str) -> Vec<u8> {
    swapped(&plain(), "/Root", format!("/Encrypt {encrypt} /Root"))
}

/// A file with a signature in this form.
fn signed(form: &str, more: &[Vec<u8>]) -> Vec<u8> {
    catalog(&format!("/AcroForm << {form} >>"), more)
}

pub(super) fn files() -> Vec<Hostile> {
    let locked = Said::damaged("encrypted");
    let crypt = |method: &str, length: u32| {
        format!(
            "/CF << /StdCF << /CFM /{method} /AuthEvent /DocOpen /Length {length} >> >> /StmF /StdCF /StrF /StdCF"
        )
    };
    let perms = format!(
        "/OE <{0}> /UE <{0}> /Perms <{1}>",
        "11".repeat(32),
        "22".repeat(16)
    );
    let mut files: Vec<Hostile> = [
        ("RC4 of 40 bits", "/V 1 /R 2".to_owned(), 32),
        ("RC4 of 128 bits", "/V 2 /R 3 /Length 128".to_owned(), 32),
        (
            "RC4 of 128 bits in a filter",
            format!("/V 4 /R 4 /Length 128 {}", crypt("V2", 16)),
            32,
        ),
        (
            "AES of 128 bits",
            format!("/V 4 /R 4 /Length 128 {}", crypt("AESV2", 16)),
            32,
        ),
        (
            "AES of 128 bits, with names left legible",
            format!(
                "/V 4 /R 4 /Length 128 /EncryptMetadata false {}",
                crypt("AESV2", 16)
            ),
            32,
        ),
        (
            "AES of 256 bits, first kind",
            format!("/V 5 /R 5 /Length 256 {perms} {}", crypt("AESV3", 32)),
            48,
        ),
        (
            "AES of 256 bits, second kind",
            format!("/V 5 /R 6 /Length 256 {perms} {}", crypt("AESV3", 32)),
            48,
        ),
        (
            "no key at all",
            "/V 4 /R 4 /StmF /Identity /StrF /Identity".to_owned(),
            32,
        ),
        (
            "a key of 2^31 bits",
            "/V 2 /R 3 /Length 2147483648".to_owned(),
            32,
        ),
        ("a key of -8 bits", "/V 2 /R 3 /Length -8".to_owned(), 32),
        ("a way of tomorrow", "/V 99 /R 99".to_owned(), 32),
        (
            "passwords of no length",
            "/V 2 /R 3 /Length 128".to_owned(),
            0,
        ),
        (
            "passwords of 100,000 bytes",
            "/V 5 /R 6 /Length 256".to_owned(),
            100_000,
        ),
    ]
    .into_iter()
    .map(|(name, entries, length)| {
        Hostile::new(format!("encrypted: {name}"), locked, move || {
            encrypted(handler(&entries, length))
        })
    })
    .collect();
    for (name, encrypt) in [
        (
            "certificates",
            "<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /Recipients [<3080>] >>",
        ),
        ("a program of somebody's", "<< /Filter /Somebodys >>"),
        ("what is missing", "99 0 R"),
        ("itself", "1 0 R"),
        ("a number", "7"),
        ("nothing", "null"),
    ] {
        files.push(Hostile::new(
            format!("encrypted by {name}"),
            locked,
            move || said(encrypt),
        ));
    }
    files.push(Hostile::new("encrypted before an update", locked, || {
        let file = said("<< /Filter /Standard /V 2 /R 3 /O <00> /U <00> /P -44 >>");
        let (table, at) = (place(&file, "xref\n0"), file.len());
        let update = format!(
            "xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev {table} >>\nstartxref\n{at}\n%%EOF\n"
        );
        [file, update.into_bytes()].concat()
    }));
    let signature = Said::damaged("signature");
    let field = |permissions: &str| {
        format!("<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 9 9 9] /Contents <00> {permissions} >>").into_bytes()
    };
    let certified =
        field("/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>]");
    let plain_field = field("");
    files.extend([
        Hostile::new("signed, says the form", signature, || {
            signed("/SigFlags 3 /Fields []", &[])
        }),
        Hostile::new("signed over some bytes", signature, move || {
            signed("/Fields [5 0 R]", std::slice::from_ref(&plain_field))
        }),
        Hostile::new("certified against every change", signature, move || {
            let form = "/AcroForm << /SigFlags 1 /Fields [5 0 R] >>";
            catalog(
                &format!("/Perms << /DocMDP 5 0 R >> {form}"),
                std::slice::from_ref(&certified),
            )
        }),
        Hostile::new("signed, in letters of a comment", signature, || {
            with(
                &[CATALOG, PAGES, &PAGE.replace("/Contents 4 0 R", "")],
                "%/ByteRange\n",
            )
        }),
    ]);
    files
}

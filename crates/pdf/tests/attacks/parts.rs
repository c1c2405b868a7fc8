//! Changes within a stamped file, nothing before it and nothing behind: what is shown, and where it is said to stand.

use ananke_format::datamatrix::side_for;
use ananke_pdf::stamp::{Mark, Placement, update};

use crate::scene::{Attack, Scene, first, put, replaced};

pub(crate) const CLASS: &str = "changed within";

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let invoice = &scene.invoice;
    let file = &invoice.file;
    let mut all = Vec::new();
    let mut attack = |name: &str, file: Vec<u8>| {
        all.push(Attack {
            class: CLASS,
            name: name.to_owned(),
            file,
            genuine: None,
        });
    };
    // The update as it would be with other words, and the genuine symbol in it.
    let original = &file[..invoice.original];
    let reference =
        ananke_format::Reference::from_random(ananke_format::Product::TCode, [1; 8]).to_string();
    let remade = |reference: &str, url: &str, placement: &Placement| {
        let mark = Mark {
            side: side_for(invoice.seal.len()).unwrap(),
            reference: reference.to_owned(),
            url: url.to_owned(),
        };
        let made = update(original, placement, &mark, true).unwrap();
        let filled = put(&made.bytes, made.hole.start, invoice.drawing());
        [original, &filled].concat()
    };
    let url = format!("https://documents.example.org/v/{reference}");
    let usual = Placement {
        x: Some(10.0),
        label: Some("Check it".to_owned()),
        ..Placement::default()
    };
    // The control: with the same words it is the same file.
    assert_eq!(&remade(&reference, &url, &usual), file);
    let digit = reference.replacen(|letter: char| letter.is_ascii_digit(), "Z", 1);
    assert_ne!(digit, reference);
    let label = |label: &str| Placement {
        label: Some(label.to_owned()),
        ..usual.clone()
    };
    attack("one digit of the reference", remade(&digit, &url, &usual));
    attack(
        "the QR code leads elsewhere",
        remade(&reference, &url.replace(".org", ".net"), &usual),
    );
    attack(
        "the QR code names another document",
        remade(&reference, &url.replace(&reference, &digit), &usual),
    );
    attack("another label", remade(&reference, &url, &label("Paid")));
    attack(
        "no label",
        remade(
            &reference,
            &url,
            &Placement {
                label: None,
                ..usual.clone()
            },
        ),
    );
    attack(
        "another place",
        remade(
            &reference,
            &url,
            &Placement {
                x: Some(11.0),
                ..usual.clone()
            },
        ),
    );
    attack(
        "another size",
        remade(
            &reference,
            &url,
            &Placement {
                size: 91.0,
                ..usual.clone()
            },
        ),
    );
    // Bytes of the update.
    let within = |from: &str, to: &str| {
        let at = invoice.original + first(&file[invoice.original..], from.as_bytes());
        replaced(file, at..at + from.len(), to.as_bytes())
    };
    for (name, from, to) in [
        ("the symbol's box", "/BBox [0 0 64 64]", "/BBox [0 0 64 01]"),
        ("the symbol's length", "/Length 16640", "/Length 00002"),
        (
            "a matrix for the symbol",
            "/Subtype /Form",
            "/Subtype /Form /Matrix [0 0 0 0 0 0]",
        ),
        (
            "a symbol that is none",
            "/XObject /Subtype /Form",
            "/XObject /Subtype /PS  ",
        ),
        ("another page", "3 0 obj", "9 0 obj"),
        ("the page is no page", "/Type /Page", "/Type /Peas"),
        ("the page's drawings", "4 0 R", "6 0 R"),
        ("the symbol is another object", "8 0 obj", "9 0 obj"),
        ("the catalog", "/Root 1 0 R", "/Root 2 0 R"),
        ("the table before", "/Prev 4", "/Prev 3"),
        ("no table before", "/Prev", "/Pr_v"),
        ("the number of objects", "/Size 9", "/Size 3"),
        ("encryption", "/Root 1 0 R", "/Root 1 0 R /Encrypt 9 0 R"),
        ("the rows of the table", "3 1\n0", "3 2\n0"),
        ("a row leads elsewhere", "00000 n", "00001 n"),
        ("an object is free", " n \n", " f \n"),
        ("the table's name", "\nxref\n", "\nXref\n"),
    ] {
        attack(name, within(from, to));
    }
    // A row of the table leads to the original's page, and the trailer stays as it is.
    let row = first(&file[invoice.original..], b"xref\n3 1\n") + invoice.original + 9;
    let page = format!("{:010}", first(file, b"3 0 obj"));
    attack("the page of before", put(file, row, page.as_bytes()));
    let table = invoice.comment() + 49 + 10;
    attack("the table of before", put(file, table, b"00450"));
    let drawing = first(&file[invoice.original..], b"7 0 obj") + invoice.original;
    let packed = drawing + first(&file[drawing..], b"stream\n") + 7;
    attack(
        "a byte of what is drawn with it",
        put(file, packed + 40, &[!file[packed + 40]]),
    );
    attack("nothing is drawn with it", put(file, packed, &[0; 40]));
    // And the original.
    for (name, from, to) in [
        ("the amount", "pay 100", "pay 700"),
        ("the amount, of another length", "pay 100", "pay 1000"),
        ("the version of PDF", "%PDF-1.7", "%PDF-1.4"),
        ("the binary comment", "%\u{e2}", "%\u{e3}"),
        ("the end of the original", "%%EOF\n", "%%EOF\r"),
        (
            "a space for a line feed in the original",
            "1 0 obj\n",
            "1 0 obj ",
        ),
    ] {
        let from = from
            .chars()
            .map(|letter| (u32::from(letter) & 0xff) as u8)
            .collect::<Vec<u8>>();
        let to = to
            .chars()
            .map(|letter| (u32::from(letter) & 0xff) as u8)
            .collect::<Vec<u8>>();
        let at = first(file, &from);
        assert!(at < invoice.original);
        attack(name, replaced(file, at..at + from.len(), &to));
    }
    all
}

//! Incremental saving and shadow attacks: something behind a stamped file, which readers of PDFs would follow. The stamped file is
//! still in there, and the verdict says how long it is.

use crate::originals::stream;
use crate::scene::{Attack, Scene, insert, put, section, table};

pub(crate) const SAVING: &str = "incremental saving";

/// Objects with their numbers.
type Objects = Vec<(usize, String)>;

const PAGE: &str =
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>";

/// What is shown instead.
fn other_content() -> Objects {
    vec![
        (3, format!("{PAGE} /Contents 41 0 R >>")),
        (41, stream("BT /F1 12 Tf 60 700 Td (Please pay 900) Tj ET")),
    ]
}

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let invoice = &scene.invoice;
    let file = &invoice.file;
    let mut all = Vec::new();
    let mut behind = |name: &str, tail: &[u8]| {
        all.push(Attack {
            class: SAVING,
            name: name.to_owned(),
            file: [&file[..], tail].concat(),
            genuine: Some(file.len()),
        });
    };
    for (name, byte) in [
        ("a line feed", b'\n'),
        ("a carriage return", b'\r'),
        ("a space", b' '),
        ("NUL", 0),
        ("a percent sign", b'%'),
        ("a digit", b'0'),
    ] {
        behind(name, &[byte]);
    }
    behind("a thousand spaces", &[b' '; 1000]);
    behind("a comment", b"% nothing to see\n");
    behind("another `%%EOF`", b"%%EOF\n");
    behind("nothing but `startxref`", b"startxref\n0\n%%EOF\n");
    let closed = |begin: usize| format!("startxref\n{begin}\n%%EOF\n").into_bytes();
    let (empty, at) = section(file, &[]);
    behind("an empty update", &[&empty[..], &closed(at)].concat());
    let (update, at) = section(file, &other_content());
    let comment = &file[invoice.comment()..];
    let mark = &comment[..comment.len() - closed(table(file)).len()];
    behind("another page", &[&update[..], &closed(at)].concat());
    behind(
        "another page, and no `%%EOF`",
        &[&update[..], format!("startxref\n{at}\n").as_bytes()].concat(),
    );
    behind("another page, and no end", &update);
    behind(
        "another page, ended as the stamp is",
        &[&update[..], mark, &closed(at)].concat(),
    );
    behind(
        "another page, with the whole trailer again, which points back",
        &[&update[..], mark, &closed(table(file))].concat(),
    );
    behind("an end that points back, without an update", comment);
    behind("behind eight trailers", &comment.repeat(7));
    let own = |original: usize, begin: usize| {
        format!(
            "%Ananke-Stamp-1 {original:010} {begin:010} {:010}\n",
            invoice.hole.len()
        )
    };
    let said = own(file.len(), invoice.hole.start);
    behind(
        "a trailer that calls everything the original",
        &[&update[..], said.as_bytes(), &closed(at)].concat(),
    );
    // An update as ours, with the drawing of the genuine seal.
    let head = format!(
        "8 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 64 64] /Length {} >>\nstream\n",
        invoice.hole.len()
    );
    let copy = [head.as_bytes(), invoice.drawing(), b"\nendstream\nendobj\n"].concat();
    let longer = [&file[..], &copy].concat();
    let (update, at) = section(&longer, &other_content());
    for (name, original) in [
        ("the drawing again, as of the stamped file", file.len()),
        ("the drawing again, as of the original", invoice.original),
    ] {
        let said = own(original, file.len() + head.len());
        behind(
            name,
            &[&copy[..], &update, said.as_bytes(), &closed(at)].concat(),
        );
    }
    for (name, entries) in [
        (
            "a catalog that runs JavaScript",
            "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        ),
        (
            "a catalog that starts a program",
            "/OpenAction << /S /Launch /F (calc.exe) >>",
        ),
        (
            "a form over the page",
            "/AcroForm << /Fields [42 0 R] /NeedAppearances true >>",
        ),
    ] {
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R {entries} >>");
        let (update, at) = section(file, &[(1, catalog)]);
        behind(name, &[&update[..], &closed(at)].concat());
    }
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [60 690 300 720] /Contents (Please pay 900) /DA (/F1 12 Tf) >>".to_owned();
    let page = format!("{PAGE} /Contents 4 0 R /Annots [42 0 R] >>");
    let (update, at) = section(file, &[(3, page), (42, note)]);
    behind("a note over the page", &[&update[..], &closed(at)].concat());
    let mut plain = |name: &str, file: Vec<u8>| {
        all.push(Attack {
            class: SAVING,
            name: name.to_owned(),
            file,
            genuine: None,
        });
    };
    plain(
        "more trailers than are looked at",
        [&file[..], &comment.repeat(9)].concat(),
    );
    let (update, at) = section(&file[..invoice.original], &other_content());
    plain(
        "an update between the original and the stamp",
        insert(file, invoice.original, &[&update[..], &closed(at)].concat()),
    );
    plain(
        "an update within the stamp's",
        insert(file, invoice.comment(), &section(file, &other_content()).0),
    );
    // Of a file that was stamped twice, both are genuine, and the longer one is what counts.
    let twice = &scene.twice.file;
    all.push(Attack {
        class: SAVING,
        name: "behind two stamps".to_owned(),
        file: [&twice[..], b"\n"].concat(),
        genuine: Some(twice.len()),
    });
    all.push(Attack {
        class: SAVING,
        name: "a second stamp that was cut".to_owned(),
        file: twice[..twice.len() - 1].to_vec(),
        genuine: Some(file.len()),
    });
    all.push(Attack {
        class: SAVING,
        name: "a second stamp that was changed".to_owned(),
        file: put(twice, scene.twice.hole.end + 1, b"E"),
        genuine: Some(file.len()),
    });
    all
}

/// Originals that show one thing and hold another, prepared before they are stamped; and the update that shows the other one.
pub(crate) fn shadows() -> Vec<(&'static str, Vec<u8>, Objects)> {
    use crate::originals::classic;
    let file = |entries: &str, objects: &[String]| {
        let mut all = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("{PAGE} {entries} >>"),
            stream("BT /F1 12 Tf 60 700 Td (Please pay 100) Tj ET"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ];
        all.extend_from_slice(objects);
        classic(&all)
    };
    let dearer = stream("BT /F1 12 Tf 60 700 Td (Please pay 900) Tj ET");
    let cover = "<< /Type /Annot /Subtype /Square /Rect [50 690 300 720] /IC [1 1 1] >>".to_owned();
    let gone = "<< /Type /Annot /Subtype /Square /Rect [0 0 0 0] /F 2 >>".to_owned();
    let field = |value: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (sum) /V ({value}) /Rect [60 600 300 620] >>"
        )
    };
    let other = format!("{PAGE} /Contents 6 0 R >>");
    let pages = "<< /Type /Pages /Kids [7 0 R] /Count 1 >>".to_owned();
    vec![
        (
            "hide: what lies over the words goes away",
            file("/Contents [4 0 R] /Annots [6 0 R]", &[cover]),
            vec![(6, gone)],
        ),
        (
            "replace: a field has another value",
            file("/Contents 4 0 R /Annots [6 0 R]", &[field("100")]),
            vec![(6, field("900"))],
        ),
        (
            "replace: a font draws other shapes",
            file("/Contents 4 0 R", &[]),
            vec![(
                5,
                "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>".to_owned(),
            )],
        ),
        (
            "hide and replace: a page that waits in the file",
            file("/Contents 4 0 R", &[dearer.clone(), other]),
            vec![(2, pages)],
        ),
        (
            "hide and replace: a drawing that waits in the file",
            file("/Contents 4 0 R", &[dearer]),
            vec![(3, format!("{PAGE} /Contents 6 0 R >>"))],
        ),
    ]
}

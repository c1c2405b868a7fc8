//! Universal signature forgery: what says where the signature is and what it covers is taken away, cut, or says something else.

use ananke_format::datamatrix::Symbol;
use ananke_format::stamp::draw;

use crate::scene::{Attack, MARK, Scene, first, insert, put, replaced};

const CLASS: &str = "universal signature forgery";

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let invoice = &scene.invoice;
    let (file, at) = (&invoice.file, invoice.comment());
    let end = at + MARK.len() + 33;
    let mut all = Vec::new();
    let mut attack = |name: &str, file: Vec<u8>| {
        all.push(Attack {
            class: CLASS,
            name: name.to_owned(),
            file,
            genuine: None,
        });
    };
    let (original, begin, len) = (invoice.original, invoice.hole.start, invoice.hole.len());
    // Everything between the mark and the end of its line.
    let numbers = |text: &str| replaced(file, at + MARK.len()..end - 1, text.as_bytes());
    let three = |a: usize, b: usize, c: usize| numbers(&format!("{a:010} {b:010} {c:010}"));
    attack("no comment", replaced(file, at..end, b""));
    attack(
        "the comment without its line feed",
        replaced(file, end - 1..end, b""),
    );
    attack("a mark without numbers", numbers(""));
    attack(
        "two numbers",
        numbers(&format!("{original:010} {begin:010}")),
    );
    attack(
        "four numbers",
        numbers(&format!("{original:010} {begin:010} {len:010} {len:010}")),
    );
    attack(
        "nine digits",
        numbers(&format!("{original:09} {begin:010} {len:010}")),
    );
    attack(
        "eleven digits",
        numbers(&format!("{original:011} {begin:010} {len:010}")),
    );
    attack(
        "no leading zeros",
        numbers(&format!("{original} {begin} {len}")),
    );
    attack(
        "spaces for leading zeros",
        numbers(&format!("{original:>10} {begin:010} {len:010}")),
    );
    attack(
        "two spaces between",
        numbers(&format!("{original:010}  {begin:010} {len:010}")),
    );
    attack(
        "a tab between",
        numbers(&format!("{original:010}\t{begin:010} {len:010}")),
    );
    attack(
        "a minus sign",
        numbers(&format!("-{original:09} {begin:010} {len:010}")),
    );
    attack(
        "a plus sign",
        numbers(&format!("+{original:09} {begin:010} {len:010}")),
    );
    attack(
        "a negative length",
        numbers(&format!("{original:010} {begin:010} -{len:09}")),
    );
    attack(
        "hexadecimal",
        numbers(&format!("{original:#010x} {begin:010} {len:010}")),
    );
    attack(
        "a fraction",
        numbers(&format!("{original:08}.0 {begin:010} {len:010}")),
    );
    attack(
        "an exponent",
        numbers(&format!("{original:08}e0 {begin:010} {len:010}")),
    );
    attack(
        "digits of another script",
        numbers(&format!("٠{original:08} {begin:010} {len:010}")),
    );
    attack(
        "as large as it gets",
        three(9_999_999_999, 9_999_999_999, 9_999_999_999),
    );
    let most = u64::MAX;
    attack(
        "numbers that overflow",
        numbers(&format!("{most} {most} {most}")),
    );
    let wrapped = (1_u64 << 32) + begin as u64;
    attack(
        "a hole that wraps at 32 bits",
        numbers(&format!("{original:010} {wrapped:010} {len:010}")),
    );
    attack("an original of nothing", three(0, begin, len));
    attack(
        "an original one byte shorter",
        three(original - 1, begin, len),
    );
    attack(
        "an original one byte longer",
        three(original + 1, begin, len),
    );
    attack("an original up to the hole", three(begin, begin, len));
    attack("an original of everything", three(file.len(), begin, len));
    attack("a hole of length 0", three(original, begin, 0));
    attack("a hole one byte shorter", three(original, begin, len - 1));
    attack("a hole one byte longer", three(original, begin, len + 1));
    attack("a hole one byte before", three(original, begin - 1, len));
    attack("a hole one byte behind", three(original, begin + 1, len));
    attack("a hole in the original", three(original, 0, len));
    attack(
        "a hole over the end of the original",
        three(original, original - 1, len),
    );
    attack(
        "a hole of the whole update",
        three(original, original, at - original),
    );
    attack(
        "a hole over the trailer",
        three(original, at - len / 2, len),
    );
    attack("a hole behind the file", three(original, file.len(), len));
    attack("a hole of the whole file", three(0, 0, file.len()));
    attack("the numbers in another order", three(begin, original, len));
    for (what, mark) in [
        ("version 2", "%Ananke-Stamp-2 "),
        ("version 01", "%Ananke-Stamp-01 "),
        ("small letters", "%ananke-stamp-1 "),
        ("no percent sign", " Ananke-Stamp-1 "),
        ("two percent signs", "%%Ananke-Stamp-1 "),
        (
            "another mark before it on the line",
            "%%Ananke-Stamp-1 %Ananke-Stamp-1 ",
        ),
    ] {
        attack(what, replaced(file, at..at + MARK.len(), mark.as_bytes()));
    }
    let comment = file[at..end].to_vec();
    attack("the comment twice", insert(file, at, &comment));
    let other = format!(
        "%Ananke-Stamp-1 {:010} {begin:010} {len:010}\n",
        original - 1
    );
    attack(
        "another comment before it",
        insert(file, at, other.as_bytes()),
    );
    attack(
        "another comment behind it",
        insert(file, end, other.as_bytes()),
    );
    let behind = [
        &file[end..file.len() - 6],
        &comment,
        &file[file.len() - 6..],
    ]
    .concat();
    attack(
        "the comment behind `startxref`",
        replaced(file, at..file.len(), &behind),
    );
    let number = end + b"startxref\n".len();
    let digits = file.len() - 7;
    for (what, text) in [
        ("a table with a leading zero", "029"),
        ("a table at 0", "0"),
        ("a table at a number too large", "99999999999"),
        ("a table before the file", "-1"),
        ("a table nowhere", ""),
        ("a table in the original", "450"),
        ("a table at a comment", "9 %"),
    ] {
        attack(what, replaced(file, number..digits, text.as_bytes()));
    }
    for (what, text) in [
        ("no `%%EOF`", "\n"),
        ("half an `%%EOF`", "\n%%EO"),
        ("`%%EOF` without a line feed", "\n%%EOF"),
        ("carriage returns at the end", "\r%%EOF\r"),
        ("both at the end", "\r\n%%EOF\r\n"),
    ] {
        attack(what, replaced(file, digits..file.len(), text.as_bytes()));
    }
    attack("a hole of spaces", invoice.drawn(b""));
    attack("a hole of NUL", put(file, begin, &vec![0; len]));
    attack("a hole of 0xff", put(file, begin, &vec![0xff; len]));
    attack("a drawing of nothing", invoice.drawn(b"f\n"));
    let sealed = |seal: &[u8]| invoice.drawn(&draw(&Symbol::of(seal).unwrap()).unwrap());
    let signed = invoice.seal.len() - 64;
    let with = |fill: &dyn Fn(&mut [u8])| {
        let mut seal = invoice.seal.clone();
        fill(&mut seal[signed..]);
        sealed(&seal)
    };
    attack("a signature of zeros", with(&|signature| signature.fill(0)));
    attack(
        "a signature of 0xff",
        with(&|signature| signature.fill(0xff)),
    );
    attack(
        "a signature with its halves changed",
        with(&|signature| signature.rotate_left(32)),
    );
    attack(
        "a signature with r alone",
        with(&|signature| signature[32..].fill(0)),
    );
    attack(
        "the other s there is",
        with(&|signature| negate(&mut signature[32..])),
    );
    // The symbol keeps its size.
    attack("no signature", sealed(&invoice.seal[..signed]));
    attack("half a signature", sealed(&invoice.seal[..signed + 32]));
    attack(
        "something behind the signature",
        sealed(&[&invoice.seal[..], &[0]].concat()),
    );
    attack("no seal at all", sealed(&vec![7; invoice.seal.len()]));
    // The signed drawing elsewhere, and what one likes in its old place, which is the one that is shown.
    let object = [
        b"40 0 obj\n<<>>\nstream\n",
        invoice.drawing(),
        b"\nendstream\nendobj\n",
    ]
    .concat();
    let before = first(&file[original..], b"\n8 0 obj") + original + 1;
    let moved = insert(&invoice.drawn(b"0 0 64 64 re\nf\n"), before, &object);
    let place = format!("{original:010} {:010} {len:010}", before + 21);
    let numbers = at + object.len() + MARK.len();
    attack(
        "the hole moved to a copy",
        put(&moved, numbers, place.as_bytes()),
    );
    all
}

/// The negative of a number modulo the order of P-256.
fn negate(s: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let mut borrow = false;
    for (digit, order) in s.iter_mut().zip(ORDER).rev() {
        let (first, under) = order.overflowing_sub(*digit);
        let (second, again) = first.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (second, under || again);
    }
}

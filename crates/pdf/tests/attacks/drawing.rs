//! Other drawings in the hole: some show the symbol that was signed, some show another, none is the one drawing there is of it.

use ananke_format::datamatrix::Symbol;
use ananke_format::stamp::draw;

use crate::lenient;
use crate::scene::{Attack, Scene};

pub(crate) const CLASS: &str = "changed drawing";

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let invoice = &scene.invoice;
    let text = String::from_utf8(invoice.drawing().to_vec()).unwrap();
    let drawn = text.trim_end();
    let lines: Vec<&str> = drawn.lines().collect();
    let runs = &lines[..lines.len() - 1];
    let first = lines[0];
    let words: Vec<usize> = first
        .split(' ')
        .take(3)
        .map(|word| word.parse().unwrap())
        .collect();
    let (x, y, width) = (words[0], words[1], words[2]);
    // The first rectangle in other words.
    let as_first = |other: String| drawn.replacen(first, &other, 1);
    let all_but_the_last = runs[..runs.len() - 1].join("\n");
    let reversed: Vec<&str> = runs.iter().rev().copied().collect();
    let turned = [&[lines[1], lines[0]], &lines[2..]].concat().join("\n");
    let mut texts = vec![
        (
            "a rectangle more, where it is dark",
            format!("{first}\n{drawn}\n"),
        ),
        (
            "a rectangle more, where it is light",
            format!("0 0 64 64 re\n{drawn}\n"),
        ),
        ("a rectangle less", format!("{all_but_the_last}\nf\n")),
        ("another order of two", format!("{turned}\n")),
        ("from below", format!("{}\nf\n", reversed.join("\n"))),
        (
            "a rectangle in two",
            as_first(format!("{x} {y} 1 1 re\n{first}")),
        ),
        (
            "a rectangle from its right",
            as_first(format!("{} {y} -{width} 1 re", x + width)),
        ),
        (
            "a rectangle from its top",
            as_first(format!("{x} {} {width} -1 re", y + 1)),
        ),
        (
            "a decimal point",
            as_first(format!("{x}.0 {y} {width} 1 re")),
        ),
        (
            "a point and nothing",
            as_first(format!("{x} {y}. {width} 1 re")),
        ),
        ("a plus sign", as_first(format!("+{x} {y} {width} 1 re"))),
        ("minus nothing", as_first(format!("-0 {y} {width} 1 re"))),
        ("a leading zero", as_first(format!("{x} 0{y} {width} 1 re"))),
        (
            "a little more",
            as_first(format!("{x} {y} {width} 1.001 re")),
        ),
        ("two spaces", as_first(format!("{x}  {y} {width} 1 re"))),
        ("a tab", as_first(format!("{x}\t{y} {width} 1 re"))),
        ("a form feed", as_first(format!("{x} {y}\x0c{width} 1 re"))),
        (
            "NUL for a space",
            as_first(format!("{x} {y} {width}\x001 re")),
        ),
        (
            "a space at the end of a line",
            as_first(format!("{first} ")),
        ),
        ("an empty line", as_first(format!("{first}\n"))),
        ("a space for a line feed", drawn.replacen('\n', " ", 1)),
        (
            "a carriage return for a line feed",
            drawn.replacen('\n', "\r", 1),
        ),
        ("carriage returns for all", drawn.replace('\n', "\r")),
        ("both for one", drawn.replacen('\n', "\r\n", 1)),
        ("a comment before it", format!("% paid\n{drawn}\n")),
        ("a comment in it", as_first(format!("{first}% paid"))),
        (
            "a comment that hides a rectangle",
            as_first(format!("% {first}")),
        ),
        ("a comment behind it", format!("{drawn}\n% paid")),
        ("no `f`", format!("{}\n", runs.join("\n"))),
        ("`F`", format!("{}\nF\n", runs.join("\n"))),
        ("`f*`", format!("{}\nf*\n", runs.join("\n"))),
        ("`B`", format!("{}\nB\n", runs.join("\n"))),
        (
            "`n`, which draws nothing",
            format!("{}\nn\n", runs.join("\n")),
        ),
        ("`f` twice", format!("{drawn}\nf\n")),
        ("in white", format!("1 g\n{drawn}\n")),
        ("a square over it", format!("{drawn}\n0 0 64 64 re f\n")),
        ("in another size", format!("0.1 0 0 0.1 0 0 cm\n{drawn}\n")),
        (
            "words behind it",
            format!("{drawn}\nBT /F1 9 Tf (paid) Tj ET\n"),
        ),
        ("cut to nothing", format!("0 0 0 0 re W n\n{drawn}\n")),
        (
            "an end of the stream, and another object",
            format!("{drawn}\nendstream\nendobj\n3 0 obj\n<< >>\nendobj\n"),
        ),
    ];
    // Behind the drawing everything is spaces, to the last byte.
    let spaces = invoice.hole.len() - text.trim_end().len() - 1;
    for (name, other) in [
        ("a line feed", '\n'),
        ("a tab", '\t'),
        ("NUL", '\0'),
        ("a carriage return", '\r'),
        ("a no-break space's half", '%'),
    ] {
        texts.push((name, format!("{drawn}\n{}{other}", " ".repeat(spaces - 1))));
        texts.push((name, format!("{drawn}\n{other}")));
    }
    let named = |(name, text): (&str, String)| (name.to_owned(), text.into_bytes());
    let mut drawings: Vec<(String, Vec<u8>)> = texts.into_iter().map(named).collect();
    // What is drawn as it has to be, of modules that are others: a reader corrects some of them.
    let side = Symbol::of(&invoice.seal).unwrap().side();
    let modules = lenient::modules(invoice.drawing(), side).unwrap();
    let mut symbol = |name: &str, change: &dyn Fn(usize, usize) -> bool| {
        let at = |place: usize| change(place / side, place % side);
        let symbol = Symbol::from_modules((0..side * side).map(at).collect()).unwrap();
        drawings.extend(draw(&symbol).map(|drawing| (name.to_owned(), drawing)));
    };
    let dark = |row: usize, column: usize| modules[row * side + column];
    symbol("a module that is not as it was", &|row, column| {
        dark(row, column) != ((row, column) == (20, 20))
    });
    symbol("ten modules that are not as they were", &|row, column| {
        dark(row, column) != (row == 20 && (20..30).contains(&column))
    });
    symbol("a module of the finder", &|row, column| {
        dark(row, column) && (row, column) != (5, 0)
    });
    symbol("dark and light changed", &|row, column| !dark(row, column));
    symbol("in a mirror", &|row, column| dark(row, side - 1 - column));
    symbol("turned", &|row, column| dark(side - 1 - column, row));
    let attack = |(name, drawing): (String, Vec<u8>)| Attack {
        class: CLASS,
        name,
        file: invoice.drawn(&drawing),
        genuine: None,
    };
    drawings.into_iter().map(attack).collect()
}

//! Stamped files, byte for byte (`spec/stamp.md`): what is signed of one, how its symbol is drawn, and the check. No PDF is read.

use std::ops::Range;

use crate::datamatrix::Symbol;
use crate::digest::Sha256;
use crate::seal::{Seal, SealError, SealIssueError, Statement, StatementError};
use crate::signer::Signer;

/// What the trailer begins with.
const MARK: &[u8] = b"%Ananke-Stamp-1 ";
/// The comment: mark, three numbers of ten digits, what stands between and behind them.
const COMMENT_LEN: usize = MARK.len() + 33;
const STARTXREF: &[u8] = b"startxref\n";
const END: &[u8] = b"\n%%EOF\n";
/// The longest trailer there is, as far as `startxref` can be.
const DIGITS: usize = 10;
/// So many earlier trailers are looked at, the last ones first: what is tried is bounded, whoever wrote the file.
const EARLIER: usize = 8;

/// Why a file is no stamped file, or not as it was stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// It does not end as a stamped file does.
    #[error("the file carries no stamp")]
    NoStamp,
    /// Something stands behind a file that passes by itself, and whose seal is signed.
    #[error(
        "something was appended to the stamped file: its first {genuine} bytes are what was stamped"
    )]
    Appended {
        /// How long that file is.
        genuine: usize,
    },
    /// The range of the symbol is not drawn as symbols are.
    #[error("the barcode is not drawn as a stamp's is")]
    Hole,
    /// The symbol holds nothing, or something else than it shows.
    #[error("the barcode is none")]
    Symbol,
    /// What it holds is no seal.
    #[error("the barcode holds no seal: {0}")]
    Seal(#[from] SealError),
    /// A seal, and none of ours.
    #[error("the barcode holds another seal: {0}")]
    Statement(#[from] StatementError),
    /// The original is another.
    #[error("the file is not the one that was stamped")]
    Original,
    /// The update is another.
    #[error("what was drawn with the stamp was changed")]
    Update,
}

/// Why a hole cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The seal needs a hole of another length, or lies outside the update.
    #[error("the hole is not the one of this seal")]
    Hole,
    /// The seal cannot be made.
    #[error(transparent)]
    Seal(#[from] SealIssueError),
}

/// A stamped file that is as its seal says, whoever signed that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// Length of the original.
    pub original_len: usize,
    /// The seal.
    pub seal: Seal,
    /// What it says.
    pub statement: Statement,
}

/// How long a hole is for a symbol with so many modules a side.
#[must_use]
pub const fn hole_len(side: usize) -> usize {
    let longest = if side < 100 { 13 } else { 16 };
    longest * (side * side / 4 + 4 * side)
}

/// `DRAW_v1`: the symbol's modules as rectangles, and spaces. `None` where it is longer than its hole, which another
/// signature mends.
#[must_use]
pub fn draw(symbol: &Symbol) -> Option<Vec<u8>> {
    let side = symbol.side();
    let mut out = Vec::with_capacity(hole_len(side));
    for row in 0..side {
        let mut column = 0;
        while column < side {
            let begin = column;
            while symbol.is_dark(row, column) {
                column += 1;
            }
            if column > begin {
                let (y, width) = (side - 1 - row, column - begin);
                for number in [begin, y, width] {
                    push(&mut out, number);
                    out.push(b' ');
                }
                out.extend_from_slice(b"1 re\n");
            }
            column += 1;
        }
    }
    out.extend_from_slice(b"f\n");
    let len = hole_len(side);
    (out.len() <= len).then(|| {
        out.resize(len, b' ');
        out
    })
}

/// Writes a number below 1,000; a symbol has some thousand of them.
fn push(out: &mut Vec<u8>, number: usize) {
    let digits = [number / 100, number / 10 % 10, number % 10].map(|digit| b'0' + digit as u8);
    let leading = if number >= 100 {
        0
    } else {
        1 + usize::from(number < 10)
    };
    out.extend(digits.into_iter().skip(leading));
}

/// Signs an update and draws its seal into the hole. Returns the bytes of the seal; `statement.stamp` is what it says.
///
/// # Errors
/// [`FillError`]
pub fn fill(
    original_len: usize,
    update: &mut [u8],
    hole: Range<usize>,
    statement: &mut Statement,
    key: &dyn Signer,
) -> Result<Vec<u8>, FillError> {
    statement.stamp = update_digest(original_len, update, hole.clone()).ok_or(FillError::Hole)?;
    loop {
        let seal = statement.issue(key)?;
        let symbol = Symbol::of(&seal).filter(|symbol| hole_len(symbol.side()) == hole.len());
        let symbol = symbol.ok_or(FillError::Hole)?;
        // Nearly always at once.
        if let Some(drawing) = draw(&symbol) {
            let place = update.get_mut(hole).ok_or(FillError::Hole)?;
            place.copy_from_slice(&drawing);
            return Ok(seal);
        }
    }
}

/// The symbol that a hole draws, if it draws one, and as `draw` does.
fn drawn(hole: &[u8]) -> Option<Symbol> {
    let side = crate::datamatrix::sides().find(|side| hole_len(*side) == hole.len())?;
    let mut dark = vec![false; side * side];
    for line in hole.split(|byte| *byte == b'\n') {
        if line == b"f" {
            break;
        }
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let mut number = || words.next()?.parse::<usize>().ok().filter(|n| *n <= side);
        let (x, y, width) = (number()?, number()?, number()?);
        let begin = side.checked_sub(y + 1)? * side + x;
        let row = dark.get_mut(begin..begin + width)?;
        row.fill(true);
    }
    let symbol = Symbol::from_modules(dark)?;
    // Whatever was lenient above is not: there is one drawing of each symbol.
    (draw(&symbol).as_deref() == Some(hole)).then_some(symbol)
}

/// The comment of the trailer. Offsets are in the stamped file.
#[must_use]
pub fn comment(original_len: usize, hole: &Range<usize>) -> Vec<u8> {
    let (at, len) = (hole.start, hole.len());
    let numbers = format!("{original_len:010} {at:010} {len:010}\n");
    [MARK, numbers.as_bytes()].concat()
}

/// What the seal says of an update; the hole is where it lies in the update.
#[must_use]
pub fn update_digest(original_len: usize, update: &[u8], hole: Range<usize>) -> Option<Sha256> {
    let length = u64::try_from(original_len).ok()?.to_be_bytes();
    let (before, behind) = (update.get(..hole.start)?, update.get(hole.end..)?);
    let blank = vec![b' '; hole.len()];
    Some(Sha256::of_parts(&[&length, before, &blank, behind]))
}

/// Where the parts of a file are that ends as a stamped file does.
struct Layout {
    original_len: usize,
    hole: Range<usize>,
}

impl Layout {
    /// By the trailer, which begins here and must end with the file.
    fn read(file: &[u8], trailer: usize) -> Option<Self> {
        let text = file.get(trailer..)?;
        let numbers = text.get(..COMMENT_LEN)?.strip_prefix(MARK)?;
        let numbers = numbers.strip_suffix(b"\n")?;
        let digits = text.get(COMMENT_LEN..)?.strip_prefix(STARTXREF)?;
        let digits = digits.strip_suffix(END)?;
        let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        if !is_number(digits)
            || !(1..=DIGITS).contains(&digits.len())
            || digits.first() == Some(&b'0')
        {
            return None;
        }
        let mut words = numbers.split(|byte| *byte == b' ');
        let mut number = || {
            let word = words
                .next()
                .filter(|word| word.len() == DIGITS && is_number(word))?;
            std::str::from_utf8(word).ok()?.parse::<usize>().ok()
        };
        let (original_len, begin, len) = (number()?, number()?, number()?);
        let hole = begin..begin.checked_add(len)?;
        (words.next().is_none() && original_len <= hole.start && hole.end <= trailer)
            .then_some(Self { original_len, hole })
    }
}

/// Whether a file carries the mark of a stamp anywhere: then it is, or was, a stamped file, whatever became of it.
#[must_use]
pub fn is_marked(file: &[u8]) -> bool {
    memchr::memmem::find(file, MARK).is_some()
}

/// Where the last trailer of a file begins that ends with it.
fn trailer(file: &[u8]) -> Option<usize> {
    let shortest = COMMENT_LEN + STARTXREF.len() + 1 + END.len();
    (shortest..shortest + DIGITS).find_map(|len| {
        let begin = file.len().checked_sub(len)?;
        file.get(begin..)?.starts_with(MARK).then_some(begin)
    })
}

/// Checks a file against its seal, byte for byte. Whether that seal is signed remains to be asked; `is_signed` is asked only of seals
/// of what a file begins with.
///
/// # Errors
/// [`StampError`], naming the first rule broken.
pub fn check(file: &[u8], is_signed: impl Fn(&Seal) -> bool) -> Result<Stamped, StampError> {
    ends(file).map_err(|error| match genuine_beginning(file, is_signed) {
        Some(genuine) => StampError::Appended { genuine },
        None => error,
    })
}

/// The check of a file that must end with its stamp.
fn ends(file: &[u8]) -> Result<Stamped, StampError> {
    let trailer = trailer(file).ok_or(StampError::NoStamp)?;
    let layout = Layout::read(file, trailer).ok_or(StampError::NoStamp)?;
    let hole = file.get(layout.hole.clone()).ok_or(StampError::NoStamp)?;
    let symbol = drawn(hole).ok_or(StampError::Hole)?;
    let payload = symbol.payload().ok_or(StampError::Symbol)?;
    let seal = Seal::parse(&payload)?;
    let statement = Statement::read(&seal)?;
    let (original, update) = file
        .split_at_checked(layout.original_len)
        .ok_or(StampError::NoStamp)?;
    if Sha256::of(original) != statement.original {
        return Err(StampError::Original);
    }
    let begin = layout.hole.start - layout.original_len;
    let digest = update_digest(original.len(), update, begin..begin + layout.hole.len());
    if digest != Some(statement.stamp) {
        return Err(StampError::Update);
    }
    Ok(Stamped {
        original_len: original.len(),
        seal,
        statement,
    })
}

/// The length of a stamped file that this one begins with, and whose seal is signed.
#[must_use]
pub fn genuine_beginning(file: &[u8], is_signed: impl Fn(&Seal) -> bool) -> Option<usize> {
    let marks = memchr::memmem::rfind_iter(file, MARK).take(EARLIER);
    marks.into_iter().find_map(|begin| {
        let behind = file.get(begin..)?;
        let end = memchr::memmem::find(behind, END)? + END.len();
        let length = begin + end;
        let earlier = file.get(..length).filter(|_| length < file.len())?;
        let stamped = ends(earlier).ok()?;
        is_signed(&stamped.seal).then_some(length)
    })
}

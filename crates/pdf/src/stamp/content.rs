//! The drawing of a page, as far as another one can follow it: what it leaves open, and what it takes away that it never saved.

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, Stream};

use super::StampError;
use super::file::{File, PageObject};
use super::syntax::{Kind, Scanner, is_space, items, reference};

/// Behind the end of an image, so many bytes are looked at: they are operators.
const AHEAD: usize = 16;
/// So many columns may a row have that is packed by what is beside it.
const COLUMNS: i32 = 65_535;

const UNREADABLE: StampError = StampError::Damaged("the drawing of a page cannot be read");

/// The drawing of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// The streams of it.
    pub(super) streams: Vec<ObjRef>,
    /// Operators that have to stand before it: so many states are saved as it takes away.
    pub(super) begin: String,
    /// Operators that end whatever it leaves open, and give back what was before it.
    pub(super) end: String,
}

/// What is open at a place of a drawing.
#[derive(Debug, Default)]
struct Open {
    states: usize,
    marked: usize,
    is_text: bool,
    is_path: bool,
    /// How many states are taken away that were not saved.
    surplus: usize,
}

impl Content {
    pub(super) fn of(file: &File<'_>, page: &PageObject<'_>) -> Result<Self, StampError> {
        let streams = streams(file, page)?;
        let mut data = Vec::new();
        for stream in &streams {
            let Some(Object::Stream(stream)) = file.object(*stream)? else {
                return Err(StampError::Damaged("a part of a page's drawing is missing"));
            };
            if !is_plain(&stream) {
                return Err(UNREADABLE);
            }
            data.extend_from_slice(&stream.decoded_data().map_err(|_| UNREADABLE)?);
            data.push(b'\n');
        }
        let open = Open::at_end(&data)?;
        let mut end = String::new();
        if open.is_path {
            end.push_str("n ");
        }
        if open.is_text {
            end.push_str("ET ");
        }
        end.push_str(&"EMC ".repeat(open.marked));
        end.push_str(&"Q ".repeat(open.states + 1));
        Ok(Self {
            streams,
            begin: "q ".repeat(open.surplus + 1),
            end,
        })
    }
}

/// The streams of a page: one, several, or none.
fn streams(file: &File<'_>, page: &PageObject<'_>) -> Result<Vec<ObjRef>, StampError> {
    let several: Array<'_> = match page.dict.get_raw::<Object<'_>>("Contents") {
        Some(MaybeRef::Ref(to)) => match file.object(to)? {
            Some(Object::Stream(_)) => return Ok(vec![to]),
            Some(Object::Array(several)) => several,
            Some(_) => return Err(UNREADABLE),
            None => return Ok(Vec::new()),
        },
        _ => match file.entry(&page.dict, "Contents")? {
            Some(several) => several,
            None => return Ok(Vec::new()),
        },
    };
    let streams = items(several.data())?.into_iter().map(reference);
    streams.collect::<Option<_>>().ok_or(UNREADABLE)
}

/// Whether all readers unpack a stream alike: it is as long as it says, and says what they know.
fn is_plain(stream: &Stream<'_>) -> bool {
    let dict = stream.dict();
    let is_long = dict.get::<usize>("Length") == Some(stream.raw_data().len());
    let one = |key: &str| dict.get::<Object<'_>>(key);
    let filters = match one("Filter") {
        None | Some(Object::Null(_)) => Vec::new(),
        Some(Object::Name(name)) => vec![Some(name)],
        Some(Object::Array(several)) => several
            .iter::<Object<'_>>()
            .map(|filter| Name::try_from(filter).ok())
            .collect(),
        Some(_) => return false,
    };
    let parameters = match one("DecodeParms") {
        None => Vec::new(),
        Some(Object::Array(several)) => several.iter::<Object<'_>>().collect(),
        Some(one) => vec![one],
    };
    is_long
        && !dict.contains_key("F")
        && filters
            .iter()
            .all(|filter| filter.as_ref().is_some_and(is_known))
        && parameters.iter().all(|object| match object {
            Object::Dict(parameters) => is_possible(parameters),
            Object::Null(_) => true,
            _ => false,
        })
}

fn is_known(filter: &Name<'_>) -> bool {
    matches!(
        filter.as_str(),
        "FlateDecode"
            | "Fl"
            | "LZWDecode"
            | "LZW"
            | "ASCII85Decode"
            | "A85"
            | "ASCIIHexDecode"
            | "AHx"
            | "RunLengthDecode"
            | "RL"
    )
}

/// Whether there are rows like that.
fn is_possible(parameters: &Dict<'_>) -> bool {
    let is = |key: &str, least: i32, most: i32| match parameters.contains_key(key) {
        true => parameters
            .get::<i32>(key)
            .is_some_and(|number| (least..=most).contains(&number)),
        false => true,
    };
    is("Predictor", 1, 15)
        && is("Columns", 1, COLUMNS)
        && is("Colors", 1, 32)
        && is("BitsPerComponent", 1, 16)
}

impl Open {
    fn at_end(data: &[u8]) -> Result<Self, StampError> {
        let mut open = Self::default();
        let mut scanner = Scanner::new(data, 0);
        while let Some(token) = scanner.token().map_err(|_| UNREADABLE)? {
            if token.kind != Kind::Word {
                scanner.value(token).map_err(|_| UNREADABLE)?;
                continue;
            }
            if token.bytes == b"BI" {
                scanner.at = behind_image(data, scanner.at)?;
            }
            // Readers go on without the state, or with nothing: only where nothing follows is it the same.
            if open.surplus > 0 && is_paint(token.bytes) {
                return Err(StampError::Damaged(
                    "a page's drawing takes away states that it never saved, and readers differ in what they show of it",
                ));
            }
            open.after(token.bytes);
        }
        Ok(open)
    }

    fn after(&mut self, operator: &[u8]) {
        match operator {
            b"q" => self.states += 1,
            b"Q" if self.states == 0 => self.surplus += 1,
            b"Q" => self.states -= 1,
            b"BT" => self.is_text = true,
            b"ET" => self.is_text = false,
            b"BMC" | b"BDC" => self.marked += 1,
            b"EMC" => self.marked = self.marked.saturating_sub(1),
            b"m" | b"l" | b"c" | b"v" | b"y" | b"re" | b"h" | b"W" | b"W*" => self.is_path = true,
            b"n" => self.is_path = false,
            operator if is_path_paint(operator) => self.is_path = false,
            _ => {}
        }
    }
}

fn is_path_paint(operator: &[u8]) -> bool {
    matches!(
        operator,
        b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*"
    )
}

/// Whether something may be seen of an operator.
fn is_paint(operator: &[u8]) -> bool {
    let others = matches!(
        operator,
        b"sh" | b"Do" | b"BI" | b"Tj" | b"TJ" | b"'" | b"\""
    );
    others || is_path_paint(operator)
}

/// The place behind an image that stands in a drawing, from behind its `BI`. Where its data end is not written: at an `EI` that stands
/// alone, before what can be operators.
fn behind_image(data: &[u8], begin: usize) -> Result<usize, StampError> {
    let mut scanner = Scanner::new(data, begin);
    loop {
        match scanner.token().map_err(|_| UNREADABLE)? {
            Some(token) if token.kind == Kind::Word && token.bytes == b"ID" => break,
            Some(token) => scanner.value(token).map_err(|_| UNREADABLE)?,
            None => return Err(UNREADABLE),
        };
    }
    let image = data.get(scanner.at..).unwrap_or_default();
    let is_end = |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| image.get(at));
        let behind = image.get(at + 2..).unwrap_or_default();
        let mut ahead = behind.iter().take(AHEAD);
        before.is_some_and(|byte| is_space(*byte) || *byte == b'>')
            && behind.first().is_none_or(|byte| is_space(*byte))
            && ahead.all(|byte| byte.is_ascii_graphic() || matches!(byte, 9 | 10 | 12 | 13 | 32))
    };
    let end = memchr::memmem::find_iter(image, b"EI").find(is_end);
    end.map(|end| scanner.at + end + 2).ok_or(UNREADABLE)
}

//! The bytes of foreign objects and drawings, told apart and never changed: what is written again is copied as it stood. Stricter than
//! readers are, so that nothing is lost or read in two ways.

use std::collections::BTreeSet;

use hayro_syntax::object::ObjRef;

use super::StampError;

/// So deep may arrays and dictionaries lie in each other.
const DEEPEST: usize = 64;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    /// A string, by letters or by digits.
    Text,
    /// `true`, `obj`, an operator.
    Word,
    OpenArray,
    CloseArray,
    OpenDict,
    CloseDict,
}

/// A token as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) bytes: &'a [u8],
    /// Where it begins.
    pub(crate) at: usize,
}

/// An entry of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// The key's characters, whatever way they are written.
    pub(crate) key: Vec<u8>,
    /// The key as it stands, with its slash.
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

/// Reads tokens from a place on.
#[derive(Debug, Clone)]
pub(crate) struct Scanner<'a> {
    data: &'a [u8],
    pub(crate) at: usize,
}

fn damaged<T>() -> Result<T, StampError> {
    Err(StampError::Damaged("an object of it cannot be read"))
}

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

impl<'a> Scanner<'a> {
    pub(crate) const fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at }
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.at += 1;
        }
    }

    /// White space and comments.
    pub(crate) fn skip_space(&mut self) {
        self.skip_while(is_space);
        while self.peek() == Some(b'%') {
            self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
            self.skip_while(is_space);
        }
    }

    /// The next token, if there is one.
    pub(crate) fn token(&mut self) -> Result<Option<Token<'a>>, StampError> {
        self.skip_space();
        let at = self.at;
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        self.at += 1;
        let kind = match first {
            b'/' => {
                self.skip_while(is_regular);
                Kind::Name
            }
            b'(' => self.letters()?,
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                Kind::OpenDict
            }
            b'<' => {
                self.skip_while(|byte| byte.is_ascii_hexdigit() || is_space(byte));
                if self.peek() != Some(b'>') {
                    return damaged();
                }
                self.at += 1;
                Kind::Text
            }
            b'>' if self.peek() == Some(b'>') => {
                self.at += 1;
                Kind::CloseDict
            }
            b'[' => Kind::OpenArray,
            b']' => Kind::CloseArray,
            other if is_regular(other) => {
                self.skip_while(is_regular);
                let bytes = self.data.get(at..self.at).unwrap_or_default();
                if bytes.iter().all(|byte| b"+-.0123456789".contains(byte)) {
                    Kind::Number
                } else {
                    Kind::Word
                }
            }
            _ => return damaged(),
        };
        let bytes = self.data.get(at..self.at).unwrap_or_default();
        Ok(Some(Token { kind, bytes, at }))
    }

    /// A string by letters, behind its first parenthesis.
    fn letters(&mut self) -> Result<Kind, StampError> {
        let mut open = 1_usize;
        while open > 0 {
            match self.peek() {
                Some(b'(') => open += 1,
                Some(b')') => open -= 1,
                Some(b'\\') => self.at += 1,
                Some(_) => {}
                None => return damaged(),
            }
            self.at += 1;
        }
        Ok(Kind::Text)
    }

    /// A word that has to come next.
    pub(crate) fn word(&mut self, wanted: &[u8]) -> Option<()> {
        let token = self.token().ok()??;
        (token.kind == Kind::Word && token.bytes == wanted).then_some(())
    }

    /// A number without a sign and a point that has to come next.
    pub(crate) fn integer<T: std::str::FromStr>(&mut self) -> Option<T> {
        let token = self.token().ok()??;
        integer(token.bytes)
    }

    /// The value that begins with a token, as it stands.
    pub(crate) fn value(&mut self, first: Token<'a>) -> Result<&'a [u8], StampError> {
        self.behind(first, 0)?;
        Ok(self.data.get(first.at..self.at).unwrap_or_default())
    }

    fn behind(&mut self, first: Token<'a>, depth: usize) -> Result<(), StampError> {
        if depth > DEEPEST {
            return Err(StampError::Damaged("objects lie too deep in each other"));
        }
        match first.kind {
            Kind::Name | Kind::Text => Ok(()),
            Kind::Word if matches!(first.bytes, b"true" | b"false" | b"null") => Ok(()),
            Kind::Number => {
                let mut ahead = self.clone();
                let is_reference = integer::<u32>(first.bytes).is_some()
                    && ahead.integer::<u16>().is_some()
                    && ahead.word(b"R").is_some();
                if is_reference {
                    *self = ahead;
                }
                Ok(())
            }
            Kind::OpenArray => loop {
                match self.token()? {
                    Some(token) if token.kind == Kind::CloseArray => return Ok(()),
                    Some(token) => self.behind(token, depth + 1)?,
                    None => return damaged(),
                }
            },
            Kind::OpenDict => loop {
                match self.token()? {
                    Some(token) if token.kind == Kind::CloseDict => return Ok(()),
                    Some(token) if token.kind == Kind::Name => match self.token()? {
                        Some(token) => self.behind(token, depth + 1)?,
                        None => return damaged(),
                    },
                    _ => return damaged(),
                }
            },
            Kind::Word | Kind::CloseArray | Kind::CloseDict => damaged(),
        }
    }
}

/// The entries of a dictionary in their order; its bytes are those between and with the brackets, or none.
pub(crate) fn entries(dict: &[u8]) -> Result<Vec<Entry<'_>>, StampError> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut keys = BTreeSet::new();
    let mut scanner = Scanner::new(dict, 0);
    if scanner.token()?.is_none() {
        return Ok(entries);
    }
    loop {
        let name = match scanner.token()? {
            Some(token) if token.kind == Kind::CloseDict => return Ok(entries),
            Some(token) if token.kind == Kind::Name => token.bytes,
            _ => return damaged(),
        };
        let Some(first) = scanner.token()? else {
            return damaged();
        };
        let (key, value) = (characters(name), scanner.value(first)?);
        if !keys.insert(key.clone()) {
            return Err(StampError::Damaged("an entry of an object stands twice"));
        }
        entries.push(Entry { key, name, value });
    }
}

/// The items of an array, whose bytes are those between the brackets.
pub(crate) fn items(array: &[u8]) -> Result<Vec<&[u8]>, StampError> {
    let (mut items, mut scanner) = (Vec::new(), Scanner::new(array, 0));
    while let Some(first) = scanner.token()? {
        items.push(scanner.value(first)?);
    }
    Ok(items)
}

/// What a value refers to, if it is a reference.
pub(crate) fn reference(value: &[u8]) -> Option<ObjRef> {
    let mut scanner = Scanner::new(value, 0);
    let (number, generation) = (scanner.integer()?, scanner.integer::<u16>()?);
    scanner.word(b"R")?;
    Some(ObjRef::new(number, generation.into()))
}

/// A number without a sign and a point.
pub(crate) fn integer<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A name's characters.
fn characters(name: &[u8]) -> Vec<u8> {
    let mut rest = name.get(1..).unwrap_or_default();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| *first == b'#');
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    out
}

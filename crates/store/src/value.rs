//! Plain values between the store and both engines, and the reader of a row.

use uuid::Uuid;

use crate::{Digest, Error, Mode};

/// All that is ever stored: both engines have exactly these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}
impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Self::Blob(value.clone())
    }
}
impl From<Digest> for Value {
    fn from(value: Digest) -> Self {
        Self::Blob(value.to_vec())
    }
}
impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Blob(value.as_bytes().to_vec())
    }
}
impl From<Mode> for Value {
    fn from(value: Mode) -> Self {
        Self::from(value.as_str())
    }
}
impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.as_ref().map_or(Self::Null, Self::from)
    }
}
impl From<&Option<Vec<u8>>> for Value {
    fn from(value: &Option<Vec<u8>>) -> Self {
        value.as_ref().map_or(Self::Null, Self::from)
    }
}
impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}
impl From<Option<Uuid>> for Value {
    fn from(value: Option<Uuid>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}
impl From<Option<Mode>> for Value {
    fn from(value: Option<Mode>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// Reads the columns of one row in order; a value of the wrong kind is corruption and names its
/// column.
pub(crate) struct Fields {
    table: &'static str,
    columns: &'static [&'static str],
    row: String,
    values: std::vec::IntoIter<Value>,
    next: usize,
}

impl Fields {
    pub(crate) fn new(
        table: &'static str,
        columns: &'static [&'static str],
        row: String,
        values: Vec<Value>,
    ) -> Self {
        Self {
            table,
            columns,
            row,
            values: values.into_iter(),
            next: 0,
        }
    }

    fn take(&mut self) -> Value {
        self.next += 1;
        self.values.next().unwrap_or(Value::Null)
    }

    /// The column read last holds something the store never writes there.
    pub(crate) fn wrong(&self) -> Error {
        Error::Corrupt {
            table: self.table,
            column: self.columns.get(self.next.wrapping_sub(1)).copied(),
            row: self.row.clone(),
        }
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>, Error> {
        match self.take() {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(value)),
            _ => Err(self.wrong()),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64, Error> {
        self.opt_int()?.ok_or_else(|| self.wrong())
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Error> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong()),
        }
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>, Error> {
        match self.take() {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            _ => Err(self.wrong()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, Error> {
        self.opt_text()?.ok_or_else(|| self.wrong())
    }

    pub(crate) fn opt_blob(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self.take() {
            Value::Null => Ok(None),
            Value::Blob(value) => Ok(Some(value)),
            _ => Err(self.wrong()),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, Error> {
        self.opt_blob()?.ok_or_else(|| self.wrong())
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, Error> {
        self.blob()?.try_into().map_err(|_| self.wrong())
    }

    pub(crate) fn opt_digest(&mut self) -> Result<Option<Digest>, Error> {
        self.opt_blob()?
            .map(|bytes| bytes.try_into().map_err(|_| self.wrong()))
            .transpose()
    }

    pub(crate) fn opt_uuid(&mut self) -> Result<Option<Uuid>, Error> {
        self.opt_blob()?
            .map(|bytes| Uuid::from_slice(&bytes).map_err(|_| self.wrong()))
            .transpose()
    }

    pub(crate) fn uuid(&mut self) -> Result<Uuid, Error> {
        self.opt_uuid()?.ok_or_else(|| self.wrong())
    }

    /// A word out of a closed list.
    pub(crate) fn word<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T, Error> {
        let text = self.text()?;
        parse(&text).ok_or_else(|| self.wrong())
    }

    pub(crate) fn opt_word<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
        match self.opt_text()? {
            None => Ok(None),
            Some(text) => parse(&text).map(Some).ok_or_else(|| self.wrong()),
        }
    }

    pub(crate) fn mode(&mut self) -> Result<Mode, Error> {
        self.word(mode)
    }
}

/// Reads the word of a mode.
pub(crate) fn mode(text: &str) -> Option<Mode> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_stored_names_its_column() {
        let fields = |values: Vec<Value>| Fields::new("t", &["a", "b"], "1".to_owned(), values);
        let column = |error: Error| match error {
            Error::Corrupt { table, column, row } => {
                assert_eq!((table, row.as_str()), ("t", "1"));
                column
            }
            other => panic!("{other}"),
        };
        let mut read = fields(vec![1.into(), "x".into()]);
        assert_eq!(read.int().unwrap(), 1);
        assert_eq!(column(read.int().unwrap_err()), Some("b"));
        assert_eq!(column(read.text().unwrap_err()), None);
        let first = |value: Value| fields(vec![value]);
        assert_eq!(column(first(2.into()).bool().unwrap_err()), Some("a"));
        assert!(first(1.into()).bool().unwrap() && !first(0.into()).bool().unwrap());
        let word = "both";
        assert_eq!(column(first(word.into()).mode().unwrap_err()), Some("a"));
        assert_eq!(
            column(first(word.into()).opt_word(mode).unwrap_err()),
            Some("a")
        );
        let bytes = vec![0; 15];
        assert_eq!(
            column(first((&bytes).into()).uuid().unwrap_err()),
            Some("a")
        );
        assert_eq!(
            column(first((&bytes).into()).digest().unwrap_err()),
            Some("a")
        );
        let null = || first(Value::Null);
        assert_eq!(null().opt_int().unwrap(), None);
        assert_eq!(null().opt_text().unwrap(), None);
        assert_eq!(null().opt_blob().unwrap(), None);
        assert_eq!(null().opt_word(mode).unwrap(), None);
        assert_eq!(column(null().blob().unwrap_err()), Some("a"));
    }
}

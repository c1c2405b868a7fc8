//! Rows of a PostgreSQL dump, read from the text form of `COPY` into a SQLite database of the same schema.

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::Error;
use crate::sql::Sql;
use crate::value::Value;

/// How many rows of a statement's size are put into one transaction.
const ROWS: u64 = 10_000;

/// Reads every row.
pub(super) fn load(sql: &mut dyn Sql, lines: &mut dyn BufRead) -> Result<(), Error> {
    let mut rows: u64 = 0;
    sql.batch("BEGIN")?;
    let mut line = Vec::new();
    while next(lines, &mut line)? {
        let Some((table, columns)) = heading(&line) else {
            continue;
        };
        // Written when the schema was made.
        if table == "schema_version" {
            continue;
        }
        let kinds = kinds(sql, &table)?;
        let kinds: Option<Vec<Kind>> = columns
            .iter()
            .map(|name| kinds.get(name).copied())
            .collect();
        let kinds = kinds
            .filter(|kinds| !kinds.is_empty())
            .ok_or_else(|| odd(&format!("table {table} is not one of ours")))?;
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let insert = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            columns.join(", "),
            marks.join(", ")
        );
        while next(lines, &mut line)? && line != b"\\." {
            let values: Option<Vec<Value>> = line
                .split(|byte| *byte == b'\t')
                .zip(&kinds)
                .map(|(text, kind)| value(text, *kind))
                .collect();
            let values = values
                .filter(|values| values.len() == kinds.len())
                .ok_or_else(|| odd(&format!("a row of {table} cannot be read")))?;
            sql.execute(&insert, &values)?;
            rows += 1;
            if rows.is_multiple_of(ROWS) {
                sql.batch("COMMIT; BEGIN")?;
            }
        }
        if line != b"\\." {
            return Err(odd(&format!("it ends in the middle of {table}")));
        }
    }
    sql.batch("COMMIT")?;
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Int,
    Text,
    Blob,
}

/// The columns of a table of ours.
fn kinds(sql: &mut dyn Sql, table: &str) -> Result<BTreeMap<String, Kind>, Error> {
    let rows = sql.query(
        "SELECT name, type FROM pragma_table_info($1)",
        &[table.into()],
    )?;
    let columns = rows.into_iter().filter_map(|row| {
        let [Value::Text(name), Value::Text(kind)] = row.as_slice() else {
            return None;
        };
        let kind = match kind.as_str() {
            "INTEGER" => Kind::Int,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Blob,
            _ => return None,
        };
        Some((name.clone(), kind))
    });
    Ok(columns.collect())
}

/// `COPY schema.table (column, …) FROM stdin;`
fn heading(line: &[u8]) -> Option<(String, Vec<String>)> {
    let line = std::str::from_utf8(line).ok()?;
    let line = line.strip_prefix("COPY ")?.strip_suffix(") FROM stdin;")?;
    let (table, columns) = line.split_once(" (")?;
    let bare = |name: &str| name.trim().trim_matches('"').to_owned();
    let table = bare(table.rsplit('.').next().unwrap_or(table));
    Some((table, columns.split(',').map(bare).collect()))
}

fn value(text: &[u8], kind: Kind) -> Option<Value> {
    if text == b"\\N" {
        return Some(Value::Null);
    }
    let text = String::from_utf8(unescaped(text)?).ok()?;
    Some(match kind {
        Kind::Int => Value::Int(text.parse().ok()?),
        Kind::Text => Value::Text(text),
        Kind::Blob => Value::Blob(crate::anchor::unhex(text.strip_prefix("\\x")?)?),
    })
}

/// Undoes the escapes of `COPY`; only those that PostgreSQL writes are known.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next()? {
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 11,
                b'\\' => b'\\',
                _ => return None,
            },
            byte => *byte,
        });
    }
    Some(plain)
}

/// The next line without its end; `false` at the end of the text.
fn next(lines: &mut dyn BufRead, line: &mut Vec<u8>) -> Result<bool, Error> {
    line.clear();
    let read = lines
        .read_until(b'\n', line)
        .map_err(|error| odd(&error.to_string()))?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(read > 0)
}

fn odd(what: &str) -> Error {
    Error::Refused {
        reason: format!("the dump cannot be read: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_postgresql_writes_them() {
        assert_eq!(value(b"\\N", Kind::Text), Some(Value::Null));
        assert_eq!(value(b"-12", Kind::Int), Some(Value::Int(-12)));
        assert_eq!(value(b"1.5", Kind::Int), None);
        assert_eq!(
            value(b"a\\tb\\\\n\\nc", Kind::Text),
            Some(Value::Text("a\tb\\n\nc".to_owned()))
        );
        assert_eq!(
            value(b"\\\\x00ff", Kind::Blob),
            Some(Value::Blob(vec![0, 255]))
        );
        for odd in [&b"\\\\x0"[..], b"\\\\x+f", "\\\\x\u{e9}".as_bytes()] {
            assert_eq!(value(odd, Kind::Blob), None);
        }
        assert_eq!(
            value(b"\\b\\f\\n\\r\\t\\v\\\\", Kind::Text),
            Some(Value::Text("\u{8}\u{c}\n\r\t\u{b}\\".to_owned()))
        );
        assert_eq!(value(b"\\q", Kind::Text), None);
    }

    #[test]
    fn a_heading_names_table_and_columns() {
        let line = b"COPY public.documents (tenant_id, id, \"mode\") FROM stdin;";
        let (table, columns) = heading(line).unwrap();
        assert_eq!(table, "documents");
        assert_eq!(columns, ["tenant_id", "id", "mode"]);
        assert!(heading(b"SET statement_timeout = 0;").is_none());
    }
}

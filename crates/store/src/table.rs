//! Authenticated rows in general: how each table is described, read, inserted and updated.

use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::mac::RowKeys;
use crate::sql::{Engine, Sql};
use crate::value::{Fields, Value};
use crate::{Error, View};

/// An authenticated table. The MAC covers `columns`, in this order, the first `key` of which are
/// the primary key; the column `row_mac` stands beside them.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) key: usize,
    select: OnceLock<String>,
    inserts: [OnceLock<String>; SIZES.len()],
    update: OnceLock<String>,
}

/// How many rows one statement inserts on PostgreSQL, the most first: few sizes, so that each is prepared once.
const SIZES: [usize; 4] = [64, 16, 4, 1];

impl Table {
    pub(crate) const fn new(
        name: &'static str,
        key: usize,
        columns: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            columns,
            key,
            select: OnceLock::new(),
            inserts: [const { OnceLock::new() }; SIZES.len()],
            update: OnceLock::new(),
        }
    }

    /// `SELECT every column, row_mac FROM table`, to be followed by a condition.
    pub(crate) fn select(&self) -> &str {
        self.select.get_or_init(|| {
            format!(
                "SELECT {}, row_mac FROM {}",
                self.columns.join(", "),
                self.name
            )
        })
    }

    // `ON CONFLICT DO NOTHING` always: on PostgreSQL a statement that fails would take the whole
    // batch with it.
    fn insert(&self, size: usize) -> &str {
        let kept = SIZES.iter().position(|one| *one == size).unwrap_or(0);
        self.inserts[kept].get_or_init(|| {
            let width = self.columns.len() + 1;
            let rows: Vec<String> = (0..size)
                .map(|row| {
                    let marks: Vec<String> = (1..=width)
                        .map(|n| format!("${}", row * width + n))
                        .collect();
                    format!("({})", marks.join(", "))
                })
                .collect();
            format!(
                "INSERT INTO {} ({}, row_mac) VALUES {} ON CONFLICT DO NOTHING",
                self.name,
                self.columns.join(", "),
                rows.join(", ")
            )
        })
    }

    // Compare and swap: the row is changed only if it is still the one that was read.
    fn update(&self) -> &str {
        self.update.get_or_init(|| {
            let mut text = format!("UPDATE {} SET row_mac = ${}", self.name, {
                self.columns.len() + 1
            });
            for (index, column) in self.columns.iter().enumerate().skip(self.key) {
                let _ = write!(text, ", {column} = ${}", index + 1);
            }
            let _ = write!(text, " WHERE row_mac = ${}", self.columns.len() + 2);
            for (index, column) in self.columns.iter().enumerate().take(self.key) {
                let _ = write!(text, " AND {column} = ${}", index + 1);
            }
            text
        })
    }

    /// The primary key of a row, for people.
    pub(crate) fn row_name(&self, values: &[Value]) -> String {
        let mut out = String::new();
        for value in values.iter().take(self.key) {
            if !out.is_empty() {
                out.push('/');
            }
            match value {
                Value::Null => out.push('-'),
                Value::Int(value) => {
                    let _ = write!(out, "{value}");
                }
                Value::Text(value) => out.push_str(value),
                Value::Blob(value) => {
                    for byte in value {
                        let _ = write!(out, "{byte:02x}");
                    }
                }
            }
        }
        out
    }
}

/// A row of an authenticated table.
pub(crate) trait Record: Sized {
    /// Its table.
    fn table() -> &'static Table;
    /// Its columns, in the order of the table's description.
    fn values(&self) -> Vec<Value>;
    /// Reads them back.
    fn read(fields: &mut Fields) -> Result<Self, Error>;
}

/// A row as it was read, with the MAC it had, so that it can be swapped for its successor.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub(crate) row: T,
    pub(crate) mac: Vec<u8>,
}

/// Checks and parses one row whose last value is its MAC.
pub(crate) fn check<T: Record>(
    keys: Option<&RowKeys>,
    mut values: Vec<Value>,
) -> Result<Kept<T>, Error> {
    let table = T::table();
    let mac = values.pop();
    let name = table.row_name(&values);
    let Some(Value::Blob(mac)) = mac else {
        return Err(Error::Corrupt {
            table: table.name,
            column: Some("row_mac"),
            row: name,
        });
    };
    if let Some(keys) = keys
        && !keys.row_mac_holds(table.name, &values, &mac)
    {
        return Err(Error::Corrupt {
            table: table.name,
            column: None,
            row: name,
        });
    }
    let mut fields = Fields::new(table.name, table.columns, name, values);
    Ok(Kept {
        row: T::read(&mut fields)?,
        mac,
    })
}

impl View<'_> {
    /// Rows of `T` under `condition` (which starts with ` WHERE` or ` ORDER BY`), each checked.
    pub(crate) fn select<T: Record>(
        &mut self,
        condition: &str,
        values: &[Value],
    ) -> Result<Vec<Kept<T>>, Error> {
        let text = [T::table().select(), condition].concat();
        let rows = self.sql.query(&text, values)?;
        rows.into_iter().map(|row| check(self.keys, row)).collect()
    }

    /// The rows alone.
    pub(crate) fn rows<T: Record>(
        &mut self,
        condition: &str,
        values: &[Value],
    ) -> Result<Vec<T>, Error> {
        let rows = self.select(condition, values)?;
        Ok(rows.into_iter().map(|kept| kept.row).collect())
    }

    /// At most one row.
    pub(crate) fn one<T: Record>(
        &mut self,
        condition: &str,
        values: &[Value],
    ) -> Result<Option<Kept<T>>, Error> {
        Ok(self.select(condition, values)?.into_iter().next())
    }
}

/// Inserts; `false` when a uniqueness rule refused it.
pub(crate) fn insert<T: Record>(sql: &mut dyn Sql, keys: &RowKeys, row: &T) -> Result<bool, Error> {
    let table = T::table();
    Ok(sql.execute(table.insert(1), &authenticated(keys, row))? == 1)
}

/// Inserts rows in as few statements as the engine likes best; `false` when a uniqueness rule refused any of them, and
/// then others may be there: for a savepoint that is rolled back.
pub(crate) fn insert_all<T: Record>(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    rows: &[T],
) -> Result<bool, Error> {
    let mut left = rows;
    while !left.is_empty() {
        // A statement costs SQLite nothing on the way; PostgreSQL is a process away.
        let size = match sql.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => SIZES
                .into_iter()
                .find(|size| *size <= left.len())
                .unwrap_or(1),
        };
        let (now, later) = left.split_at(size);
        let values: Vec<Value> = now
            .iter()
            .flat_map(|row| authenticated(keys, row))
            .collect();
        if sql.execute(T::table().insert(size), &values)? != size as u64 {
            return Ok(false);
        }
        left = later;
    }
    Ok(true)
}

/// A row's columns and its MAC.
fn authenticated<T: Record>(keys: &RowKeys, row: &T) -> Vec<Value> {
    let mut values = row.values();
    values.push(Value::Blob(keys.row_mac(T::table().name, &values)));
    values
}

/// Swaps a row for its successor; `false` when somebody else changed it since it was read.
pub(crate) fn swap<T: Record>(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    kept: &mut Kept<T>,
) -> Result<bool, Error> {
    let table = T::table();
    let mut values = kept.row.values();
    let mac = keys.row_mac(table.name, &values);
    values.push(Value::Blob(mac.clone()));
    values.push(Value::Blob(kept.mac.clone()));
    let swapped = sql.execute(table.update(), &values)? == 1;
    if swapped {
        kept.mac = mac;
    }
    Ok(swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_by_its_key() {
        static TABLE: Table = Table::new("t", 4, &["a", "b", "c", "d", "e"]);
        let row = [
            1.into(),
            "x".into(),
            Value::Null,
            (&vec![0, 255]).into(),
            5.into(),
        ];
        assert_eq!(TABLE.row_name(&row), "1/x/-/00ff");
    }
}

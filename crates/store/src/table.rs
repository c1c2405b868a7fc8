//! Authenticated rows in general: how each table is described, read, inserted and updated.

use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::mac::{RowKeys, sha256};
use crate::packed::{pack, unpack};
use crate::sql::{Engine, Sql};
use crate::value::{Fields, Value};
use crate::{Error, View};

/// An authenticated table. The MAC covers `columns`, in this order, the first `key` of which are
/// the primary key; the column `row_mac` stands beside them.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) key: usize,
    /// Which of the columns holds a credential, and is NULL where it stands packed.
    credential: Option<usize>,
    /// How many of the last columns a later schema added: the MAC covers them up to the last that is not NULL, so that
    /// rows from before are authentic as they are, and a value that is there cannot be taken away.
    added: usize,
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
            credential: None,
            added: 0,
            select: OnceLock::new(),
            inserts: [const { OnceLock::new() }; SIZES.len()],
            update: OnceLock::new(),
        }
    }

    /// The same table, in which this column holds credentials, packed where that is possible.
    pub(crate) const fn packing(mut self, credential: usize) -> Self {
        self.credential = Some(credential);
        self
    }

    /// The same table, the last columns of which came with a later schema.
    pub(crate) const fn added(mut self, columns: usize) -> Self {
        self.added = columns;
        self
    }

    /// What the MAC covers of a row: the number of columns is in it, so no two rows have the same.
    fn covered<'v>(&self, values: &'v [Value]) -> &'v [Value] {
        let least = self.columns.len() - self.added;
        let mut len = values.len();
        while len > least && values.get(len - 1) == Some(&Value::Null) {
            len -= 1;
        }
        values.get(..len).unwrap_or(values)
    }

    /// Every column that is written, but `row_mac`.
    fn written(&self) -> Vec<&'static str> {
        let packed: &[&str] = match self.credential {
            Some(_) => &["credential_packed", "credential_header"],
            None => &[],
        };
        [self.columns, packed].concat()
    }

    /// `SELECT every column, row_mac FROM table`, to be followed by a condition. Before `row_mac`, where credentials
    /// are packed, how it is packed and what belongs to it.
    pub(crate) fn select(&self) -> &str {
        self.select.get_or_init(|| {
            let (columns, name) = (self.columns.join(", "), self.name);
            let packed = match self.credential {
                Some(_) => format!(
                    ", credential_packed, (SELECT header FROM credential_headers AS h \
                     WHERE h.tenant_id = {name}.tenant_id AND h.id = {name}.credential_header)"
                ),
                None => String::new(),
            };
            format!("SELECT {columns}{packed}, row_mac FROM {name}")
        })
    }

    // `ON CONFLICT DO NOTHING` always: on PostgreSQL a statement that fails would take the whole
    // batch with it.
    fn insert(&self, size: usize) -> &str {
        let kept = SIZES.iter().position(|one| *one == size).unwrap_or(0);
        self.inserts[kept].get_or_init(|| {
            let written = self.written();
            let width = written.len() + 1;
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
                written.join(", "),
                rows.join(", ")
            )
        })
    }

    // Compare and swap: the row is changed only if it is still the one that was read.
    fn update(&self) -> &str {
        self.update.get_or_init(|| {
            let written = self.written();
            let mut text = format!("UPDATE {} SET row_mac = ${}", self.name, written.len() + 1);
            for (index, column) in written.iter().enumerate().skip(self.key) {
                let _ = write!(text, ", {column} = ${}", index + 1);
            }
            let _ = write!(text, " WHERE row_mac = ${}", written.len() + 2);
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
    if let Some(credential) = table.credential
        && !put_together(&mut values, credential)
    {
        return Err(Error::Corrupt {
            table: table.name,
            column: Some("credential_packed"),
            row: name,
        });
    }
    let Some(Value::Blob(mac)) = mac else {
        return Err(Error::Corrupt {
            table: table.name,
            column: Some("row_mac"),
            row: name,
        });
    };
    if let Some(keys) = keys
        && !keys.row_mac_holds(table.name, table.covered(&values), &mac)
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
    insert_all(sql, keys, std::slice::from_ref(row))
}

/// Inserts rows in as few statements as the engine likes best; `false` when a uniqueness rule refused any of them, and
/// then others may be there: for a savepoint that is rolled back.
pub(crate) fn insert_all<T: Record>(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    rows: &[T],
) -> Result<bool, Error> {
    let mut left: Vec<Row> = rows.iter().map(|row| authenticated(keys, row)).collect();
    insert_headers(sql, &left)?;
    while !left.is_empty() {
        // A statement costs SQLite nothing on the way; PostgreSQL is a process away.
        let size = match sql.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => SIZES
                .into_iter()
                .find(|size| *size <= left.len())
                .unwrap_or(1),
        };
        let now = left.drain(..size);
        let values: Vec<Value> = now.flat_map(|row| row.values).collect();
        if sql.execute(T::table().insert(size), &values)? != size as u64 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A row as it is written.
struct Row {
    /// Its columns and its MAC.
    values: Vec<Value>,
    /// Tenant, id and bytes of the header of its credential.
    header: Option<[Value; 3]>,
}

fn authenticated<T: Record>(keys: &RowKeys, row: &T) -> Row {
    let table = T::table();
    let mut values = row.values();
    let mac = keys.row_mac(table.name, table.covered(&values));
    let header = table
        .credential
        .and_then(|credential| take_apart(&mut values, credential));
    values.push(Value::Blob(mac));
    Row { values, header }
}

/// Packs a credential, the MAC of whose row is made; gives its header's row.
fn take_apart(values: &mut Vec<Value>, credential: usize) -> Option<[Value; 3]> {
    let packed = match values.get(credential) {
        Some(Value::Text(text)) => pack(text),
        _ => None,
    };
    let Some(packed) = packed else {
        values.extend([Value::Null, Value::Null]);
        return None;
    };
    let id = Value::Blob(sha256(&[&packed.header])[..16].to_vec());
    if let Some(value) = values.get_mut(credential) {
        *value = Value::Null;
    }
    values.extend([Value::Blob(packed.bytes), id.clone()]);
    // Every primary key begins with the tenant.
    Some([values.first()?.clone(), id, Value::Blob(packed.header)])
}

/// Takes the packed form from the end of the values and puts the credential in its place; `false` when it is damaged.
fn put_together(values: &mut Vec<Value>, credential: usize) -> bool {
    let (header, packed) = (values.pop(), values.pop());
    match (values.get_mut(credential), packed, header) {
        (Some(_), Some(Value::Null), _) => true,
        (Some(place @ Value::Null), Some(Value::Blob(packed)), Some(Value::Blob(header))) => {
            let whole = unpack(&packed, &header).map(Value::Text);
            whole.map(|whole| *place = whole).is_some()
        }
        _ => false,
    }
}

/// Once for all rows that share it, and always: whether it is there already is for the database to know.
fn insert_headers(sql: &mut dyn Sql, rows: &[Row]) -> Result<(), Error> {
    let mut seen: Vec<&[Value; 3]> = Vec::new();
    for header in rows.iter().filter_map(|row| row.header.as_ref()) {
        if !seen.contains(&header) {
            sql.execute(
                "INSERT INTO credential_headers (tenant_id, id, header) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                header,
            )?;
            seen.push(header);
        }
    }
    Ok(())
}

/// Swaps a row for its successor; `false` when somebody else changed it since it was read.
pub(crate) fn swap<T: Record>(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    kept: &mut Kept<T>,
) -> Result<bool, Error> {
    let table = T::table();
    let mut row = [authenticated(keys, &kept.row)];
    insert_headers(sql, &row)?;
    let values = &mut row[0].values;
    let mac = values.last().cloned();
    values.push(Value::Blob(kept.mac.clone()));
    let swapped = sql.execute(table.update(), values)? == 1;
    if let (true, Some(Value::Blob(mac))) = (swapped, mac) {
        kept.mac = mac;
    }
    Ok(swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_added_later_is_covered_once_it_is_set() {
        static TABLE: Table = Table::new("t", 1, &["a", "b", "c", "d"]).added(2);
        let row = |c: Value, d: Value| [1.into(), Value::Null, c, d];
        assert_eq!(TABLE.covered(&row(Value::Null, Value::Null)).len(), 2);
        assert_eq!(TABLE.covered(&row(3.into(), Value::Null)).len(), 3);
        assert_eq!(TABLE.covered(&row(Value::Null, 4.into())).len(), 4);
    }

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

//! The database behind the server's back: plain SQL on the file or the cluster, while the server runs.

use std::collections::BTreeMap;

use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::world::{Engine, World};

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Cell {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
}

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<String, Cell>;

/// What holds a document's credential.
pub(crate) const CREDENTIAL: [&str; 3] = ["credential", "credential_packed", "credential_header"];

/// Another credential for a document, as plain text.
pub(crate) fn put_credential(row: &mut Row, credential: &str) {
    for column in CREDENTIAL {
        row.insert(column.to_owned(), Cell::Null);
    }
    row.insert("credential".to_owned(), credential.into());
}

/// A connection of somebody who can write the database and has no key.
pub(crate) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Blocking),
}

/// The blocking client has a runtime of its own, which may not start on a thread of another.
pub(crate) struct Blocking(Option<Box<postgres::Client>>);

impl Blocking {
    fn run<T>(&mut self, run: impl FnOnce(&mut postgres::Client) -> T) -> T {
        let client = self.0.as_mut().unwrap();
        blocking(|| run(client))
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        let client = self.0.take();
        blocking(|| drop(client));
    }
}

fn blocking<T>(run: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(run)
}

impl Raw {
    pub(crate) fn open(world: &World) -> Self {
        match world.engine {
            Engine::Sqlite => {
                let path = world.data().join("ananke.db");
                assert!(path.is_file(), "{}", path.display());
                let connection = rusqlite::Connection::open(path).unwrap();
                connection
                    .busy_timeout(std::time::Duration::from_secs(10))
                    .unwrap();
                Self::Sqlite(connection)
            }
            Engine::Postgres => {
                let connect = || postgres::Client::connect(&world.database, postgres::NoTls);
                Self::Postgres(Blocking(Some(Box::new(blocking(connect).unwrap()))))
            }
        }
    }

    /// Every table with its columns, from the schema of the database itself.
    pub(crate) fn tables(&mut self) -> BTreeMap<String, Vec<Column>> {
        let text = match self {
            Self::Sqlite(_) => {
                "SELECT t.name, c.name, lower(c.type), 1 - max(c.\"notnull\", c.pk > 0) \
                 FROM sqlite_master t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
            }
            Self::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), \
                 CAST(CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS BIGINT) FROM information_schema.columns \
                 WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        for row in self.query(text, &[]) {
            let [
                Cell::Text(table),
                Cell::Text(name),
                Cell::Text(kind),
                Cell::Int(nullable),
            ] = &row[..]
            else {
                panic!("{row:?}");
            };
            let kind = match kind.as_str() {
                "bigint" | "integer" => Kind::Int,
                "text" => Kind::Text,
                "bytea" | "blob" => Kind::Blob,
                other => panic!("{table}.{name} is a {other}"),
            };
            let (name, nullable) = (name.clone(), *nullable == 1);
            tables.entry(table.clone()).or_default().push(Column {
                name,
                kind,
                nullable,
            });
        }
        tables
    }

    /// The rows of a table that meet a condition, in one order always.
    pub(crate) fn rows(&mut self, table: &str, condition: &str, values: &[Cell]) -> Vec<Row> {
        let columns = self.tables().remove(table).unwrap();
        let names: Vec<String> = columns.into_iter().map(|column| column.name).collect();
        let text = format!(
            "SELECT {} FROM {table} WHERE {condition} ORDER BY row_mac",
            names.join(", ")
        );
        let rows = self.query(&text, values);
        rows.into_iter()
            .map(|row| names.iter().cloned().zip(row).collect())
            .collect()
    }

    /// The only row that meets a condition.
    pub(crate) fn row(&mut self, table: &str, condition: &str, values: &[Cell]) -> Row {
        let mut rows = self.rows(table, condition, values);
        assert_eq!(rows.len(), 1, "{table}: {condition}");
        rows.remove(0)
    }

    /// Puts a whole row in.
    pub(crate) fn insert(&mut self, table: &str, row: &Row) {
        assert_eq!(self.try_insert(table, row), Ok(1), "{table}");
    }

    /// Puts a whole row in, unless the database refuses it, for what must be unique.
    pub(crate) fn try_insert(&mut self, table: &str, row: &Row) -> Result<u64, String> {
        let names: Vec<&str> = row.keys().map(String::as_str).collect();
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let text = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            marks.join(", ")
        );
        let values: Vec<Cell> = row.values().cloned().collect();
        self.execute(&text, &values)
    }

    /// Turns the row `from` into the row `to`; the database may refuse it, for what must be unique.
    pub(crate) fn overwrite(&mut self, table: &str, from: &Row, to: &Row) -> Result<(), String> {
        let sets: Vec<String> = to
            .keys()
            .zip(1..)
            .map(|(name, n)| format!("{name} = ${n}"))
            .collect();
        let text = format!(
            "UPDATE {table} SET {} WHERE {}",
            sets.join(", "),
            is(from, to.len())
        );
        let values: Vec<Cell> = to.values().chain(from.values()).cloned().collect();
        let rows = self.execute(&text, &values)?;
        assert_eq!(rows, 1, "{table}");
        Ok(())
    }

    /// Takes a row out.
    pub(crate) fn delete(&mut self, table: &str, row: &Row) {
        let text = format!("DELETE FROM {table} WHERE {}", is(row, 0));
        let values: Vec<Cell> = row.values().cloned().collect();
        assert_eq!(self.execute(&text, &values), Ok(1), "{table}");
    }

    /// Runs a statement with `$1`…; how many rows it changed, or why the database refused it.
    pub(crate) fn execute(&mut self, text: &str, values: &[Cell]) -> Result<u64, String> {
        match self {
            Self::Sqlite(connection) => {
                let values = rusqlite::params_from_iter(values.iter().map(sqlite_value));
                let done = connection.execute(&text.replace('$', "?"), values);
                done.map(|rows| rows as u64)
                    .map_err(|error| error.to_string())
            }
            Self::Postgres(client) => {
                let done = client.run(|client| client.execute(text, &parameters(values)));
                done.map_err(|error| format!("{error:?}"))
            }
        }
    }

    /// Runs a question with `$1`….
    pub(crate) fn query(&mut self, text: &str, values: &[Cell]) -> Vec<Vec<Cell>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(&text.replace('$', "?")).unwrap();
                let columns = statement.column_count();
                let values = rusqlite::params_from_iter(values.iter().map(sqlite_value));
                let read = |row: &rusqlite::Row<'_>| {
                    (0..columns).map(|at| row.get(at).map(cell)).collect()
                };
                statement
                    .query_map(values, read)
                    .unwrap()
                    .map(Result::unwrap)
                    .collect()
            }
            Self::Postgres(client) => {
                let rows = client
                    .run(|client| client.query(text, &parameters(values)))
                    .unwrap();
                rows.iter()
                    .map(|row| (0..row.len()).map(|at| read(row, at)).collect())
                    .collect()
            }
        }
    }
}

/// The condition that a row is this one in every column; values come after the first `before`.
fn is(row: &Row, before: usize) -> String {
    let each = row
        .keys()
        .zip(before + 1..)
        .map(|(name, n)| format!("{name} IS NOT DISTINCT FROM ${n}"));
    each.collect::<Vec<_>>().join(" AND ")
}

fn sqlite_value(cell: &Cell) -> rusqlite::types::Value {
    use rusqlite::types::Value;
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(number) => Value::Integer(*number),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Blob(bytes) => Value::Blob(bytes.clone()),
    }
}

fn cell(value: rusqlite::types::Value) -> Cell {
    use rusqlite::types::Value;
    match value {
        Value::Null => Cell::Null,
        Value::Integer(number) => Cell::Int(number),
        Value::Text(text) => Cell::Text(text),
        Value::Blob(bytes) => Cell::Blob(bytes),
        Value::Real(number) => panic!("{number}"),
    }
}

fn parameters(values: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn read(row: &postgres::Row, at: usize) -> Cell {
    let found = match *row.columns()[at].type_() {
        Type::INT8 => row.get::<_, Option<i64>>(at).map(Cell::Int),
        Type::INT4 => row
            .get::<_, Option<i32>>(at)
            .map(|number| Cell::Int(number.into())),
        Type::BYTEA => row.get::<_, Option<Vec<u8>>>(at).map(Cell::Blob),
        _ => row.get::<_, Option<String>>(at).map(Cell::Text),
    };
    found.unwrap_or(Cell::Null)
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

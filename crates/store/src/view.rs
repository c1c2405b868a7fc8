//! What a finder is handed.

use crate::Error;
use crate::mac::RowKeys;
use crate::sql::{Engine, Sql};

/// A connection for reading, lent to the closure given to [`crate::Store::read`]. Each finder sees
/// the newest committed state; a view is no snapshot, but see [`View::together`].
pub struct View<'a> {
    pub(crate) sql: &'a mut dyn Sql,
    pub(crate) keys: Option<&'a RowKeys>,
}

impl View<'_> {
    /// `false` while the store is sealed: rows are read, but nobody can say whether they are
    /// genuine. Whoever answers from them must say so.
    #[must_use]
    pub fn authenticated(&self) -> bool {
        self.keys.is_some()
    }

    /// Runs finders that belong together. SQLite locks its file once for all of them, and they see one moment; on
    /// PostgreSQL that would take two questions more, and each sees the newest state as ever.
    ///
    /// # Errors
    /// What the finders say, and what the database says.
    pub fn together<T>(
        &mut self,
        finders: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.sql.engine() == Engine::Postgres {
            return finders(self);
        }
        self.sql.batch("BEGIN")?;
        let result = finders(self);
        // Nothing was written. Were it left open, the connection would not be used again.
        self.sql.batch("COMMIT")?;
        result
    }
}

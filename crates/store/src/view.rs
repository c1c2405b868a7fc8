//! What a finder is handed.

use crate::mac::RowKeys;
use crate::sql::Sql;

/// A connection for reading, lent to the closure given to [`crate::Store::read`]. Each finder sees
/// the newest committed state; a view is no snapshot.
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
}

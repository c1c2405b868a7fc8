//! Live or test: part of the isolation of documents and keys.

/// Live documents are real; test documents hang under the test CA. They never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Real documents.
    Live,
    /// Documents made with test keys.
    Test,
}

impl Mode {
    /// Both, for loops.
    pub const ALL: [Self; 2] = [Self::Live, Self::Test];

    /// The word in rows: `live` or `test`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// Reads the word written by [`Mode::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "live" => Some(Self::Live),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

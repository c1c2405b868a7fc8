//! Trust: templates, documents, verification.

mod documents;
mod issue;
mod templates;
mod verify;

pub use documents::{DocumentFilter, Documents};
pub use issue::Issue;
pub use templates::{TemplateFilter, Templates};
pub use verify::{HistoryFilter, Verify};

use crate::Client;

/// Namespace of Trust.
#[derive(Debug, Clone)]
pub struct Trust(Client);

impl Trust {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Templates.
    #[must_use]
    pub fn templates(&self) -> Templates {
        Templates::new(self.0.clone())
    }

    /// Documents.
    #[must_use]
    pub fn documents(&self) -> Documents {
        Documents::new(self.0.clone())
    }

    /// Verification.
    #[must_use]
    pub fn verify(&self) -> Verify {
        Verify::new(self.0.clone())
    }
}

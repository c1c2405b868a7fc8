//! TCode: stamps, what goes into their seals and where they go, verification.

mod placements;
mod stamping;
mod stamps;
mod templates;
mod verify;

pub use placements::{PlacementFilter, Placements};
pub use stamping::Stamping;
pub use stamps::{StampFilter, Stamps};
pub use templates::{TdocTemplateFilter, TdocTemplates};
pub use verify::Verify;

use crate::Client;

/// Namespace of TCode.
#[derive(Debug, Clone)]
pub struct TCode(Client);

impl TCode {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Stamps.
    #[must_use]
    pub fn stamps(&self) -> Stamps {
        Stamps::new(self.0.clone())
    }

    /// TDoc templates: which fields a seal carries.
    #[must_use]
    pub fn templates(&self) -> TdocTemplates {
        TdocTemplates::new(self.0.clone())
    }

    /// Placement templates: where a stamp goes on a page.
    #[must_use]
    pub fn placements(&self) -> Placements {
        Placements::new(self.0.clone())
    }

    /// Verification.
    #[must_use]
    pub fn verify(&self) -> Verify {
        Verify::new(self.0.clone())
    }
}

//! TCode on the wire: stamps, what goes into their seals, and where they go on a page.

pub mod placement;
pub mod stamp;
pub mod template;
pub mod verify;

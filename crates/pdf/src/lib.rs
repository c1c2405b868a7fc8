//! PDF in, PDF out.
//!
//! Owns the checks a submitted PDF passes before it is stored ([`intake`]) and the document drawn
//! for an issuance that came without one ([`rendition`]). Does no I/O, reads no clock and parses no
//! PDF: parsing foreign files is dangerous work that belongs in a process of its own.

#![deny(missing_docs)]

pub mod intake;
pub mod rendition;

pub use intake::IntakeError;
pub use rendition::{Field, Language, RENDERER_VERSION, Rendition, RenditionError};

mod fonts;
mod qr;
mod text;

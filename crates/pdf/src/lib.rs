//! PDF in, PDF out.
//!
//! Owns the checks a submitted PDF passes before it is stored ([`intake`]), the document drawn for an
//! issuance that came without one ([`rendition`]), the stamp of a foreign file ([`stamp`]), and what
//! symbols say that come back in pictures ([`read`]). Does no I/O and reads no clock. Only `stamp` and
//! `read` parse foreign files, which belongs in a process of its own.

#![deny(missing_docs)]

pub mod intake;
pub mod read;
pub mod rendition;
pub mod stamp;

pub use intake::IntakeError;
pub use rendition::{Field, Language, RENDERER_VERSION, Rendition, RenditionError};

mod fonts;
mod qr;
mod text;

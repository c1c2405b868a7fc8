//! PDF in, PDF out.
//!
//! Owns the checks a submitted PDF passes before it is stored ([`intake`]), the document drawn for an
//! issuance that came without one ([`rendition`]), the stamp of a foreign file ([`stamp`]) and its repair ([`repair`]), what symbols
//! say that come back in pictures ([`read`]), and how such work is asked of another process ([`job`]). Does
//! no I/O but through what it is handed, and reads no clock. Only `stamp`, `repair` and `read` parse foreign files,
//! which belongs in a process of its own.

#![deny(missing_docs)]

pub mod intake;
pub mod job;
pub mod read;
pub mod rendition;
pub mod repair;
pub mod stamp;

pub use intake::IntakeError;
pub use rendition::{Field, Language, RENDERER_VERSION, Rendition, RenditionError};

mod exact;
mod fonts;
mod qr;
mod text;

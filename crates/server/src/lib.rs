//! Ananke's server: HTTP API, public pages, keys and operations in one process.
//!
//! Owns what the product does. `http` knows no SQL, `ops` knows neither SQL nor, but for permissions and
//! cursors, HTTP; `keys` holds every private key, `jobs` does what nobody waits for, `workers` look into foreign files, `pages` is what people see.

mod alerts;
mod app;
pub mod backup;
mod believed;
mod channels;
pub mod config;
pub mod ctx;
pub mod escrow;
mod failpoint;
pub mod http;
mod jobs;
mod keys;
mod network;
pub mod operator;
mod ops;
mod outgoing;
pub mod pages;
mod rates;
mod ready;
pub mod root;
mod start;
pub mod telemetry;
mod tls;
pub mod workers;

pub use ready::Ready;
pub use start::{Bootstrap, GivenKey, Options, Running, StartError, start};

/// Version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

//! The same words in three crates: signed bytes, rows and answers. One place that turns one into another.

use ananke_api::api_key::KeyMode;
use ananke_api::lifecycle;
use ananke_format as format;
use ananke_store as store;

/// Of an answer.
#[must_use]
pub const fn key_mode(mode: format::Mode) -> KeyMode {
    match mode {
        format::Mode::Live => KeyMode::Live,
        format::Mode::Test => KeyMode::Test,
    }
}

/// From an answer.
#[must_use]
pub const fn mode_of(mode: KeyMode) -> format::Mode {
    match mode {
        KeyMode::Live => format::Mode::Live,
        KeyMode::Test => format::Mode::Test,
    }
}

/// Of the format, from a row.
#[must_use]
pub const fn recorded(status: store::Status) -> format::lifecycle::Status {
    use format::lifecycle::Status;
    match status {
        store::Status::Active => Status::Active,
        store::Status::Suspended => Status::Suspended,
        store::Status::Revoked => Status::Revoked,
        store::Status::Expired => Status::Expired,
    }
}

/// Of a row.
#[must_use]
pub const fn stored_status(status: format::lifecycle::Status) -> store::Status {
    use format::lifecycle::Status;
    match status {
        Status::Active => store::Status::Active,
        Status::Suspended => store::Status::Suspended,
        Status::Revoked => store::Status::Revoked,
        Status::Expired => store::Status::Expired,
    }
}

/// Of a row, from a question.
#[must_use]
pub const fn stored_word(status: lifecycle::Status) -> store::Status {
    match status {
        lifecycle::Status::Active => store::Status::Active,
        lifecycle::Status::Suspended => store::Status::Suspended,
        lifecycle::Status::Revoked => store::Status::Revoked,
        lifecycle::Status::Expired => store::Status::Expired,
    }
}

/// Of an answer.
#[must_use]
pub const fn status(status: format::lifecycle::Status) -> lifecycle::Status {
    use format::lifecycle::Status;
    match status {
        Status::Active => lifecycle::Status::Active,
        Status::Suspended => lifecycle::Status::Suspended,
        Status::Revoked => lifecycle::Status::Revoked,
        Status::Expired => lifecycle::Status::Expired,
    }
}

/// Microseconds as the instant that is signed and shown.
#[must_use]
pub fn instant(micros: i64) -> format::Instant {
    // The store keeps what was an instant before; clamping loses nothing.
    let far = 253_402_207_199_000_000;
    format::Instant::from_microsecond(micros.clamp(0, far)).unwrap_or(format::Instant::UNIX_EPOCH)
}

/// Microseconds as text.
#[must_use]
pub fn shown(micros: i64) -> String {
    instant(micros).to_string()
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

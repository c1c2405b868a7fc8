//! What a submitted file must be before it is hashed, signed for and stored.
//!
//! Three questions that need no parser: not too large, starts like a PDF, ends like a PDF. Whether
//! the file is a *sound* PDF is not asked here.

use thiserror::Error;

/// Largest PDF taken in, in bytes (10 MiB); exactly this many pass.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Readers look for header and end marker this far into the file, counted from either end.
const WINDOW: usize = 1024;

/// Why a file was refused. The first rule broken is the one told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IntakeError {
    /// Larger than [`MAX_BYTES`] (HTTP 413).
    #[error("the file has {size} bytes, {} are allowed", MAX_BYTES)]
    TooLarge {
        /// Size of the file in bytes.
        size: usize,
    },
    /// No `%PDF-` within the first 1024 bytes (HTTP 415).
    #[error("not a PDF: no %PDF- header at the start of the file")]
    NotPdf,
    /// No `%%EOF` within the last 1024 bytes: most often an upload that broke off (HTTP 415).
    #[error("not a complete PDF: no %%EOF marker at the end of the file")]
    Incomplete,
}

/// Checks size, header and end marker of a submitted file.
///
/// # Errors
/// The first rule broken, in the order of [`IntakeError`].
pub fn check(file: &[u8]) -> Result<(), IntakeError> {
    if file.len() > MAX_BYTES {
        return Err(IntakeError::TooLarge { size: file.len() });
    }
    if !contains(&file[..file.len().min(WINDOW)], b"%PDF-") {
        return Err(IntakeError::NotPdf);
    }
    if !contains(&file[file.len().saturating_sub(WINDOW)..], b"%%EOF") {
        return Err(IntakeError::Incomplete);
    }
    Ok(())
}

fn contains(window: &[u8], marker: &[u8]) -> bool {
    window.windows(marker.len()).any(|part| part == marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf(size: usize) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        file.resize(size - 6, b' ');
        file.extend_from_slice(b"%%EOF\n");
        file
    }

    #[test]
    fn ten_mebibytes_pass_and_one_byte_more_does_not() {
        assert_eq!(check(&pdf(MAX_BYTES)), Ok(()));
        assert_eq!(
            check(&pdf(MAX_BYTES + 1)),
            Err(IntakeError::TooLarge {
                size: MAX_BYTES + 1
            })
        );
    }

    #[test]
    fn header_may_stand_within_the_first_1024_bytes() {
        let mut file = vec![b'\n'; 1019];
        file.extend_from_slice(&pdf(2000));
        assert_eq!(check(&file), Ok(()));
        file.insert(0, b'\n');
        assert_eq!(check(&file), Err(IntakeError::NotPdf));
    }

    #[test]
    fn end_marker_may_stand_within_the_last_1024_bytes() {
        let mut file = pdf(2000);
        file.resize(2000 + 1018, b'\n');
        assert_eq!(check(&file), Ok(()));
        file.push(b'\n');
        assert_eq!(check(&file), Err(IntakeError::Incomplete));
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(check(b""), Err(IntakeError::NotPdf));
        assert_eq!(check(b"PK\x03\x04 a zip file"), Err(IntakeError::NotPdf));
        assert_eq!(check(b"%PDF-1.7\n"), Err(IntakeError::Incomplete));
        assert_eq!(check(b"%PDF-1.4 %%EOF"), Ok(()));
    }
}

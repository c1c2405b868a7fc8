//! QR code of an address, as rectangles of dark modules.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

/// Light modules a reader needs on every side.
pub(crate) const QUIET_ZONE: usize = 4;

/// Dark modules, joined to bars along each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Qr {
    /// Modules per side, without quiet zone.
    pub(crate) size: usize,
    /// `(row, first column, length)` of each bar.
    pub(crate) bars: Vec<(usize, usize, usize)>,
}

/// Encodes a text; `None` if it is too long for any QR code.
pub(crate) fn encode(text: &str) -> Option<Qr> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut bars = Vec::new();
    for row in 0..code.size {
        let modules = &code[row];
        let mut column = 0;
        while column < code.size {
            let length = modules[column..code.size]
                .iter()
                .take_while(|module| module.value())
                .count();
            if length > 0 {
                bars.push((row, column, length));
            }
            column += length + 1;
        }
    }
    Some(Qr {
        size: code.size,
        bars,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verification_address_fits_and_a_book_does_not() {
        let qr = encode("https://verify.example.org/v/TRF-7K3M9QX2VB4WD").unwrap();
        assert_eq!(qr.bars[0], (0, 0, 7));
        assert!(qr.size <= 41);
        assert!(encode(&"x".repeat(5000)).is_none());
    }
}

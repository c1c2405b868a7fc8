//! A PDF that an issuer might bring along: one page, a few lines of text.

use std::fmt::Write as _;

/// The PDF.
pub(super) fn leaflet(lines: &[&str]) -> Vec<u8> {
    let mut text = "BT /F1 18 Tf 24 TL 72 760 Td".to_owned();
    for line in lines {
        let plain = line.replace(['\\', '(', ')'], "");
        let _ = write!(text, " ({plain}) Tj T*");
    }
    text.push_str(" ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.7\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(pdf.len());
        let _ = write!(pdf, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = pdf.len();
    let _ = write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(pdf, "{offset:010} 00000 n ");
    }
    let _ = write!(
        pdf,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    pdf.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_point_to_their_objects() {
        let pdf = String::from_utf8(leaflet(&["one", "two (2)"])).unwrap();
        let xref = pdf.split("xref\n").nth(1).unwrap();
        for (number, line) in (1..).zip(xref.lines().skip(2).take(5)) {
            let offset: usize = line[..10].parse().unwrap();
            assert!(
                pdf[offset..].starts_with(&format!("{number} 0 obj")),
                "{line}"
            );
        }
        assert!(pdf.contains("(two 2) Tj"));
    }
}

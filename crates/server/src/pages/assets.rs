//! Files served beside the pages, embedded in the binary.
//!
//! The address holds the first 8 hexadecimal digits of the content's SHA-256, so a file may be
//! cached for ever ([`CACHE_CONTROL`]) and a new release never meets an old style sheet.

use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::digest;

/// `Cache-Control` of every asset.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Name in the source tree, such as `site.css`.
    pub name: &'static str,
    /// Last part of its address, such as `site.1a2b3c4d.css`.
    pub path: String,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The file.
    pub bytes: &'static [u8],
}

static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    [
        Asset::new(
            "site.css",
            "text/css; charset=utf-8",
            include_bytes!("../../assets/site.css"),
        ),
        Asset::new(
            "icon.svg",
            "image/svg+xml",
            include_bytes!("../../assets/icon.svg"),
        ),
    ]
});

impl Asset {
    fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let mut hash = String::new();
        for byte in digest::digest(&digest::SHA256, bytes)
            .as_ref()
            .iter()
            .take(4)
        {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        let path = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
            None => format!("{name}.{hash}"),
        };
        Self {
            name,
            path,
            content_type,
            bytes,
        }
    }
}

/// The asset behind `/assets/{path}`.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// Last part of the address of a named asset; an unknown name stays as it is and gives a 404.
#[must_use]
pub fn path(name: &str) -> &str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or(name, |asset| &asset.path)
}

/// The style sheet as text, for pages that must stand alone on a disk.
#[must_use]
pub fn style_sheet() -> &'static str {
    include_str!("../../assets/site.css")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_under_the_hash_of_its_content_only() {
        let style = path("site.css");
        assert_eq!(style.len(), "site.12345678.css".len());
        assert_eq!(find(style).map(|a| a.name), Some("site.css"));
        assert!(find("site.css").is_none());
        assert!(find("site.00000000.css").is_none());
    }
}

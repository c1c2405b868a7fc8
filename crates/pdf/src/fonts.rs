//! The built-in fonts, and which of them draws a character.
//!
//! Each style has a first choice; behind it stand the same fallbacks for every style. What none of
//! them covers is drawn as [`MISSING`].

use std::sync::OnceLock;

use krilla::text::Font;

/// Drawn in place of a character no font covers; the last font has it.
pub(crate) const MISSING: char = '\u{25A1}';

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Title and recipient.
    Serif,
    /// Labels and values.
    Regular,
    /// Issuer, reference, emphasis.
    Bold,
}

/// Index of a face in [`Fonts`].
pub(crate) type FaceId = usize;

pub(crate) struct Face {
    pub(crate) font: Font,
    pub(crate) shaper: rustybuzz::Face<'static>,
}

pub(crate) struct Fonts {
    faces: Vec<Face>,
}

const FILES: [(&str, &[u8]); 8] = [
    (
        "NotoSerif-Regular.ttf",
        include_bytes!("../fonts/NotoSerif-Regular.ttf"),
    ),
    (
        "NotoSans-Regular.ttf",
        include_bytes!("../fonts/NotoSans-Regular.ttf"),
    ),
    (
        "NotoSans-Bold.ttf",
        include_bytes!("../fonts/NotoSans-Bold.ttf"),
    ),
    (
        "NotoNaskhArabic-Regular.ttf",
        include_bytes!("../fonts/NotoNaskhArabic-Regular.ttf"),
    ),
    (
        "NotoSansHebrew-Regular.ttf",
        include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
    ),
    (
        "NotoSansDevanagari-Regular.ttf",
        include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
    ),
    (
        "NotoSansThai-Regular.ttf",
        include_bytes!("../fonts/NotoSansThai-Regular.ttf"),
    ),
    ("DejaVuSans.ttf", include_bytes!("../fonts/DejaVuSans.ttf")),
];

/// The face that has [`MISSING`].
pub(crate) const LAST: FaceId = FILES.len() - 1;

impl Style {
    /// Faces in the order they are asked.
    fn chain(self) -> &'static [FaceId] {
        match self {
            Self::Serif => &[0, 1, 3, 4, 5, 6, LAST],
            Self::Regular => &[1, 3, 4, 5, 6, LAST],
            Self::Bold => &[2, 1, 3, 4, 5, 6, LAST],
        }
    }
}

impl Fonts {
    /// The fonts, read once per process. The error names the file that could not be read.
    pub(crate) fn load() -> Result<&'static Self, &'static str> {
        static FONTS: OnceLock<Result<Fonts, &'static str>> = OnceLock::new();
        FONTS.get_or_init(Self::read).as_ref().map_err(|name| *name)
    }

    fn read() -> Result<Self, &'static str> {
        let faces = FILES
            .into_iter()
            .map(|(name, bytes)| {
                Ok(Face {
                    font: Font::new(bytes.into(), 0).ok_or(name)?,
                    shaper: rustybuzz::Face::from_slice(bytes, 0).ok_or(name)?,
                })
            })
            .collect::<Result<_, &'static str>>()?;
        Ok(Self { faces })
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        &self.faces[id]
    }

    /// The first face of a style that has every one of these characters.
    pub(crate) fn covering(&self, style: Style, characters: &str) -> Option<FaceId> {
        style.chain().iter().copied().find(|id| {
            characters.chars().all(|character| {
                is_ignorable(character) || self.faces[*id].shaper.glyph_index(character).is_some()
            })
        })
    }
}

/// Characters that draw nothing by themselves and need no glyph.
pub(crate) fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_can_be_read_and_the_last_one_has_the_box() {
        let fonts = Fonts::load().unwrap();
        assert!(fonts.face(LAST).shaper.glyph_index(MISSING).is_some());
    }

    #[test]
    fn scripts_find_their_font() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.covering(Style::Serif, "é"), Some(0));
        assert_eq!(fonts.covering(Style::Bold, "e\u{301}\u{328}"), Some(2));
        assert_eq!(fonts.covering(Style::Regular, "ع"), Some(3));
        assert_eq!(fonts.covering(Style::Regular, "ש"), Some(4));
        assert_eq!(fonts.covering(Style::Regular, "क्ष"), Some(5));
        assert_eq!(fonts.covering(Style::Bold, "กำ"), Some(6));
        assert_eq!(fonts.covering(Style::Regular, "ქ"), Some(LAST));
        assert_eq!(fonts.covering(Style::Regular, "王"), None);
    }
}

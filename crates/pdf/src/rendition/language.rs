//! Languages a page can be labelled in.

/// Language of labels and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// English, also for every language not named here.
    #[default]
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::French,
        Self::German,
        Self::Spanish,
        Self::Portuguese,
    ];

    /// The language for a BCP 47 tag such as `de` or `pt-BR`; English for any other.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
            .unwrap_or_default()
    }

    /// The first supported language among a template's, in its order; English if there is none.
    pub fn first_of<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter()
            .find_map(|tag| {
                let language = Self::from_tag(tag);
                let named = tag
                    .get(..2)
                    .is_some_and(|t| t.eq_ignore_ascii_case(language.tag()));
                named.then_some(language)
            })
            .unwrap_or_default()
    }

    /// BCP 47 tag, two letters.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_regions_count_and_unknown_ones_are_english() {
        assert_eq!(Language::from_tag("pt-BR"), Language::Portuguese);
        assert_eq!(Language::from_tag("DE"), Language::German);
        assert_eq!(Language::from_tag("ar"), Language::English);
        assert_eq!(Language::from_tag(""), Language::English);
    }

    #[test]
    fn first_supported_language_of_a_template() {
        assert_eq!(Language::first_of(["ar", "fr", "en"]), Language::French);
        assert_eq!(Language::first_of(["en", "fr"]), Language::English);
        assert_eq!(Language::first_of([]), Language::English);
    }
}

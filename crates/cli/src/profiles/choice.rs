//! Which key goes to which server: flag before environment before profile before default, and never one's key to
//! another's server.

use std::path::PathBuf;

use ananke_client::{Client, ClientBuilder};

use super::file::{Profile, Profiles};
use crate::exit::Failure;

/// What was said on the command line and in the environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// `--base-url`.
    pub(crate) base_url: Option<String>,
    /// `--profile`.
    pub(crate) profile: Option<String>,
    /// `ANANKE_BASE_URL`.
    pub(crate) variable_base_url: Option<String>,
    /// `ANANKE_PROFILE`.
    pub(crate) variable_profile: Option<String>,
    /// Whether `ANANKE_API_KEY` holds a key.
    pub(crate) has_variable_key: bool,
}

impl Said {
    /// What the environment says.
    pub(crate) fn in_environment() -> Self {
        let said = |name| {
            let value = std::env::var(name).ok();
            value.filter(|value| !value.trim().is_empty())
        };
        Self {
            variable_base_url: said("ANANKE_BASE_URL"),
            variable_profile: said("ANANKE_PROFILE"),
            has_variable_key: said("ANANKE_API_KEY").is_some(),
            ..Self::default()
        }
    }

    /// The address that was said, and where.
    pub(crate) fn address(&self) -> Option<(&'static str, &str)> {
        let variable = self.variable_base_url.as_deref();
        let flag = self.base_url.as_deref().map(|url| ("--base-url", url));
        flag.or(variable.map(|url| ("ANANKE_BASE_URL", url)))
    }

    /// The profile that was said, and where.
    pub(crate) fn named(&self) -> Option<(&'static str, &str)> {
        let variable = self.variable_profile.as_deref();
        let flag = self.profile.as_deref().map(|name| ("--profile", name));
        flag.or(variable.map(|name| ("ANANKE_PROFILE", name)))
    }
}

/// Whether a call will carry a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carries {
    /// It will.
    Key,
    /// It will not: nothing can go to the wrong place.
    NoKey,
}

/// The profile that counts for a call, if one does. Whatever else was said goes before it.
pub(crate) fn choose<'a>(
    said: &'a Said,
    profiles: &'a Profiles,
    carries: Carries,
) -> Result<Option<(&'a str, &'a Profile)>, Failure> {
    let named = said.named();
    let profile = match named {
        Some((how, name)) => {
            let profile = profiles.named(name).map_err(|failure| Failure {
                message: format!("{how}: {}", failure.message),
                ..failure
            })?;
            Some((name, profile))
        }
        None => profiles.in_use(),
    };
    let Some((name, profile)) = profile else {
        return Ok(None);
    };
    let has_key = said.has_variable_key && carries == Carries::Key;
    if let (Some((how, _)), true) = (named, has_key) {
        return Err(Failure::usage(format!(
            "{how} and ANANKE_API_KEY each name a key: leave one of them out"
        )));
    }
    match said.address() {
        Some((_, address)) if normal(address)? == normal(&profile.base_url)? => {
            Ok(Some((name, profile)))
        }
        // Nobody asked for the one in use, and nothing of it is needed.
        Some(_) if named.is_none() && (has_key || carries == Carries::NoKey) => Ok(None),
        Some((how, address)) => Err(Failure::usage(format!(
            "{how} says {address}, and profile {name:?} is for {}: its key goes to no other server; \
             leave the address out, name another profile, or make one: ananke login --profile NAME --base-url {address}",
            profile.base_url
        ))),
        None if !has_key => Ok(Some((name, profile))),
        None if normal(&profile.base_url)? == Client::builder().normal_base_url()? => Ok(None),
        None => Err(Failure::usage(format!(
            "ANANKE_API_KEY says who asks, and no word says whom: the profile in use, {name:?}, is for {}; \
             set ANANKE_BASE_URL too, or unset ANANKE_API_KEY to use the profile",
            profile.base_url
        ))),
    }
}

/// An address as it will be called: two ways to write one are one server.
pub(crate) fn normal(address: &str) -> Result<String, Failure> {
    Ok(Client::builder().base_url(address).normal_base_url()?)
}

/// A client's settings as said, and, where one counts, of a profile; its key is not among them.
pub(crate) fn builder(said: &Said, profile: Option<&Profile>) -> ClientBuilder {
    let mut builder = ClientBuilder::from_env();
    if let Some(profile) = profile {
        builder = builder.base_url(&profile.base_url);
        let is_said = std::env::var("ANANKE_CA_FILE").is_ok_and(|path| !path.trim().is_empty());
        let file: Option<&PathBuf> = profile.ca_file.as_ref().filter(|_| !is_said);
        if let Some(file) = file {
            builder = builder.ca_file(file);
        }
    }
    match said.address() {
        Some((_, address)) => builder.base_url(address),
        None => builder,
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::KeptIn;
    use super::*;

    fn profiles() -> Profiles {
        let profile = |base_url: &str| Profile {
            base_url: base_url.to_owned(),
            ca_file: None,
            tenant: "T (T00001)".to_owned(),
            key_prefix: "ak_live_x".to_owned(),
            kept_in: KeptIn::File,
        };
        Profiles {
            current: Some("a".to_owned()),
            by_name: [
                ("a".to_owned(), profile("https://a.example")),
                ("b".to_owned(), profile("https://b.example")),
            ]
            .into(),
        }
    }

    fn said(url: &str, profile: &str, has_variable_key: bool) -> Said {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Said {
            base_url: given(url),
            profile: given(profile),
            has_variable_key,
            ..Said::default()
        }
    }

    /// The name of the profile that counts, `-` for none, `!` for a refusal.
    fn chosen(said: &Said, carries: Carries) -> String {
        let profiles = profiles();
        match choose(said, &profiles, carries) {
            Ok(Some((name, _))) => name.to_owned(),
            Ok(None) => "-".to_owned(),
            Err(failure) => {
                assert_eq!(failure.exit as u8, 2);
                "!".to_owned()
            }
        }
    }

    #[test]
    fn a_key_never_goes_to_anothers_server() {
        let (a, b) = ("https://a.example/", "https://B.example:443");
        for (url, profile, variable_key, with_key, without) in [
            ("", "", false, "a", "a"),
            ("", "b", false, "b", "b"),
            (a, "", false, "a", "a"),
            (a, "a", false, "a", "a"),
            (b, "b", false, "b", "b"),
            // Another address than the profile's: its key does not follow.
            (b, "", false, "!", "-"),
            (b, "a", false, "!", "!"),
            // A key of the environment: it goes where the environment or a flag says, and to nobody's profile.
            (b, "", true, "-", "-"),
            (a, "", true, "a", "a"),
            ("", "", true, "!", "a"),
            ("", "a", true, "!", "a"),
            (a, "a", true, "!", "a"),
            ("", "c", false, "!", "!"),
        ] {
            let said = said(url, profile, variable_key);
            let case = format!("{url:?} {profile:?} {variable_key}");
            assert_eq!(chosen(&said, Carries::Key), with_key, "{case}");
            assert_eq!(chosen(&said, Carries::NoKey), without, "{case}, no key");
        }
    }

    #[test]
    fn without_a_profile_everything_is_as_it_was() {
        for key in [false, true] {
            for url in ["", "https://a.example"] {
                let nothing = Profiles::default();
                let said = said(url, "", key);
                let chosen = choose(&said, &nothing, Carries::Key).unwrap();
                assert!(chosen.is_none());
            }
        }
    }

    #[test]
    fn flags_go_before_the_environment() {
        let said = Said {
            base_url: Some("https://a.example".to_owned()),
            variable_base_url: Some("https://b.example".to_owned()),
            profile: Some("a".to_owned()),
            variable_profile: Some("b".to_owned()),
            has_variable_key: false,
        };
        assert_eq!(chosen(&said, Carries::Key), "a");
    }
}

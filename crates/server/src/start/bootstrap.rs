//! What the first start is given, where nobody is there to be asked: from variables, files, commands and credentials.

use std::path::Path;

use ananke_format::api_key::ApiKey as KeyText;
use secrecy::{ExposeSecret as _, SecretString};

use super::{StartError, refused};
use crate::config::sources::{self, Form, Source};
use crate::config::{ConfigError, Origin};

/// What the first start makes, where nobody is there to be asked.
#[derive(Debug, Clone, Default)]
pub struct Bootstrap {
    /// Name of the first tenant.
    pub tenant: Option<String>,
    /// Its issuer code.
    pub issuer_code: Option<String>,
    /// A key made elsewhere; no other is made then.
    pub api_key: Option<GivenKey>,
}

impl Bootstrap {
    /// From `ANANKE_BOOTSTRAP_…` and the credentials of systemd.
    ///
    /// # Errors
    /// The first key is given twice, or by what is no command.
    pub fn from_env() -> Result<Self, ConfigError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        Ok(Self {
            tenant: variable("ANANKE_BOOTSTRAP_TENANT"),
            issuer_code: variable("ANANKE_BOOTSTRAP_ISSUER_CODE"),
            api_key: GivenKey::find(variable)?,
        })
    }
}

/// A key made elsewhere. Later starts do not look at it, nor where it is.
#[derive(Debug, Clone)]
pub enum GivenKey {
    /// `ANANKE_BOOTSTRAP_API_KEY`
    Text(SecretString),
    /// `ANANKE_BOOTSTRAP_API_KEY_FILE`, `…_COMMAND` or a credential: what it was given by, and where it is.
    Elsewhere(Origin, Source),
}

const API_KEY: &str = "ANANKE_BOOTSTRAP_API_KEY";
/// The credential that systemd may hand over instead.
const CREDENTIAL: &str = "ananke.bootstrap_api_key";
/// What messages call it.
const FIRST_KEY: &str = "first API key";

impl GivenKey {
    /// What these variables give.
    fn find(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        let wrong = |origin: Origin, message| ConfigError::Value {
            key: FIRST_KEY.to_owned(),
            origin,
            message,
        };
        let mut given = Vec::new();
        if let Some(text) = variable(API_KEY) {
            let origin = Origin::Environment(API_KEY.to_owned());
            given.push((origin, Self::Text(text.into())));
        }
        for form in Form::ALL {
            let name = API_KEY.to_owned() + &form.suffix().to_ascii_uppercase();
            if let Some(text) = variable(&name) {
                let origin = Origin::Environment(name);
                let source = Source::from_text(form, &text);
                let source = source.map_err(|message| wrong(origin.clone(), message))?;
                given.push((origin.clone(), Self::Elsewhere(origin, source)));
            }
        }
        if let Some(directory) = variable(sources::CREDENTIALS_DIRECTORY)
            && let Some(source) = sources::credential(Path::new(&directory), CREDENTIAL)?
        {
            let origin = Origin::Credential(CREDENTIAL.to_owned());
            given.push((origin.clone(), Self::Elsewhere(origin, source)));
        }
        if let [(one, _), (other, _), ..] = given.as_slice() {
            let message = format!("is given by {one}, too: give it once");
            return Err(wrong(other.clone(), message));
        }
        Ok(given.pop().map(|(_, key)| key))
    }

    pub(super) fn read(&self) -> Result<KeyText, StartError> {
        let (origin, text) = match self {
            Self::Text(text) => (Origin::Environment(API_KEY.to_owned()), Ok(text.clone())),
            Self::Elsewhere(origin, source) => (origin.clone(), source.fetch(FIRST_KEY, origin)),
        };
        let text = text.map_err(|error| refused(error.to_string()))?;
        KeyText::parse(text.expose_secret())
            .map_err(|error| refused(format!("{FIRST_KEY} ({origin}): {error}")))
    }
}

//! The keyring of a desktop, as GNOME, KDE and others keep it: the Secret Service of freedesktop.org, over D-Bus.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use secret_service::{EncryptionType, Error as SecretError, SecretService};

/// How long somebody may take to type the keyring's password.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why the keyring was of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyringError {
    /// There is none, or it refused.
    #[error("{}", words(.0))]
    Service(SecretError),
    /// It is locked, and nobody may be asked to open it.
    #[error("it is locked, and --no-input lets nobody be asked")]
    Locked,
    /// Nobody answered.
    #[error("nobody answered within {} s", PATIENCE.as_secs())]
    Unanswered,
    /// What it holds is no text.
    #[error("what it holds is no key")]
    NoText,
    /// A thread or its runtime could not be started.
    #[error("a thread cannot be started")]
    NoThread,
}

/// The shortest true words: what lies under them names sockets and interfaces.
fn words(error: &SecretError) -> String {
    match error {
        SecretError::Unavailable | SecretError::Zbus(_) | SecretError::ZbusFdo(_) => {
            "no secret service answers on this session's D-Bus".to_owned()
        }
        SecretError::NoResult => "it has no default collection".to_owned(),
        SecretError::Locked => "it is locked".to_owned(),
        SecretError::Prompt | SecretError::PromptDisconnected => "it was not opened".to_owned(),
        other => other.to_string(),
    }
}

impl From<SecretError> for KeyringError {
    fn from(error: SecretError) -> Self {
        Self::Service(error)
    }
}

/// Name and server both, so that a key is only found for the server it was stored for.
fn attributes<'a>(name: &'a str, server: &'a str) -> HashMap<&'a str, &'a str> {
    HashMap::from([
        ("application", "ananke"),
        ("profile", name),
        ("server", server),
    ])
}

/// Stores a key, over an earlier one of the same profile and server.
pub(super) fn store(
    name: &str,
    server: &str,
    key: &SecretString,
    may_ask: bool,
) -> Result<(), KeyringError> {
    wait(async {
        let service = SecretService::connect(EncryptionType::Dh).await?;
        let collection = service.get_default_collection().await?;
        if collection.is_locked().await? {
            match may_ask {
                true => collection.unlock().await?,
                false => return Err(KeyringError::Locked),
            }
        }
        let label = format!("Ananke: {name} at {server}");
        let secret = key.expose_secret().as_bytes();
        collection
            .create_item(&label, attributes(name, server), secret, true, "text/plain")
            .await?;
        Ok(())
    })
}

/// Finds a key.
pub(super) fn find(
    name: &str,
    server: &str,
    may_ask: bool,
) -> Result<Option<SecretString>, KeyringError> {
    wait(async {
        let service = SecretService::connect(EncryptionType::Dh).await?;
        let found = service.search_items(attributes(name, server)).await?;
        let item = match (found.unlocked.first(), found.locked.first()) {
            (Some(item), _) => item,
            (None, Some(_)) if !may_ask => return Err(KeyringError::Locked),
            (None, Some(item)) => {
                item.unlock().await?;
                item
            }
            (None, None) => return Ok(None),
        };
        let text = String::from_utf8(item.get_secret().await?);
        text.map(|text| Some(SecretString::from(text)))
            .map_err(|_| KeyringError::NoText)
    })
}

/// Forgets a key; that it is gone already is no error.
pub(super) fn forget(name: &str, server: &str, may_ask: bool) -> Result<(), KeyringError> {
    wait(async {
        let service = SecretService::connect(EncryptionType::Dh).await?;
        let found = service.search_items(attributes(name, server)).await?;
        if !found.locked.is_empty() && !may_ask {
            return Err(KeyringError::Locked);
        }
        for item in &found.locked {
            item.unlock().await?;
        }
        for item in found.unlocked.iter().chain(&found.locked) {
            item.delete().await?;
        }
        Ok(())
    })
}

/// Waits on a thread of its own: commands ask from inside a runtime, which must not be blocked by another.
fn wait<T: Send>(
    work: impl Future<Output = Result<T, KeyringError>> + Send,
) -> Result<T, KeyringError> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|_| KeyringError::NoThread)?;
            runtime.block_on(async {
                let answered = tokio::time::timeout(PATIENCE, work).await;
                answered.unwrap_or(Err(KeyringError::Unanswered))
            })
        });
        thread.join().unwrap_or(Err(KeyringError::NoThread))
    })
}

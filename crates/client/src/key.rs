//! The API key: given once, or asked for when a call first needs it and again when the server no longer takes it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::Error;

/// Why a provider gave no key.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;
type Asked = Pin<Box<dyn Future<Output = Result<SecretString, Cause>> + Send>>;
/// What gives a key.
pub(crate) type Provider = Arc<dyn Fn() -> Asked + Send + Sync>;

/// Where the key comes from.
pub(crate) enum Key {
    /// There is none.
    Missing,
    /// It stays what it is.
    Fixed(HeaderValue),
    /// A provider is asked, and what it gave is kept.
    Provided {
        ask: Provider,
        held: Mutex<Held>,
        /// How often it was asked: calls that waited while it was take what came of that.
        times: AtomicU64,
    },
}

/// What a provider gave when it was asked last.
#[derive(Default)]
pub(crate) struct Held {
    key: Option<HeaderValue>,
    /// Why it gave none, for those who waited meanwhile.
    failed: Option<String>,
}

impl Key {
    /// A key that stays what it is, such as the environment holds it.
    pub(crate) fn fixed(key: &SecretString) -> Result<Self, Error> {
        checked(key).map(Self::Fixed)
    }

    /// A key of a provider.
    pub(crate) fn provided(ask: Provider) -> Self {
        Self::Provided {
            ask,
            held: Mutex::default(),
            times: AtomicU64::new(0),
        }
    }

    /// The key for a call. Calls at the same time ask once; a failure is not remembered by later ones.
    pub(crate) async fn current(&self) -> Result<Option<HeaderValue>, Error> {
        self.other_than(None).await
    }

    /// The key after the server refused one, where there is another: asked for again, unless another call has done that meanwhile.
    pub(crate) async fn after(&self, refused: &HeaderValue) -> Result<Option<HeaderValue>, Error> {
        let fresh = self.other_than(Some(refused)).await?;
        Ok(fresh.filter(|fresh| fresh != refused))
    }

    async fn other_than(
        &self,
        refused: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Error> {
        let (ask, held, times) = match self {
            Self::Missing => return Ok(None),
            Self::Fixed(key) => return Ok(Some(key.clone())),
            Self::Provided { ask, held, times } => (ask, held, times),
        };
        let before = times.load(Ordering::Acquire);
        let mut held = held.lock().await;
        let was_asked = times.load(Ordering::Acquire) != before;
        if held.key.as_ref().is_some_and(|key| Some(key) != refused)
            || (was_asked && held.key.is_some())
        {
            return Ok(held.key.clone());
        }
        if was_asked && let Some(why) = &held.failed {
            return Err(Error::Provider(why.clone().into()));
        }
        *held = Held::default();
        let given = ask().await.map_err(Error::Provider);
        times.fetch_add(1, Ordering::Release);
        match given.and_then(|key| checked(&key)) {
            Ok(key) => held.key = Some(key),
            Err(error) => {
                let why = match &error {
                    Error::Provider(cause) => cause.to_string(),
                    other => other.to_string(),
                };
                held.failed = Some(why);
                return Err(error);
            }
        }
        Ok(held.key.clone())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "(none)",
            Self::Fixed(_) => "(set)",
            Self::Provided { .. } => "(provided)",
        })
    }
}

/// A key as it stands in its header. What is no key is another system's secret, perhaps, and not shown to this server.
fn checked(key: &SecretString) -> Result<HeaderValue, Error> {
    // A key read from a file often ends in a line break.
    let key = key.expose_secret().trim();
    let body = ["ak_live_", "ak_test_"].map(|prefix| key.strip_prefix(prefix));
    let body = body.into_iter().flatten().next();
    let is_key = body.is_some_and(|body| {
        !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let value = HeaderValue::from_str(key).ok().filter(|_| is_key);
    let mut value = value.ok_or_else(|| {
        let what = "the API key is none of Ananke: those begin with ak_live_ or ak_test_";
        Error::Setup(what.to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

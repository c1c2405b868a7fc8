//! From settings to a server that answers.

mod bootstrap;
mod first;
pub(crate) mod instance;
pub(crate) mod listener;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ananke_format::BaseUrl;
use ananke_format::api_key::ApiKey as KeyText;
use ananke_format::{IssuerCode, Mode};
use ananke_store::{ApiKeyWrite, Command, Store, Tenant, Write};
use secrecy::SecretString;
use uuid::Uuid;

use crate::app::{App, Shared};
use crate::config::Config;
use crate::ctx::{Clock, Ctx};
use crate::keys::KeyError;
use crate::network;
use crate::ops::api_keys::Rights;
use crate::ops::record::{Actor, event};
use crate::ops::{Error, api_keys, tenants};
use crate::rates::Limiter;
use crate::ready::{Ready, ReadyFile};
use crate::telemetry::Telemetry;
use crate::telemetry::scrape::Scraped;
use crate::tls::Served;
use crate::workers::{self, Workers};

pub use bootstrap::{Bootstrap, GivenKey};

/// How a server is started, besides its settings.
#[derive(Clone, Default)]
pub struct Options {
    /// What the first start makes.
    pub bootstrap: Bootstrap,
    /// The clock; tests stop it.
    pub clock: Clock,
    /// Go on although the database is behind its anchor.
    pub new_epoch: bool,
    /// The program that foreign files are given to; absent: this one, which tests are not.
    pub worker: Option<PathBuf>,
}

/// Why a server did not start. The text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings contradict the state of the machine or of the data.
    #[error("{0}")]
    Refused(String),
    /// A key is not to be had.
    #[error(transparent)]
    Key(#[from] KeyFailure),
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] ananke_store::Error),
    /// The address cannot be listened on, or a file not be written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// A failure of the instance's keys.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct KeyFailure(KeyError);

impl From<KeyError> for StartError {
    fn from(error: KeyError) -> Self {
        Self::Key(KeyFailure(error))
    }
}

impl From<Error> for StartError {
    fn from(error: Error) -> Self {
        Self::Refused(error.to_string())
    }
}

pub(crate) fn refused(text: impl Into<String>) -> StartError {
    StartError::Refused(text.into())
}

/// A server that answers.
pub struct Running {
    /// What it says about itself.
    pub ready: Ready,
    app: App,
    listener: listener::Listening,
    scraped: Option<Scraped>,
}

impl Running {
    /// Stops taking requests, lets the running ones end, writes what waits.
    pub async fn stop(self) {
        self.listener.stop().await;
        close(&self.app).await;
        self.app.telemetry.flush().await;
        drop(self.scraped);
    }

    /// Reads the certificate and its key again, as it does by itself within seconds of a change; nothing where this
    /// server has none.
    pub async fn read_certificate_again(&self) {
        look_at_certificate(&self.app, true).await;
    }

    /// When the certificate this server answers with expires, if it has one.
    pub fn certificate_expires(&self) -> Option<jiff::Timestamp> {
        self.app.certificate_expires()
    }

    /// Waits until the server ends by itself, which it does only when its listener fails.
    pub async fn stopped(&mut self) {
        self.listener.stopped().await;
    }

    /// Every route of the network, to be called in this process without one: what the fuzz targets do.
    pub fn router(&self) -> axum::Router {
        crate::http::router(&self.app)
    }

    /// What the server keeps its rows in. For tests that need a row no request makes.
    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// Asks the database about every key and template next time. For tests that edit rows.
    pub fn forget_keys(&self) {
        self.app.key_cache.clear();
        self.app.templates.clear();
        if let Some(ring) = &self.app.ring {
            ring.forget();
        }
    }
}

/// Looks whether the files of the certificate hold another one.
pub(crate) async fn look_at_certificate(app: &App, asked: bool) {
    if let Some(served) = app.certificate.get().cloned() {
        let now = app.ctx.now();
        let looked = tokio::task::spawn_blocking(move || served.look_again(now, asked));
        if let Err(error) = looked.await {
            tracing::error!(error = %error, "the certificate cannot be looked at");
        }
    }
}

/// Writes what waits, ends the worker processes and closes the store.
pub async fn close(app: &App) {
    app.history.flush(app).await;
    app.key_uses.flush(app).await;
    app.unsigned.sign_all(app).await;
    app.workers.stop().await;
    let store = app.store.clone();
    // Closing waits for the writer's thread.
    let _ = tokio::task::spawn_blocking(move || store.close()).await;
}

/// Starts a server.
///
/// # Errors
/// [`StartError`]; nothing listens then.
pub async fn start(config: Config, options: Options) -> Result<Running, StartError> {
    let certificate = Served::open(&config.server).map_err(|error| refused(error.to_string()))?;
    let socket = listener::bind(config.server.listen)?;
    let address = socket.local_addr().map_err(|source| StartError::Io {
        what: "listener".to_owned(),
        source,
    })?;
    let scheme = match certificate {
        Some(_) => "https",
        None => "http",
    };
    let url = format!("{scheme}://{address}");
    // Checked with the settings.
    let metrics = config.telemetry.metrics_listen.parse().ok();
    let metrics = metrics.map(listener::bind).transpose()?;
    let base_url = if config.server.public_url.is_empty() {
        url.clone()
    } else {
        config.server.public_url.clone()
    };
    let base_url = BaseUrl::parse(&base_url)
        .map_err(|error| refused(format!("server.public_url: {error}")))?;
    let unwritable = |source| StartError::Io {
        what: format!("ready file {}", config.server.ready_file),
        source,
    };
    let ready_file = match config.server.ready_file.as_str() {
        "" => None,
        path => Some(ReadyFile::beside(Path::new(path)).map_err(unwritable)?),
    };

    let (app, first) = open(config.clone(), options, Some(base_url)).await?;
    if let Some(served) = certificate {
        served.warn(app.ctx.now());
        let _ = app.certificate.set(Arc::new(served));
    }
    app.telemetry
        .begin(&app.config)
        .map_err(|error| refused(format!("telemetry.otlp_endpoint: {error}")))?;
    let metrics_address = metrics.as_ref().map(std::net::TcpListener::local_addr);
    let metrics_url = metrics_address
        .and_then(Result::ok)
        .map(|address| format!("http://{address}/metrics"));
    let ready = Ready {
        url,
        metrics_url,
        public_url: app.base_url.to_string(),
        version: crate::VERSION,
        engine: engine(&app.store),
        issuer_code: first.tenant.code,
        live_key: first.live_key,
        test_key: first.test_key,
        sealed: app.ring.is_none(),
        root_fingerprint: app.authority.fingerprint().to_string(),
    };
    let scraped = metrics.map(|socket| Scraped::listen(&app, socket));
    let scraped = scraped.transpose().map_err(|source| StartError::Io {
        what: "listener of /metrics".to_owned(),
        source,
    })?;
    let listener = listener::listen(&app, socket)?;
    if let Some(file) = ready_file {
        file.write(&ready).map_err(unwritable)?;
    }
    Ok(Running {
        ready,
        app,
        listener,
        scraped,
    })
}

/// Which engine, in a word.
pub(crate) fn engine(store: &Store) -> &'static str {
    match store.engine() {
        ananke_store::Engine::Sqlite => "sqlite",
        ananke_store::Engine::Postgres => "postgres",
    }
}

/// The first tenant, and its keys where they were made just now.
pub struct First {
    /// The tenant.
    pub tenant: Tenant,
    live_key: Option<SecretString>,
    test_key: Option<SecretString>,
}

/// Opens store and keys; on the first start makes them. Nothing listens. Without a public URL the
/// instance keeps the one it has.
///
/// # Errors
/// [`StartError`].
pub async fn open(
    config: Config,
    options: Options,
    base_url: Option<BaseUrl>,
) -> Result<(App, First), StartError> {
    let ctx = Ctx::new(options.clock.clone());
    let opened = {
        let (config, ctx, base_url) = (config.clone(), ctx.clone(), base_url.clone());
        // The store speaks to its database without async.
        tokio::task::spawn_blocking(move || {
            instance::open(&config, &ctx, base_url.as_ref(), options.new_epoch)
        })
        .await
        .map_err(|error| refused(error.to_string()))??
    };
    let base_urls = opened.base_urls(&config, base_url.as_ref())?;
    let known_urls = opened.known_urls.clone();
    let app = assemble(opened, config, ctx, base_urls.clone(), options.worker)?;
    if app.ring.is_some()
        && known_urls
            != base_urls
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
    {
        let urls: Vec<String> = base_urls.iter().map(ToString::to_string).collect();
        let record = serde_json::json!({ "baseUrls": urls });
        let event = event(
            &app,
            Uuid::nil(),
            "instance.urls_changed",
            Uuid::nil(),
            &Actor::system(),
            &record,
        );
        let command = Command::SetBaseUrls(serde_json::to_string(&urls).unwrap_or_default());
        app.write(Write::new(None, command, event)).await?;
    }
    let first = first_tenant(&app, &options.bootstrap).await?;
    Ok((app, first))
}

/// What every request shares, from a store that is open. Writes nothing.
pub(crate) fn assemble(
    opened: instance::Opened,
    config: Config,
    ctx: Ctx,
    base_urls: Vec<BaseUrl>,
    worker: Option<PathBuf>,
) -> Result<App, StartError> {
    let base_url = base_urls
        .first()
        .cloned()
        .ok_or_else(|| refused("the instance has lost its public URL"))?;
    // Checked with the settings.
    let proxies = config.server.trusted_proxies.iter();
    let proxies = proxies.filter_map(|text| network::parse(text).ok());
    let program = worker.map_or_else(workers::this_program, Ok);
    let program = program.map_err(|source| StartError::Io {
        what: "this program".to_owned(),
        source,
    })?;
    let workers = workers::Terms {
        program,
        processes: config.workers.processes,
        patience: Duration::from_secs(config.workers.seconds),
        filtered: config.workers.filtered,
    };
    Ok(Arc::new(Shared {
        ctx,
        store: opened.store,
        proxies: proxies.collect(),
        limiter: Limiter::new(&config.limits),
        telemetry: Telemetry::new(&config.telemetry),
        config,
        base_url,
        base_urls: base_urls.into(),
        certificate: Default::default(),
        authority: Arc::new(opened.authority),
        ring: opened.ring,
        key_cache: Default::default(),
        templates: Default::default(),
        issuers: Default::default(),
        verified: Default::default(),
        positions: Default::default(),
        signatures: Default::default(),
        unsigned: Default::default(),
        in_flight: Default::default(),
        history: Default::default(),
        key_uses: Default::default(),
        workers: Workers::new(workers),
        watch: Default::default(),
        sink_is_busy: Default::default(),
        seen: Default::default(),
    }))
}

/// The tenant made first; on the first start it is made here, with its keys.
async fn first_tenant(app: &App, bootstrap: &Bootstrap) -> Result<First, StartError> {
    let known = tenants::list(app).await?;
    // A first start that was cut short left a tenant without any key: it is gone on with.
    let begun = known.len() == 1 && !has_or_had_keys(app, &known).await?;
    let made = known.into_iter().next();
    if let (Some(tenant), false) = (&made, begun) {
        return Ok(First {
            tenant: tenant.clone(),
            live_key: None,
            test_key: None,
        });
    }
    let code = bootstrap
        .issuer_code
        .as_deref()
        .map(IssuerCode::parse)
        .transpose();
    let code = code.map_err(|error| refused(format!("ANANKE_BOOTSTRAP_ISSUER_CODE: {error}")))?;
    let given = bootstrap.api_key.as_ref().map(GivenKey::read).transpose()?;
    let new = tenants::NewTenant {
        name: bootstrap
            .tenant
            .clone()
            .unwrap_or_else(|| "My organisation".to_owned()),
        code,
        time_zone: "UTC".to_owned(),
    };
    let actor = Actor::system();
    let tenant = match made {
        Some(tenant) => tenant,
        None => tenants::create(app, &actor, new).await?,
    };
    let (mut live_key, mut test_key) = (None, None);
    match given {
        Some(text) => store_key(app, &tenant, &actor, &text).await?,
        None => {
            for (mode, slot) in [(Mode::Live, &mut live_key), (Mode::Test, &mut test_key)] {
                let text = api_keys::new_text(app, mode);
                store_key(app, &tenant, &actor, &text).await?;
                *slot = Some(SecretString::from(text.expose().to_owned()));
            }
        }
    }
    Ok(First {
        tenant,
        live_key,
        test_key,
    })
}

/// Whether any key was ever made for these tenants. Without keys of its own a sealed server cannot tell.
async fn has_or_had_keys(app: &App, tenants: &[Tenant]) -> Result<bool, Error> {
    if app.ring.is_none() {
        return Ok(true);
    }
    for tenant in tenants {
        let tenant = tenant.id;
        let made = app
            .read(move |view| {
                let keys = ananke_store::api_keys::list(view, tenant, None, None, 1)?;
                let events = ananke_store::events::list(view, tenant, None, 100)?;
                Ok(!keys.is_empty() || events.iter().any(|event| event.kind == "api_key.created"))
            })
            .await?;
        if made {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn store_key(app: &App, tenant: &Tenant, actor: &Actor, text: &KeyText) -> Result<(), Error> {
    let input = api_keys::Input {
        name: "First key".to_owned(),
        mode: text.mode(),
        environment: None,
        service: None,
        note: None,
        scopes: None,
        template_ids: None,
        allowed_cidrs: None,
        expires_at: None,
        revocations_per_day: None,
    };
    let row = api_keys::row(app, tenant.id, actor, (input, &Rights::full()), text)?;
    let event = api_keys::created(app, &row, actor);
    let key = Box::new(ApiKeyWrite {
        before: None,
        after: row,
    });
    app.write(Write::new(
        None,
        Command::WriteApiKey { key, beside: None },
        event,
    ))
    .await?;
    Ok(())
}

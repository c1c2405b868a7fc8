//! What became of a request: its log line, its counts, its spans, all from the same facts.

use std::fmt;
use std::sync::Arc;

use ananke_api::Code;
use ananke_store::ApiKey;
use axum::extract::MatchedPath;
use axum::http::Method;
use ipnet::IpNet;

use super::trail::Trail;
use crate::app::Shared;

/// Methods that are told apart; callers can make up others.
pub(super) const METHODS: [&str; 8] = [
    "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "OTHER",
];

/// Asked every few seconds by machines: at `info` they would drown everything else.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// A request that was answered.
pub(crate) struct Answered {
    pub(crate) trail: Arc<Trail>,
    pub(crate) method: &'static str,
    pub(crate) route: Option<MatchedPath>,
    pub(crate) network: Option<IpNet>,
    pub(crate) status: u16,
    pub(crate) code: Option<Code>,
    pub(crate) micros: u64,
    /// When it came, in nanoseconds since 1970; only where it is exported.
    pub(crate) began: u64,
}

/// The method, as one of a closed list.
pub(crate) fn method(method: &Method) -> &'static str {
    METHODS
        .iter()
        .find(|known| **known == method.as_str())
        .copied()
        .unwrap_or("OTHER")
}

/// Whether requests are logged at all.
pub(crate) fn is_told() -> bool {
    tracing::enabled!(tracing::Level::INFO)
}

impl Answered {
    /// The pattern of its address.
    pub(super) fn route(&self) -> &str {
        self.route.as_ref().map_or("unmatched", MatchedPath::as_str)
    }

    /// Counts it, logs it, hands it to the export.
    pub(crate) fn told(self, app: &Shared) {
        let metrics = &app.telemetry.metrics;
        metrics.answered(self.route(), self.method, self.status, self.micros);
        if let Some(standing) = self.trail.standing()
            && standing.wait.is_some()
        {
            metrics.rate_limited.count(standing.class.as_str());
        }
        self.line();
        if self.trail.exported {
            app.telemetry.export(self);
        }
    }

    fn line(&self) {
        let known = self.trail.key();
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    method = self.method,
                    route = self.route(),
                    status = self.status,
                    code = self.code.map(Code::as_str),
                    durationMicros = self.micros,
                    tenant = known.map(|known| known.tenant.code.as_str()),
                    keyId = known.map(|known| tracing::field::display(KeyId(&known.key))),
                    environment = known.map(|known| known.key.environment.as_str()),
                    service = known.and_then(|known| known.key.service.as_deref()),
                    network = self.network.map(tracing::field::display),
                    "request"
                )
            };
        }
        if HEALTH.contains(&self.route()) {
            line!(debug);
        } else {
            line!(info);
        }
    }
}

/// The part of a key that may be printed.
pub(crate) struct KeyId<'a>(pub(crate) &'a ApiKey);

impl fmt::Display for KeyId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ak_{}_{}", self.0.mode.as_str(), self.0.id)
    }
}

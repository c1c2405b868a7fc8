//! What operators see of a running server: log lines, metrics, traces.
//!
//! `fields` is the list of everything that may be printed of a request, `lines` prints, `trail` is what a request leaves
//! behind on its way, `access` says at its end what became of it, `metrics` counts, `scrape` shows the counts, `export`
//! hands traces on and `otlp` writes them down. Nothing of the product depends on any of it.

pub(crate) mod access;
mod export;
pub mod fields;
pub mod lines;
pub mod metrics;
mod otlp;
pub(crate) mod scrape;
pub(crate) mod trail;

pub use scrape::{METRICS, Metric};

use std::sync::OnceLock;

use self::access::Answered;
use self::export::Exporter;
use self::metrics::Metrics;
use crate::config::Telemetry as Settings;

/// What one server counts and exports.
pub struct Telemetry {
    /// Counters.
    pub metrics: Metrics,
    exporter: OnceLock<Exporter>,
    sampled_per_thousand: u64,
}

impl Telemetry {
    /// Counters at nothing, and no export.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            metrics: Metrics::new(now()),
            exporter: OnceLock::new(),
            sampled_per_thousand: settings.sampled_per_thousand,
        }
    }

    /// Begins to export traces, where the settings say whereto.
    ///
    /// # Errors
    /// No client can be made.
    pub fn begin(&self, config: &crate::config::Config) -> Result<(), String> {
        if !config.telemetry.otlp_endpoint.is_empty() {
            let _ = self.exporter.set(Exporter::start(config)?);
        }
        Ok(())
    }

    /// Whether this trace is exported: as the caller says, or else so many in a thousand. Which ones the random part of the
    /// trace id decides, as in W3C's Trace Context: programs with the same share choose the same traces. `None` where
    /// nothing is exported.
    pub(crate) fn samples(&self, trace: &str, caller: Option<bool>) -> Option<bool> {
        self.exporter.get()?;
        Some(caller.unwrap_or_else(|| {
            let random = u64::from_str_radix(trace.get(18..).unwrap_or_default(), 16).unwrap_or(0);
            u128::from(random) * 1_000
                >= u128::from(1_000 - self.sampled_per_thousand.min(1_000)) << 56
        }))
    }

    /// Hands a request that was answered to the export. Where too many wait it is dropped, and that is counted.
    pub(crate) fn export(&self, answered: Answered) {
        if let Some(exporter) = self.exporter.get() {
            exporter.take(answered);
        }
    }

    /// Exports what waits, for a few seconds at most.
    pub async fn flush(&self) {
        if let Some(exporter) = self.exporter.get() {
            exporter.flush().await;
        }
    }

    /// Spans that were exported, and spans that were dropped.
    pub(crate) fn spans(&self) -> (u64, u64) {
        self.exporter.get().map_or((0, 0), Exporter::counts)
    }
}

/// The machine's clock, for what is printed and exported and ends up in no record.
#[must_use]
pub(crate) fn now() -> jiff::Timestamp {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one clock of log lines and traces"
    )]
    jiff::Timestamp::now()
}

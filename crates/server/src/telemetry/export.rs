//! The export of traces: a bounded queue, and one task that hands what is in it to a collector.
//!
//! No request waits for it. Where the collector is away or too slow, spans are dropped and counted, and the log says so
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::access::Answered;
use super::otlp;
use crate::config::Config;
use crate::outgoing;

/// Requests that wait to be exported, at most.
const QUEUE: usize = 4_096;
/// Requests exported together, at most.
const BATCH: usize = 512;
/// How long one waits for others.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a server that stops waits for its last spans.
const FAREWELL: Duration = Duration::from_secs(3);

enum Waiting {
    Request(Box<Answered>),
    /// Whoever asked wants to hear that everything before was handed over.
    Flush(oneshot::Sender<()>),
}

#[derive(Default)]
struct Counts {
    exported: AtomicU64,
    dropped: AtomicU64,
}

/// The way to the collector.
pub(super) struct Exporter {
    queue: mpsc::Sender<Waiting>,
    counts: Arc<Counts>,
}

impl Exporter {
    /// Begins to export to where the settings say.
    pub(super) fn start(config: &Config) -> Result<Self, String> {
        let endpoint = config.telemetry.otlp_endpoint.clone();
        let mut client = outgoing::client(config)?.timeout(PATIENCE);
        // The settings allow it on this machine only, and on no way around.
        if endpoint.starts_with("http://") {
            client = client.https_only(false).no_proxy();
        }
        let client = client.build().map_err(|error| error.to_string())?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let counts = Arc::<Counts>::default();
        tokio::spawn(run(client, endpoint, waiting, Arc::clone(&counts)));
        Ok(Self { queue, counts })
    }

    pub(super) fn take(&self, answered: Answered) {
        let spans = otlp::spans(&answered);
        let waiting = Waiting::Request(Box::new(answered));
        if self.queue.try_send(waiting).is_err() {
            self.counts.dropped.fetch_add(spans, Ordering::Relaxed);
        }
    }

    pub(super) async fn flush(&self) {
        let (done, heard) = oneshot::channel();
        let flushed = async {
            if self.queue.send(Waiting::Flush(done)).await.is_ok() {
                let _ = heard.await;
            }
        };
        let _ = timeout(FAREWELL, flushed).await;
    }

    pub(super) fn counts(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.counts.exported), read(&self.counts.dropped))
    }
}

async fn run(
    client: reqwest::Client,
    endpoint: String,
    mut waiting: mpsc::Receiver<Waiting>,
    counts: Arc<Counts>,
) {
    let mut away = false;
    while let Some(first) = waiting.recv().await {
        let until = Instant::now() + PAUSE;
        let (mut batch, mut asked) = (Vec::new(), None);
        let mut next = Some(first);
        while let Some(one) = next {
            match one {
                Waiting::Request(answered) => batch.push(*answered),
                Waiting::Flush(done) => {
                    asked = Some(done);
                    break;
                }
            }
            next = match batch.len() {
                BATCH.. => None,
                _ => timeout_at(until, waiting.recv()).await.ok().flatten(),
            };
        }
        if !batch.is_empty() {
            let spans = batch.iter().map(otlp::spans).sum();
            match send(&client, &endpoint, otlp::request(&batch)).await {
                Ok(()) => {
                    counts.exported.fetch_add(spans, Ordering::Relaxed);
                    if away {
                        tracing::info!("the collector takes traces again");
                    }
                    away = false;
                }
                Err(error) => {
                    counts.dropped.fetch_add(spans, Ordering::Relaxed);
                    if !away {
                        tracing::warn!(
                            error,
                            spans,
                            "the collector takes no traces: they are dropped"
                        );
                    }
                    away = true;
                }
            }
        }
        if let Some(done) = asked {
            let _ = done.send(());
        }
    }
}

async fn send(client: &reqwest::Client, endpoint: &str, body: Vec<u8>) -> Result<(), String> {
    let request = client.post(endpoint).body(body);
    let answer = request
        .header(CONTENT_TYPE, "application/x-protobuf")
        .send()
        .await
        .map_err(|error| outgoing::cause(&error))?;
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(format!("status {}", answer.status().as_u16())),
    }
}

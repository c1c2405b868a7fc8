//! The trail of a request: its ids, and what becomes known of it on its way. Whatever is logged on that way carries the
//! ids, because the trail goes with the work, also to another thread.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::app::Shared;
use crate::http::auth::Known;
use crate::ops::words::hex;
use crate::rates::Standing;

/// One request's trail.
pub struct Trail {
    /// UUIDv7, ours.
    pub request: String,
    /// 32 hexadecimal digits, the caller's or ours.
    pub trace: String,
    /// 16 hexadecimal digits, ours.
    pub span: String,
    /// The caller's span, where it named one.
    pub(super) parent: Option<String>,
    /// What `traceparent` says to the caller.
    pub(crate) sampled: bool,
    /// Whether its spans are exported.
    pub(crate) exported: bool,
    pub(super) stages: Mutex<Vec<Stage>>,
    began: Instant,
    standing: OnceLock<Standing>,
    key: OnceLock<Arc<Known>>,
}

/// A part of the work that takes time of its own.
pub(super) struct Stage {
    pub(super) name: &'static str,
    /// Since the request came.
    pub(super) after: Duration,
    pub(super) took: Duration,
}

tokio::task_local! {
    static HERE: Arc<Trail>;
}

impl Trail {
    /// The trail of a request with these headers, from now on.
    pub(crate) fn new(app: &Shared, traceparent: Option<&str>) -> Self {
        let caller = traceparent.and_then(parse);
        let flag = caller.as_ref().map(|caller| caller.sampled);
        let (trace, parent) = match caller {
            Some(Caller { trace, parent, .. }) => (trace, Some(parent)),
            None => (hex(&app.ctx.random::<16>()), None),
        };
        let exported = app.telemetry.samples(&trace, flag);
        Self {
            request: app.ctx.id().to_string(),
            span: hex(&app.ctx.random::<8>()),
            trace,
            parent,
            sampled: exported.or(flag).unwrap_or(false),
            exported: exported.unwrap_or(false),
            stages: Mutex::default(),
            began: Instant::now(),
            standing: OnceLock::new(),
            key: OnceLock::new(),
        }
    }

    /// Tells of a request that was counted under a limit.
    pub(crate) fn counted(&self, standing: Standing) {
        let _ = self.standing.set(standing);
    }

    /// Where it stands under its limit.
    pub(crate) fn standing(&self) -> Option<&Standing> {
        self.standing.get()
    }

    /// Tells whose key was used, once its secret was right.
    pub(crate) fn keyed(&self, key: &Arc<Known>) {
        let _ = self.key.set(Arc::clone(key));
    }

    /// The key that was used.
    pub(crate) fn key(&self) -> Option<&Known> {
        self.key.get().map(Arc::as_ref)
    }

    /// How long ago it came.
    pub(crate) fn age(&self) -> Duration {
        self.began.elapsed()
    }
}

/// Does this work on the trail.
pub(crate) fn along<T>(
    trail: Arc<Trail>,
    work: impl Future<Output = T>,
) -> impl Future<Output = T> {
    HERE.scope(trail, work)
}

/// The same at once.
pub(crate) fn at_once<T>(trail: &Arc<Trail>, work: impl FnOnce() -> T) -> T {
    HERE.sync_scope(Arc::clone(trail), work)
}

/// Reads the trail this is on, if it is on one.
pub(crate) fn here<T>(read: impl FnOnce(&Arc<Trail>) -> T) -> Option<T> {
    HERE.try_with(read).ok()
}

/// Work that goes on elsewhere, on the trail it was begun on.
pub(crate) fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let trail = here(Arc::clone);
    async move {
        match trail {
            Some(trail) => HERE.scope(trail, work).await,
            None => work.await,
        }
    }
}

/// What is done from now until this is dropped is a span of its own, where the trace is exported.
pub(crate) fn stage(name: &'static str) -> Option<Staged> {
    let trail = here(|trail| trail.exported.then(|| Arc::clone(trail))).flatten()?;
    let after = trail.age();
    Some(Staged { trail, name, after })
}

/// A part of the work that has begun. It wraps no future: those would grow with every wrapping.
pub(crate) struct Staged {
    trail: Arc<Trail>,
    name: &'static str,
    after: Duration,
}

impl Drop for Staged {
    fn drop(&mut self) {
        let (name, after) = (self.name, self.after);
        let took = self.trail.age().saturating_sub(after);
        let stages = self.trail.stages.lock();
        let mut stages = stages.unwrap_or_else(PoisonError::into_inner);
        stages.push(Stage { name, after, took });
    }
}

/// What a caller says of its trace.
struct Caller {
    trace: String,
    parent: String,
    sampled: bool,
}

/// `version-traceid-parentid-flags`; versions above 00 may carry more, which is ignored.
fn parse(text: &str) -> Option<Caller> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, len| {
        part.len() == len
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let known =
        is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    let whole = is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let zero = trace.bytes().all(|b| b == b'0') || parent.bytes().all(|b| b == b'0');
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    (known && whole && !zero).then(|| Caller {
        trace: trace.to_owned(),
        parent: parent.to_owned(),
        sampled,
    })
}

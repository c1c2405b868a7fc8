//! Spans as OTLP has them: the protobuf message `ExportTraceServiceRequest`, of which a few members are enough.
//!
//! Written by hand: two dozen bytes of framing are no reason for the twenty crates that would do it. The tests have the
//! messages read by OpenTelemetry's own definitions. Attributes go through the list in `fields`.

use std::sync::PoisonError;

use super::access::{Answered, KeyId};
use super::fields;

/// `SPAN_KIND_INTERNAL`, `SPAN_KIND_SERVER`, `STATUS_CODE_ERROR`.
const INTERNAL: u64 = 1;
const SERVER: u64 = 2;
const ERROR: u64 = 2;

/// A message that grows.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number.
    fn number(&mut self, field: u64, number: u64) {
        self.varint(field << 3);
        self.varint(number);
    }

    /// Eight bytes.
    fn fixed(&mut self, field: u64, number: u64) {
        self.varint(field << 3 | 1);
        self.0.extend(number.to_le_bytes());
    }

    /// Bytes, a text, or a message in the message.
    fn bytes(&mut self, field: u64, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// An attribute with a text, where there is one.
    fn text(&mut self, field: u64, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            let mut value = Self::default();
            value.bytes(1, text);
            self.attribute(field, key, &value);
        }
    }

    fn attribute(&mut self, field: u64, key: &str, value: &Self) {
        let mut pair = Self::default();
        pair.bytes(1, key);
        pair.bytes(2, &value.0);
        self.bytes(field, pair.0);
    }

    /// An attribute that has a name in the list of fields; any other is dropped.
    fn listed(&mut self, name: &str, text: Option<&str>) {
        if let Some(field) = fields::listed(name)
            && !field.attribute.is_empty()
        {
            self.text(9, field.attribute, text);
        }
    }
}

/// How many spans a request is.
pub(super) fn spans(answered: &Answered) -> u64 {
    let stages = answered.trail.stages.lock();
    1 + stages.unwrap_or_else(PoisonError::into_inner).len() as u64
}

/// A request to a collector, with the spans of these.
pub(super) fn request(all: &[Answered]) -> Vec<u8> {
    let mut resource = Message::default();
    resource.text(1, "service.name", Some("ananke"));
    resource.text(1, "service.version", Some(crate::VERSION));
    let mut scope = Message::default();
    scope.bytes(1, "ananke");
    scope.bytes(2, crate::VERSION);
    let mut of_scope = Message::default();
    of_scope.bytes(1, scope.0);
    for answered in all {
        of_scope.bytes(2, server(answered).0);
        let stages = answered.trail.stages.lock();
        let stages = stages.unwrap_or_else(PoisonError::into_inner);
        for (at, stage) in (1..).zip(stages.iter()) {
            let begin = answered.began + nanos(stage.after);
            let mut span = span(answered, INTERNAL, stage.name, begin, nanos(stage.took));
            span.bytes(2, numbered(&answered.trail.span, at));
            span.bytes(4, unhex(&answered.trail.span));
            of_scope.bytes(2, span.0);
        }
    }
    let mut of_resource = Message::default();
    of_resource.bytes(1, resource.0);
    of_resource.bytes(2, of_scope.0);
    let mut request = Message::default();
    request.bytes(1, of_resource.0);
    request.0
}

fn span(answered: &Answered, kind: u64, name: &str, begin: u64, took: u64) -> Message {
    let mut span = Message::default();
    span.bytes(1, unhex(&answered.trail.trace));
    span.bytes(5, name);
    span.number(6, kind);
    span.fixed(7, begin);
    span.fixed(8, begin + took);
    span
}

fn server(answered: &Answered) -> Message {
    let (trail, known) = (&answered.trail, answered.trail.key());
    let name = format!("{} {}", answered.method, answered.route());
    let took = answered.micros.saturating_mul(1_000);
    let mut span = span(answered, SERVER, &name, answered.began, took);
    span.bytes(2, unhex(&trail.span));
    if let Some(parent) = &trail.parent {
        span.bytes(4, unhex(parent));
    }
    let key_id = known.map(|known| KeyId(&known.key).to_string());
    let network = answered.network.map(|network| network.to_string());
    span.listed("requestId", Some(&trail.request));
    span.listed("method", Some(answered.method));
    span.listed("route", Some(answered.route()));
    span.listed("code", answered.code.map(ananke_api::Code::as_str));
    span.listed("tenant", known.map(|known| known.tenant.code.as_str()));
    span.listed("keyId", key_id.as_deref());
    span.listed(
        "environment",
        known.map(|known| known.key.environment.as_str()),
    );
    span.listed(
        "service",
        known.and_then(|known| known.key.service.as_deref()),
    );
    span.listed("network", network.as_deref());
    if let Some(field) = fields::listed("status") {
        let mut value = Message::default();
        value.number(3, u64::from(answered.status));
        span.attribute(9, field.attribute, &value);
    }
    if answered.status >= 500 {
        let mut status = Message::default();
        status.number(3, ERROR);
        span.bytes(15, status.0);
    }
    span
}

fn nanos(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Hexadecimal digits, ours or checked, as bytes.
fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let digits = pairs.map(|pair| std::str::from_utf8(pair).unwrap_or_default());
    digits
        .map(|pair| u8::from_str_radix(pair, 16).unwrap_or(0))
        .collect()
}

/// The id of a stage: no other of its trace has it, as far as random numbers go.
fn numbered(span: &str, at: u64) -> [u8; 8] {
    let span = u64::from_str_radix(span, 16).unwrap_or(0);
    span.wrapping_add(at).max(1).to_be_bytes()
}

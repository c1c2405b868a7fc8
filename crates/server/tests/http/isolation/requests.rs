//! A request for every operation of the contract, made of what its sender owns.

use std::collections::BTreeMap;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::estates::{Goods, Owner};
use super::operations::{At, Kind, Operation, Place, XML};
use super::stamped;
use crate::world::{Answer, World, request, template};

/// A request before it is sent.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    multipart: bool,
    /// XML, of the only operation that takes it.
    xml: Option<&'static str>,
}

/// What paths name that is nobody's.
fn public(name: &str) -> &'static str {
    match name {
        "code" => "EXAMP1",
        "mode" => "live",
        "number" => "0",
        "purpose" => "suspension",
        "bundle" => "live.jws",
        "name" => "root.pem",
        "item" => "rotation",
        "reference" => "TCR-0000000000000",
        "hash" => "0000000000000000000000000000000000000000000000000000000000000000",
        other => panic!("no value for {{{other}}} in a path"),
    }
}

/// A body that fits a schema.
fn body(schema: &str, goods: &Goods) -> Value {
    match schema {
        "TemplateInput" => template(),
        "DuplicateRequest" | "CreateApiKey" | "UpdateApiKey" => json!({ "name": "x" }),
        "RollApiKey" | "CreateSigningKey" | "RetireSigningKey" => json!({}),
        "AttestRequest" => json!({ "attestedBy": "Ada", "link": "https://wiki.example.org/keys" }),
        "CreateAlertChannel" => json!({ "kind": "webhook", "target": "https://127.0.0.1:9/" }),
        "RotateAlertChannelSecret" => json!({}),
        "CompromiseSigningKey" => json!({ "at": "2026-11-23T10:00:00Z" }),
        "ArchiveRequest" | "EraseRequest" => json!({ "reason": "x" }),
        "UnarchiveRequest" => json!({}),
        "IssueRequest" | "ReplaceRequest" => request(&goods.template),
        "LifecycleRequest" => json!({ "action": "suspend" }),
        "RevocationRequest" => json!({ "keyId": goods.api_key, "reason": "other" }),
        "RestorationRequest" => json!({ "keyId": goods.api_key }),
        "ByReference" => json!({ "reference": goods.reference }),
        "ByHash" => json!({ "hash": "0".repeat(64) }),
        "LeakReport" => json!({ "keys": ["ak_live_"] }),
        "FileUpload" | "ImageUpload" => json!({}),
        "TdocTemplateInput" | "PlacementInput" => json!({ "name": "x" }),
        "PlacementChoice" => json!({ "placementTemplateId": null }),
        "StampRequest" | "StampReplaceRequest" => stamped::request(),
        "StampChangeRequest" | "StampRevokeRequest" => json!({}),
        "ByPayload" | "BySync" => json!({ "payload": "AAAA" }),
        XML => json!({}),
        other => panic!("no sample of {other}"),
    }
}

impl Asked {
    /// The operation, asked about what is one's own, so that it succeeds.
    pub(super) fn own(operation: &Operation, owner: &Owner, goods: &Goods) -> Self {
        let named: BTreeMap<&str, String> = operation
            .places
            .iter()
            .filter(|place| place.at == At::Path)
            .map(|place| (place.name.as_str(), goods.named(owner, place.kind)))
            .collect();
        let parts = operation
            .path
            .split('/')
            .map(|part| match part.strip_prefix('{') {
                None => part.to_owned(),
                Some(name) => {
                    let name = name.trim_end_matches('}');
                    named
                        .get(name)
                        .cloned()
                        .unwrap_or_else(|| public(name).to_owned())
                }
            });
        Self {
            method: operation.method.clone(),
            path: parts.collect::<Vec<_>>().join("/"),
            query: Vec::new(),
            headers: Vec::new(),
            body: operation
                .body
                .as_ref()
                .map(|(schema, _)| body(schema, goods)),
            xml: operation
                .body
                .as_ref()
                .and_then(|(schema, _)| (schema == XML).then_some(stamped::PROFILE)),
            multipart: operation
                .body
                .as_ref()
                .is_some_and(|(_, multipart)| *multipart),
        }
    }

    /// The same with another value at one place.
    pub(super) fn with(mut self, operation: &Operation, place: &Place, value: &str) -> Self {
        let pair = (place.name.clone(), value.to_owned());
        match place.at {
            At::Path => {
                let parts = self.path.split('/').zip(operation.path.split('/'));
                let wanted = format!("{{{}}}", place.name);
                let parts = parts.map(|(part, name)| if name == wanted { value } else { part });
                self.path = parts.collect::<Vec<_>>().join("/");
            }
            At::Query => self.query.push(pair),
            At::Header => self.headers.push(pair),
            At::Body if place.name.ends_with("[]") => {
                let name = place.name.trim_end_matches("[]");
                self.body.as_mut().unwrap()[name] = json!([value]);
            }
            At::Body => {
                assert!(
                    !place.name.contains(['.', '[']),
                    "{} stands deeper than this reaches",
                    place.name
                );
                self.body.as_mut().unwrap()[&place.name] = value.into();
            }
        }
        self
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn says(&self, text: &str) -> bool {
        format!("{self:?}").contains(text)
    }

    pub(super) async fn send(&self, world: &World, key: Option<&str>) -> Answer {
        // Ids, cursors and words: nothing that would have to be escaped.
        let query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let path = format!("{}?{}", self.path, query.join("&"));
        let mut request = world.request(&self.method, path.trim_end_matches('?'));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        if self.multipart {
            request = request.multipart(Form::new().part("pdf", Part::bytes(stamped::sheet())));
        } else if let Some(xml) = self.xml {
            request = request.header("content-type", XML).body(xml);
        } else if let Some(body) = &self.body {
            request = request.json(body);
        }
        Answer::of(request).await
    }
}

/// Whether asking about nothing at a place of this kind is refused, rather than done.
pub(super) fn refuses_nothing(kind: Kind) -> bool {
    !matches!(kind, Kind::ExternalId | Kind::IdempotencyKey)
}

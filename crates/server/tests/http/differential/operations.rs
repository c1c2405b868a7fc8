//! Random operations: everything a tenant can do, about what was made before.

use base64::Engine as _;
use serde_json::{Value, json};

use super::bodies::{INSTANTS, template, worsened};
use super::chance::{Chance, TEXTS};
use super::names::Names;
use super::operation::{Body, Operation};
use crate::world::pdf;

/// What was made so far, by name.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) tenant: String,
    pub(super) secrets: Vec<String>,
    /// Keys that nobody used.
    pub(super) unused: Vec<String>,
    pub(super) templates: Vec<String>,
    pub(super) documents: Vec<String>,
    pub(super) references: Vec<String>,
    /// Names that documents were issued to.
    pub(super) recipients: Vec<String>,
    pub(super) hashes: Vec<String>,
    pub(super) cursors: Vec<(String, String)>,
    pub(super) sent: Vec<Operation>,
    /// How far the clock is behind where it was.
    pub(super) behind: i64,
}

impl State {
    /// Of the tenant before, a few things stay, to be asked for with the wrong key.
    pub(super) fn new_tenant(&mut self, code: String) {
        self.tenant = code;
        for list in [
            &mut self.secrets,
            &mut self.unused,
            &mut self.templates,
            &mut self.documents,
            &mut self.references,
            &mut self.recipients,
            &mut self.hashes,
        ] {
            list.drain(..list.len().saturating_sub(1));
        }
        self.cursors.clear();
        self.sent.clear();
    }

    pub(super) fn first_template(&self) -> Operation {
        let mut operation = Operation::new(
            "POST",
            "/v1/trust/templates",
            Body::Text(template("Diploma").to_string()),
        );
        operation
            .headers
            .push(("x-api-key", self.secrets[1].clone()));
        operation
    }

    /// Takes from an answer what later operations are about.
    pub(super) fn learn(
        &mut self,
        operation: &Operation,
        status: u16,
        json: &Value,
        names: &mut Names,
    ) {
        let mut name = |member: &str| json[member].as_str().map(|value| names.plain(value));
        if let (Some(id), Some(_)) = (name("id"), name("secret")) {
            self.secrets.extend(name("secret"));
            self.unused.push(id);
        } else if status == 201 && json["credential"].is_string() {
            self.documents.extend(name("id"));
            self.references.extend(name("reference"));
            let recipient = json["recipientName"].as_str();
            self.recipients.extend(recipient.map(str::to_owned));
            self.hashes.extend(name("contentHash"));
        } else if status == 201 && json["schema"].is_array() {
            self.templates.extend(name("id"));
        } else if let Some(cursor) = name("nextCursor") {
            self.cursors.push((operation.path.clone(), cursor));
        }
    }

    /// The next operation.
    pub(super) fn draw(&mut self, chance: &mut Chance) -> Operation {
        if chance.once_in(8) && !self.sent.is_empty() {
            return self.again(chance);
        }
        let mut operation = match chance.below(40) {
            0..9 => self.issue(chance),
            9..12 => self.change(chance),
            12..14 => self.replace(chance),
            14 => {
                let reason = json!({"reason": chance.text()});
                self.about_document(chance, "POST", "/erase", reason)
            }
            15..21 => self.documents(chance),
            21..23 => self.document(chance),
            23..26 => self.verify(chance),
            26..28 => self.make_template(chance),
            28..31 => self.change_template(chance),
            31..33 => self.templates(chance),
            33 => self.make_key(chance),
            34 => self.change_key(chance),
            35 => self.all_keys(chance),
            36 => self.history(chance),
            37 => return self.clock(chance),
            38 => return self.operator(chance),
            _ => Operation::new(
                "GET",
                *chance.one(&["/v1/whoami", "/v1/nothing", "/v1/reference-data/languages"]),
                Body::None,
            ),
        };
        self.sign(&mut operation, chance);
        if operation.method == "POST" && chance.once_in(3) {
            let key = format!("key {}", chance.below(30));
            operation.headers.push(("idempotency-key", key));
            self.sent.push(operation.clone());
        }
        operation
    }

    /// A key of this tenant, seldom of another, of the other mode, or none.
    fn sign(&mut self, operation: &mut Operation, chance: &mut Chance) {
        let key = match chance.below(30) {
            0 => Some("ak_live_nonsense".to_owned()),
            1 => None,
            2 => chance.recent(&self.secrets).map(str::to_owned),
            _ => self.secrets.get(1).cloned(),
        };
        if let Some(key) = key {
            operation.headers.push(("x-api-key", key));
        }
    }

    /// The same once more, or nearly.
    fn again(&mut self, chance: &mut Chance) -> Operation {
        let mut operation = chance.one(&self.sent).clone();
        if chance.once_in(4)
            && let Body::Text(text) = &mut operation.body
        {
            text.push(' ');
        }
        operation.repeats = true;
        operation
    }

    fn issue(&mut self, chance: &mut Chance) -> Operation {
        let body = self.request(chance);
        if chance.once_in(6) {
            let file = [pdf(), b"no PDF".to_vec(), Vec::new()][chance.below(3)].clone();
            let file = (!chance.once_in(5)).then_some(file);
            let text = (!chance.once_in(8)).then_some(("request", body));
            return Operation::new("POST", "/v1/trust/issuances", Body::Parts(text, file));
        }
        Operation::new("POST", "/v1/trust/issuances", Body::Text(body))
    }

    fn request(&mut self, chance: &mut Chance) -> String {
        let template = chance
            .recent(&self.templates)
            .unwrap_or("01890000-0000-7000-8000-000000000000");
        let mut body = json!({
            "templateId": template,
            "recipientName": chance.text(),
            "fields": [{"key": "degree", "value": chance.text()}],
        });
        if chance.once_in(3) {
            let grade = *chance.one(&["A", "B", "C", "A", "a", ""]);
            body["fields"]
                .as_array_mut()
                .unwrap()
                .push(json!({"key": "grade", "value": grade}));
        }
        let file = [pdf(), b"%PDF-1.4".to_vec()][usize::from(chance.once_in(4))].clone();
        let file = base64::engine::general_purpose::STANDARD.encode(file);
        for (member, value) in [
            (
                "recipientEmail",
                *chance.one(&[
                    "ada@example.org",
                    "Ada@EXAMPLE.org",
                    "ä@example.org",
                    "no address",
                ]),
            ),
            ("documentTitle", *chance.one(TEXTS)),
            (
                "externalId",
                *chance.one(&[
                    "A-1", "a-1", "A-2", "Ä", "ä", "A-1 ", "%", "A-3", "A-4", "A-5",
                ]),
            ),
            (
                "awardedOn",
                *chance.one(&["2026-02-28", "2026-02-29", "0001-01-01", "26-2-28"]),
            ),
            ("expiresAt", *chance.one(INSTANTS)),
            ("pdf", file.as_str()),
        ] {
            if chance.once_in(5) {
                body[member] = value.into();
            }
        }
        if chance.once_in(5) {
            body["validityType"] = (*chance.one(&["Days", "Months", "Years", "Weeks"])).into();
            body["validityValue"] = chance
                .one(&[json!(1), json!(30), json!(0), json!(36_500), json!("1")])
                .clone();
        }
        worsened(body, chance)
    }

    /// A path to a document, seldom to none.
    pub(super) fn about(&self, chance: &mut Chance) -> String {
        let id = chance.recent(&self.documents).unwrap_or("not-an-id");
        let id = if chance.once_in(20) {
            "01890000-0000-7000-8000-000000000000"
        } else {
            id
        };
        format!("/v1/trust/issuances/{id}")
    }

    fn about_document(
        &self,
        chance: &mut Chance,
        method: &'static str,
        rest: &str,
        body: Value,
    ) -> Operation {
        let path = self.about(chance) + rest;
        Operation::new(method, path, Body::Text(worsened(body, chance)))
    }

    fn change(&mut self, chance: &mut Chance) -> Operation {
        let actions = [
            "suspend",
            "reinstate",
            "reactivate",
            "revoke",
            "expire",
            "delete",
        ];
        let mut body = json!({"action": *chance.one(&actions)});
        if chance.once_in(3) {
            body["reason"] = (*chance.one(&["issuedInError", "superseded", "unknown"])).into();
        }
        if chance.once_in(3) {
            body["note"] = chance.text().into();
        }
        self.about_document(chance, "POST", "/lifecycle", body)
    }

    fn replace(&mut self, chance: &mut Chance) -> Operation {
        let body = self.request(chance);
        let end = *chance.one(&["", ",\"revokeOriginal\":false", ",\"revokeOriginal\":true"]);
        let body = body
            .strip_suffix('}')
            .map_or_else(|| body.clone(), |start| format!("{start}{end}}}"));
        Operation::new("POST", self.about(chance) + "/replace", Body::Text(body))
    }

    fn make_template(&mut self, chance: &mut Chance) -> Operation {
        let body = template(&chance.text());
        Operation::new(
            "POST",
            "/v1/trust/templates",
            Body::Text(worsened(body, chance)),
        )
    }

    fn change_template(&mut self, chance: &mut Chance) -> Operation {
        let id = chance
            .recent(&self.templates)
            .unwrap_or("not-an-id")
            .to_owned();
        let path = format!("/v1/trust/templates/{id}");
        match chance.below(8) {
            0..2 => {
                let mut body = template(&chance.text());
                body["isActive"] = (!chance.once_in(12)).into();
                let mut operation = Operation::new("PUT", path, Body::Text(worsened(body, chance)));
                if chance.once_in(2) {
                    let tag = *chance.one(&["\"1\"", "\"2\"", "W/\"1\"", "*", "1"]);
                    operation.headers.push(("if-match", tag.to_owned()));
                }
                operation
            }
            2 => Operation::new(
                "POST",
                path + "/archive",
                Body::Text(json!({"reason": chance.text()}).to_string()),
            ),
            3..5 => Operation::new("POST", path + "/unarchive", Body::None),
            5 => {
                let body = worsened(json!({"name": chance.text()}), chance);
                Operation::new("POST", path + "/duplicate", Body::Text(body))
            }
            6 => Operation::new("DELETE", path, Body::None),
            _ => Operation::new("GET", path + *chance.one(&["", "/csv-fields"]), Body::None),
        }
    }

    fn make_key(&mut self, chance: &mut Chance) -> Operation {
        let mut body = json!({"name": chance.text()});
        for (member, value) in [
            ("mode", *chance.one(&["live", "test"])),
            (
                "environment",
                *chance.one(&["staging", "production", "moon"]),
            ),
            ("service", *chance.one(TEXTS)),
            ("note", *chance.one(TEXTS)),
            ("expiresAt", *chance.one(INSTANTS)),
        ] {
            if chance.once_in(4) {
                body[member] = value.into();
            }
        }
        Operation::new("POST", "/v1/api-keys", Body::Text(worsened(body, chance)))
    }

    /// With `force`, or of a key that was used too rarely to be asked about: how often a key was used is noted once a
    /// second. Never the tenant's own.
    fn change_key(&mut self, chance: &mut Chance) -> Operation {
        let id = match self.unused.get(3..) {
            Some(made) if !made.is_empty() => chance.one(made).clone(),
            _ => "0123456789AB".to_owned(),
        };
        let path = format!("/v1/api-keys/{id}");
        match chance.below(6) {
            0 | 1 => {
                let body =
                    json!({ "overlapSeconds": *chance.one(&[0, 1, 60, 2_592_000, 2_592_001]) });
                Operation::new("POST", path + "/roll", Body::Text(worsened(body, chance)))
            }
            2 => {
                let mut body = json!({ "name": chance.text() });
                for (member, value) in [
                    ("note", Value::Null),
                    ("expiresAt", (*chance.one(INSTANTS)).into()),
                    (
                        "scopes",
                        json!([*chance.one(&["*", "issuances:write", "keys:read", "moon:read"])]),
                    ),
                    (
                        "allowedCidrs",
                        json!([*chance.one(&["127.0.0.0/8", "192.0.2.0/24", "moon"])]),
                    ),
                ] {
                    if chance.once_in(3) {
                        body[member] = value;
                    }
                }
                Operation::new("PATCH", path, Body::Text(worsened(body, chance)))
            }
            ending => {
                let mut operation = match ending {
                    3 => Operation::new("POST", path + "/cancel-roll", Body::None),
                    _ => Operation::new("DELETE", path, Body::None),
                };
                operation.query.push(("force", "true".to_owned()));
                operation
            }
        }
    }

    /// Ahead by up to forty days, or back by less than a server takes for a fault.
    fn clock(&mut self, chance: &mut Chance) -> Operation {
        let milliseconds = match chance.below(6) {
            0 => 40 * 86_400_000,
            1 => 86_400_000,
            2 if self.behind < 3_000 => -1_000,
            3 => 3_600_000,
            _ => 1_000,
        };
        self.behind = (self.behind - milliseconds).max(0);
        Operation::new(
            "CLOCK",
            format!("{milliseconds} ms"),
            Body::Clock(milliseconds),
        )
    }

    fn operator(&mut self, chance: &mut Chance) -> Operation {
        let path = format!("/tenants/{}", self.tenant);
        match chance.below(5) {
            0 => Operation::operator("PATCH", &path, json!({"name": chance.text()})),
            1 => {
                let zone =
                    *chance.one(&["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Mars/Olympus"]);
                Operation::operator("PATCH", &path, json!({"timeZone": zone}))
            }
            2 => Operation::operator(
                "PATCH",
                &path,
                json!({"requireRevocationReason": chance.once_in(3)}),
            ),
            3 => Operation::operator("GET", &path, Value::Null),
            _ => {
                let change =
                    *chance.one(&["suspend", "resume", "resume", "resume", "resume", "resume"]);
                Operation::operator(
                    "POST",
                    &format!("{path}/{change}"),
                    json!({"reason": chance.text()}),
                )
            }
        }
    }
}

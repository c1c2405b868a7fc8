//! What is asked and changes nothing: documents, lists, verdicts.

use serde_json::json;

use super::bodies::{INSTANTS, worsened};
use super::chance::Chance;
use super::operation::{Body, Operation};
use super::operations::State;
use crate::world::pdf;

impl State {
    pub(super) fn document(&self, chance: &mut Chance) -> Operation {
        let rest = *chance.one(&["", "", "/pdf", "/credential", "/events", "/events?limit=1"]);
        Operation::new("GET", self.about(chance) + rest, Body::None)
    }

    pub(super) fn list(
        &self,
        chance: &mut Chance,
        path: &str,
        filters: &[(&'static str, String)],
    ) -> Operation {
        let mut operation = Operation::new("GET", path, Body::None);
        for filter in filters {
            if chance.once_in(4) {
                operation.query.push(filter.clone());
            }
        }
        if chance.once_in(2) {
            let limit = *chance.one(&["1", "2", "3", "200", "0", "x"]);
            operation.query.push(("limit", limit.to_owned()));
        }
        let cursors: Vec<&(String, String)> = self
            .cursors
            .iter()
            .filter(|(list, _)| list == path)
            .collect();
        if chance.once_in(3) && !cursors.is_empty() {
            operation
                .query
                .push(("cursor", chance.one(&cursors).1.clone()));
        }
        operation
    }

    pub(super) fn documents(&self, chance: &mut Chance) -> Operation {
        let recent =
            |of: &[String], chance: &mut Chance| chance.recent(of).unwrap_or("x").to_owned();
        let part: String = {
            // Of a name that is there, mostly: what finds nothing shows no difference.
            let known = chance.recent(&self.recipients).map(str::to_owned);
            let known = known.filter(|_| !chance.once_in(3));
            let text = known.unwrap_or_else(|| chance.text());
            let skip = chance.below(3);
            let length = 1 + chance.below(6);
            text.chars().skip(skip).take(length).collect()
        };
        let recipient = match chance.below(8) {
            0 => chance.text(),
            1..4 => part.to_uppercase(),
            4..6 => part.to_lowercase(),
            _ => part,
        };
        let filters = [
            (
                "status",
                (*chance.one(&["Active", "Suspended", "Revoked", "Expired", "active"])).to_owned(),
            ),
            ("templateId", recent(&self.templates, chance)),
            (
                "externalId",
                (*chance.one(&["A-1", "a-1", "Ä", "ä", "%", "A-2"])).to_owned(),
            ),
            ("recipient", recipient.clone()),
            ("recipient", recipient),
            ("issuedAfter", (*chance.one(INSTANTS)).to_owned()),
            ("issuedBefore", (*chance.one(INSTANTS)).to_owned()),
            ("reference", recent(&self.references, chance)),
            ("unknown", "1".to_owned()),
        ];
        let some = usize::from(!chance.once_in(12));
        self.list(
            chance,
            "/v1/trust/issuances",
            &filters[..filters.len() - some],
        )
    }

    pub(super) fn templates(&self, chance: &mut Chance) -> Operation {
        let text = chance.text();
        let filters = [
            ("search", text.to_lowercase()),
            ("search", text),
            (
                "isActive",
                (*chance.one(&["true", "false", "1"])).to_owned(),
            ),
            ("isArchived", (*chance.one(&["true", "false"])).to_owned()),
        ];
        let from = chance.below(2);
        self.list(chance, "/v1/trust/templates", &filters[from..])
    }

    pub(super) fn history(&self, chance: &mut Chance) -> Operation {
        let filters = [
            (
                "verdict",
                (*chance.one(&["valid", "revoked", "expired", "suspended", "odd"])).to_owned(),
            ),
            (
                "reference",
                chance.recent(&self.references).unwrap_or("x").to_owned(),
            ),
            ("after", (*chance.one(INSTANTS)).to_owned()),
            ("before", (*chance.one(INSTANTS)).to_owned()),
        ];
        self.list(chance, "/v1/trust/verify/history", &filters)
    }

    pub(super) fn all_keys(&self, chance: &mut Chance) -> Operation {
        let mut operation = Operation::new("GET", "/v1/api-keys", Body::AllKeys);
        operation
            .query
            .push(("limit", (*chance.one(&["1", "3", "200", "0"])).to_owned()));
        operation
    }

    pub(super) fn verify(&self, chance: &mut Chance) -> Operation {
        let reference = chance
            .recent(&self.references)
            .unwrap_or("TRF-ABCD1234")
            .to_owned();
        let hash = chance.recent(&self.hashes).unwrap_or("x").to_owned();
        let code = *chance.one(&[self.tenant.as_str(), "EXAMP1", "NOBODY", "x"]);
        match chance.below(6) {
            0..2 => {
                let body = worsened(json!({"reference": reference}), chance);
                Operation::new("POST", "/v1/trust/verify/by-reference", Body::Text(body))
            }
            2 => {
                let mut body = json!({"hash": hash});
                if chance.once_in(2) {
                    body["issuerCode"] = code.into();
                }
                Operation::new(
                    "POST",
                    "/v1/trust/verify/by-hash",
                    Body::Text(worsened(body, chance)),
                )
            }
            3 => {
                let text = chance.once_in(2).then(|| ("issuerCode", code.to_owned()));
                let file = if chance.once_in(4) {
                    b"other".to_vec()
                } else {
                    pdf()
                };
                Operation::new(
                    "POST",
                    "/v1/trust/verify/by-file",
                    Body::Parts(text, Some(file)),
                )
            }
            4 => Operation::new("GET", format!("/i/{}", self.tenant), Body::None),
            _ => Operation::new(
                "GET",
                format!("/i/{}/did.json", self.tenant.to_lowercase()),
                Body::None,
            ),
        }
    }

    /// Everything about everything that is still known.
    pub(super) fn last_questions(&self) -> Vec<Operation> {
        let mut operations = vec![Operation::operator(
            "POST",
            &format!("/tenants/{}/resume", self.tenant),
            json!({"reason": "end"}),
        )];
        let mut get = |path: String| {
            let mut operation = Operation::new("GET", path, Body::None);
            operation
                .headers
                .push(("x-api-key", self.secrets[1].clone()));
            operations.push(operation);
        };
        for path in [
            "/v1/trust/issuances?limit=200",
            "/v1/trust/templates?limit=200",
            "/v1/trust/verify/history",
        ] {
            get(path.to_owned());
        }
        for document in &self.documents {
            get(format!("/v1/trust/issuances/{document}/events"));
        }
        operations
    }
}

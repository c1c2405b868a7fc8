//! Keys that open nothing: whatever is wrong with one, the refusal is the same, byte for byte.

use serde_json::{Value, json};

use super::estates::Goods;
use super::matrix::{Doctor, Matrix, Tally};
use super::operations::Operation;
use super::requests::Asked;
use crate::shape::bytes_but_ids;
use crate::world::Answer;

/// Whether an answer is the refusal of a good key for this reason.
pub(super) fn forbidden(answer: &Answer, reason: &str) -> bool {
    answer.status == 403 && answer.json()["reason"] == reason
}

impl Matrix<'_> {
    /// Keys that open nothing, and a good key that may not do this.
    pub(super) async fn refusals(&self, operation: &Operation, goods: &Goods, tally: &mut Tally) {
        let (id, world) = (&operation.id, self.world);
        let asked = Asked::own(operation, &self.owners[0], goods);
        let guest = asked.send(world, None).await;
        let api = operation.path.starts_with("/v1/");
        match &operation.scope {
            Some(_) => tally.holds(&format!("{id} without a key"), guest.status == 401, &guest),
            None => tally.holds(
                &format!("{id} without a key"),
                guest.status == operation.success,
                &guest,
            ),
        }
        let unauthorized = self.unauthorized().await;
        let mut narrowed = Vec::new();
        for (name, key) in &self.refused {
            narrowed.push((
                format!("a key that is {name}"),
                asked.send(world, Some(key)).await,
            ));
        }
        for (name, mut answer) in narrowed {
            self.operate_on_refusal(&mut answer);
            let wanted = if api {
                &unauthorized
            } else {
                &bytes_but_ids(&guest)
            };
            tally.compare(
                &format!("{id} with {name}"),
                &bytes_but_ids(&answer),
                &self.open(operation, wanted),
            );
        }
        if let Some(scope) = operation.scope.as_deref().filter(|scope| !scope.is_empty()) {
            let answer = self.with_scopes(&asked, &self.all_but(scope)).await;
            let cell = format!("{id} with a key that lacks {scope}");
            tally.holds(&cell, forbidden(&answer, "insufficient_scope"), &answer);
        }
        if api {
            let elsewhere = self
                .key(json!({ "allowedCidrs": ["192.0.2.0/24", "2001:db8::/32"] }))
                .await;
            let answer = asked.send(world, Some(&elsewhere)).await;
            let cell = format!("{id} with a key of another network");
            tally.holds(&cell, forbidden(&answer, "ip_not_allowed"), &answer);
            let browser = asked
                .clone()
                .header("origin", "https://a.example")
                .send(world, Some(&self.owners[0].key))
                .await;
            let refused = browser.status == 403 && browser.json()["reason"] == "browser_origin";
            tally.holds(&format!("{id} from a browser"), refused, &browser);
        }
    }

    /// The refusal every other one is compared with: of an operation that names nothing, without a key.
    async fn unauthorized(&self) -> String {
        bytes_but_ids(&Answer::of(self.world.request("GET", "/v1/whoami")).await)
    }

    /// Public answers may be read by every page, refusals too.
    fn open(&self, operation: &Operation, refusal: &str) -> String {
        let public = operation.scope.is_none()
            && operation.path.starts_with("/v1/")
            && operation.path != "/v1/leaks";
        let (status, rest) = refusal.split_once('\n').unwrap();
        if !public {
            return refusal.to_owned();
        }
        let (headers, body) = rest.split_once("\n\n").unwrap();
        let mut headers: Vec<&str> = headers.split('\n').collect();
        headers.push("access-control-allow-origin: *");
        headers.push("access-control-expose-headers: x-request-id, traceparent, retry-after");
        headers.sort_unstable();
        format!("{status}\n{}\n\n{body}", headers.join("\n"))
    }

    /// Every scope but this one, and but the one that includes it.
    fn all_but(&self, scope: &str) -> Vec<&str> {
        let including = scope.replace(":read", ":write");
        self.scopes
            .iter()
            .map(String::as_str)
            .filter(|other| !other.is_empty() && *other != scope && *other != including)
            .collect()
    }

    pub(super) async fn with_scopes(&self, asked: &Asked, scopes: &[&str]) -> Answer {
        let narrow = match scopes {
            [""] => json!({}),
            scopes => json!({ "scopes": scopes }),
        };
        asked.send(self.world, Some(&self.key(narrow).await)).await
    }

    /// A new key of the first owner, of which this is special.
    async fn key(&self, mut body: Value) -> String {
        body["name"] = "narrow".into();
        let owner = &self.owners[0].key;
        let made = self
            .world
            .with(owner, "POST", "/v1/api-keys", Some(body))
            .await;
        made.ok(201)["secret"].as_str().unwrap().to_owned()
    }

    fn operate_on_refusal(&self, answer: &mut Answer) {
        if self.doctor == Doctor::Refusal {
            let text = answer
                .text()
                .replace("No valid API key", "No valid API key any more");
            answer.bytes = text.into_bytes();
        }
    }
}

//! Keys that open nothing: whatever is wrong with one, the refusal is the same, byte for byte.

use super::estates::Goods;
use super::matrix::{Doctor, Matrix, Tally};
use super::operations::Operation;
use super::requests::Asked;
use crate::shape::bytes_but_ids;
use crate::world::Answer;

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
        if let Some(scope) = operation.scope.as_deref().filter(|scope| !scope.is_empty()) {
            let answer = self.with_scopes(&asked, &self.all_but(scope)).await;
            narrowed.push((format!("a key that lacks {scope}"), answer));
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
        if api {
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
        let public = operation.scope.is_none() && operation.path.starts_with("/v1/");
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
            .filter(|other| *other != scope && *other != including)
            .collect()
    }

    pub(super) async fn with_scopes(&self, asked: &Asked, scopes: &[&str]) -> Answer {
        let key = &self.owners[0].key;
        let id = &key["ak_live_".len()..][..12];
        self.world.forget_keys();
        self.world
            .with(key, "GET", "/v1/whoami", None)
            .await
            .ok(200);
        self.world.narrow_key(id, scopes);
        let answer = asked.send(self.world, Some(key)).await;
        self.world.forget_keys();
        answer
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

//! Those who must not see each other: two tenants, and the two modes of one; and what each of them owns.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ananke_format::{Mode, Product, Reference};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::operations::{Kind, Operation};
use super::stamped::Tcode;
use crate::world::{World, like, request, template};

/// An id nobody has.
pub(super) const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

/// Alerts, and channels for them.
const ALERTS: &str = "/v1/alerts";
const CHANNELS: &str = "/v1/alert-channels";

/// Somebody with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) name: &'static str,
    pub(super) tenant: &'static str,
    pub(super) key: String,
    /// An alert that nothing is done to: one comes within a second or so, and most operations want only that there is one.
    alert: OnceLock<String>,
}

/// What somebody owns, made anew for every operation, because operations use it up.
#[derive(Clone, Debug)]
pub(super) struct Goods {
    /// A template that documents were issued from.
    pub(super) template: String,
    /// One that was not used.
    pub(super) unused: String,
    /// A document in force, with a history of events and verifications.
    pub(super) document: String,
    pub(super) reference: String,
    pub(super) external_id: String,
    pub(super) api_key: String,
    /// Its newest signing key.
    pub(super) signing_key: String,
    /// That one of its keys leaked.
    pub(super) alert: String,
    /// Where it is told.
    pub(super) alert_channel: String,
    /// What operations of TCode name; of others, nothing.
    pub(super) tcode: Tcode,
    /// Of what a key issued that issued nothing.
    pub(super) revocation: String,
    /// Of what a key suspended; all of it is in force again.
    pub(super) restoration: String,
}

/// The three of them.
pub(super) async fn owners(world: &World) -> [Owner; 3] {
    let other = world.tenant("Other School", "OTHER1").await;
    let owner = |name, tenant, key: &str| Owner {
        name,
        tenant,
        key: key.to_owned(),
        alert: OnceLock::new(),
    };
    [
        owner("live", "EXAMP1", &world.live),
        owner("test", "EXAMP1", &world.test),
        owner("other", "OTHER1", &other),
    ]
}

impl Owner {
    /// Whether what the other one owns is foreign to this one.
    pub(super) fn is_barred_from(&self, other: &Self, kind: Kind) -> bool {
        let shared = matches!(
            kind,
            Kind::Template
                | Kind::Tdoc
                | Kind::Placement
                | Kind::Name
                | Kind::Alert
                | Kind::AlertChannel
        ) && self.tenant == other.tenant;
        // Lists of templates are shared too, but a cursor of one leads nowhere else.
        self != other && !shared
    }

    /// A word in the names of this one's templates and recipients.
    pub(super) fn word(&self) -> String {
        format!("Zeugnis{}", self.name)
    }

    /// Makes what this one owns, in the state in which this operation succeeds.
    pub(super) async fn goods(&self, world: &World, operation: &Operation) -> Goods {
        let mut template = template();
        template["name"] = self.word().into();
        let made = |path: &'static str, body: Value| async move {
            world
                .with(&self.key, "POST", path, Some(body))
                .await
                .ok(201)
        };
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let unused = id(&made("/v1/trust/templates", template.clone()).await);
        let template = id(&made("/v1/trust/templates", template).await);
        let mut body = request(&template);
        body["recipientName"] = self.word().into();
        let another = made("/v1/trust/issuances", body.clone()).await;
        body["externalId"] = format!("{}-{}", self.name, template).into();
        let issued = made("/v1/trust/issuances", body).await;
        let reference = issued["reference"].as_str().unwrap().to_owned();
        let suspends = json!({ "name": self.name, "scopes": ["issuances:lifecycle"] });
        let suspends = made("/v1/api-keys", suspends).await;
        for (document, action) in [
            (&another, "suspend"),
            (&another, "reinstate"),
            (&issued, "suspend"),
            (&issued, "reinstate"),
        ] {
            let path = format!("/v1/trust/issuances/{}/lifecycle", id(document));
            let secret = suspends["secret"].as_str().unwrap();
            world
                .with(secret, "POST", &path, Some(json!({ "action": action })))
                .await
                .ok(200);
            world.verify(&reference).await;
        }
        if operation.id == "unarchive_template" {
            let path = format!("/v1/trust/templates/{unused}/archive");
            world.with(&self.key, "POST", &path, None).await.ok(200);
        }
        // It may do no more than what a key needs that may roll it.
        let narrow = json!({ "name": self.name, "scopes": ["keys:write"] });
        let api_key = id(&made("/v1/api-keys", narrow.clone()).await);
        let alert = match self.alert.get() {
            Some(alert) if !operation.path.starts_with(ALERTS) => alert.clone(),
            _ => {
                let leaked = made("/v1/api-keys", narrow).await;
                let alert = self.alert(world, &leaked).await;
                if !operation.path.starts_with(ALERTS) {
                    let _ = self.alert.set(alert.clone());
                }
                alert
            }
        };
        let body = json!({ "keyId": api_key, "reason": "other" });
        let revocation = id(&made("/v1/revocations", body).await);
        let body = json!({ "keyId": id(&suspends) });
        let restoration = id(&made("/v1/restorations", body).await);
        self.idle(world, operation).await;
        if operation.id == "cancel_roll_of_api_key" {
            let path = format!("/v1/api-keys/{api_key}/roll");
            world.with(&self.key, "POST", &path, None).await.ok(201);
        }
        if operation.id == "withdraw_attestation" {
            let path = "/v1/checklist/rotation/attestation";
            let word = json!({ "attestedBy": "Ada", "link": "https://wiki.example.org/keys" });
            world.with(&self.key, "PUT", path, Some(word)).await.ok(200);
        }
        if operation.path.starts_with("/v1/signing-keys") {
            made("/v1/signing-keys", json!({})).await;
        }
        let alert_channel = self.alert_channel(world, operation).await;
        let external_id = issued["externalId"].as_str().unwrap();
        let tcode = Tcode::of(self, world, operation, external_id).await;
        let signing_keys = world.with(&self.key, "GET", "/v1/signing-keys?limit=1", None);
        let signing_key = id(&signing_keys.await.ok(200)["items"][0]);
        Goods {
            template,
            unused,
            document: id(&issued),
            reference,
            external_id: external_id.to_owned(),
            api_key,
            signing_key,
            alert,
            alert_channel,
            tcode,
            revocation,
            restoration,
        }
    }

    /// A new one, for operations that name one: there may be ten of them, which both modes share.
    async fn alert_channel(&self, world: &World, operation: &Operation) -> String {
        if !operation.path.starts_with(CHANNELS) {
            return NOBODYS.to_owned();
        }
        if operation.id == "create_alert_channel" {
            self.clear(world).await;
        }
        // Nobody listens there.
        let body = json!({ "kind": "webhook", "target": "https://127.0.0.1:9/" });
        let made = world
            .with(&self.key, "POST", CHANNELS, Some(body))
            .await
            .ok(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Deletes what it owns that there may not be many of.
    pub(super) async fn clear(&self, world: &World) {
        let listed = world.with(&self.key, "GET", CHANNELS, None).await;
        let listed = listed.json()["items"].as_array().cloned();
        for channel in listed.unwrap_or_default() {
            let path = format!("{CHANNELS}/{}", channel["id"].as_str().unwrap());
            world.with(&self.key, "DELETE", &path, None).await;
        }
    }

    /// The same of goods that have served.
    pub(super) async fn discard(&self, world: &World, goods: &Goods) {
        if goods.alert_channel != NOBODYS {
            let path = format!("{CHANNELS}/{}", goods.alert_channel);
            world.with(&self.key, "DELETE", &path, None).await;
        }
    }

    /// Somebody reports this key.
    async fn alert(&self, world: &World, key: &Value) -> String {
        let found = world.ask("/v1/leaks", json!({ "keys": [key["secret"]] }));
        assert_eq!(found.await.status, 202);
        let subject = format!("key:{}", key["id"].as_str().unwrap());
        let began = Instant::now();
        loop {
            let alerts = world.with(&self.key, "GET", "/v1/alerts?state=open&limit=100", None);
            let alerts = alerts.await.ok(200);
            let mut alerts = alerts["items"].as_array().unwrap().iter();
            if let Some(found) = alerts.find(|alert| alert["subject"] == subject) {
                return found["id"].as_str().unwrap().to_owned();
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{subject}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Owner {
    /// Waits until all its work of many documents is done, where it is looked at: twice asked it is twice the same.
    async fn idle(&self, world: &World, operation: &Operation) {
        for work in ["/v1/revocations", "/v1/restorations"] {
            if !operation.path.starts_with(work) {
                continue;
            }
            let began = Instant::now();
            let path = format!("{work}?limit=100");
            // What waits for its tenant goes on when that goes on.
            let runs = |work: &Value| work["state"] == "waiting" && work["nextTryAt"].is_null();
            loop {
                let found = world.with(&self.key, "GET", &path, None).await.ok(200);
                if !found["items"].as_array().unwrap().iter().any(runs) {
                    break;
                }
                assert!(began.elapsed() < Duration::from_secs(60), "{found}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

impl Goods {
    /// What of it a place of this kind can name; a cursor and the key of a request are got by asking.
    pub(super) fn named(&self, owner: &Owner, kind: Kind) -> String {
        match kind {
            Kind::Template => self.unused.clone(),
            Kind::Document => self.document.clone(),
            Kind::Tdoc => self.tcode.tdoc.clone(),
            Kind::Placement => self.tcode.placement.clone(),
            Kind::Stamp => self.tcode.stamp.clone(),
            Kind::StampReference => self.tcode.reference.clone(),
            Kind::Key => self.api_key.clone(),
            Kind::SigningKey => self.signing_key.clone(),
            Kind::Alert => self.alert.clone(),
            Kind::AlertChannel => self.alert_channel.clone(),
            Kind::Revocation => self.revocation.clone(),
            Kind::Restoration => self.restoration.clone(),
            Kind::Reference => self.reference.clone(),
            Kind::ExternalId => self.external_id.clone(),
            Kind::Name | Kind::Recipient => owner.word(),
            Kind::Cursor | Kind::IdempotencyKey => unreachable!(),
        }
    }

    /// What must not stand in an answer to somebody else.
    pub(super) fn ids(&self) -> [&str; 14] {
        [
            &self.template,
            &self.unused,
            &self.document,
            &self.reference,
            &self.api_key,
            &self.signing_key,
            &self.alert,
            &self.revocation,
            &self.restoration,
            &self.alert_channel,
            &self.tcode.tdoc,
            &self.tcode.placement,
            &self.tcode.stamp,
            &self.tcode.reference,
        ]
    }
}

/// What names nothing at all, to be compared with.
pub(super) fn nobodys(kind: Kind) -> String {
    match kind {
        Kind::Template
        | Kind::Document
        | Kind::SigningKey
        | Kind::Alert
        | Kind::AlertChannel
        | Kind::Revocation
        | Kind::Restoration
        | Kind::Tdoc
        | Kind::Placement
        | Kind::Stamp => NOBODYS.to_owned(),
        Kind::Key => "000000000000".to_owned(),
        Kind::Reference => Reference::from_random(Product::Trust, [9; 8]).to_string(),
        Kind::StampReference => Reference::from_random(Product::TCode, [9; 8]).to_string(),
        Kind::Name | Kind::Recipient => "nobodys".to_owned(),
        Kind::Cursor | Kind::ExternalId | Kind::IdempotencyKey => unreachable!(),
    }
}

/// A cursor nobody was given, beside this one: between the two stands nothing. Lists begin behind a cursor, newest
/// first, so beside an id is the one before it: behind the next one its own item would stand.
pub(super) fn beside(cursor: &str) -> String {
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(cursor)
        && let Ok(id) = <[u8; 16]>::try_from(bytes)
    {
        return URL_SAFE_NO_PAD.encode((u128::from_be_bytes(id) - 1).to_be_bytes());
    }
    let mut text = cursor.as_bytes().to_vec();
    let at = text.len() - 1;
    text[at] = if text[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(text).unwrap()
}

/// Keys that open nothing, each for a reason of its own.
pub(super) async fn refused_keys(world: &World) -> Vec<(&'static str, String)> {
    let made = |body: Value| async move { world.post("/v1/api-keys", body).await.ok(201) };
    let deleted = made(json!({ "name": "deleted" })).await;
    let expired = made(json!({ "name": "expired", "expiresAt": "2026-11-23T11:00:00Z" })).await;
    let secret = |key: &Value| key["secret"].as_str().unwrap().to_owned();
    for key in [&deleted, &expired] {
        world
            .with(&secret(key), "GET", "/v1/whoami", None)
            .await
            .ok(200);
    }
    let path = format!(
        "/v1/api-keys/{}?force=true",
        deleted["id"].as_str().unwrap()
    );
    world.with(&world.live, "DELETE", &path, None).await.ok(204);
    world.wait(2 * 3_600_000);
    let mut mistyped = world.live.clone().into_bytes();
    mistyped[30] = if mistyped[30] == b'a' { b'b' } else { b'a' };
    vec![
        ("malformed", "ak_live_wrong".to_owned()),
        ("mistyped", String::from_utf8(mistyped).unwrap()),
        (
            "unknown",
            like(&world.live, Mode::Live, |at| {
                if at < 12 { Some(b'0') } else { None }
            }),
        ),
        (
            "of another secret",
            like(&world.live, Mode::Live, |at| {
                if at < 12 { None } else { Some(b'0') }
            }),
        ),
        (
            "said to be for test",
            like(&world.live, Mode::Test, |_| None),
        ),
        ("said to be live", like(&world.test, Mode::Live, |_| None)),
        ("deleted", secret(&deleted)),
        ("expired", secret(&expired)),
    ]
}

//! A server to talk to: in this process, on a free port, with a clock that stands still.

#![allow(
    dead_code,
    reason = "two test binaries include this file and use different parts"
)]

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ananke_server::config::{Config, Layers};
use ananke_server::ctx::Clock;
use ananke_server::{Bootstrap, Options, Running, StartError, start};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cluster;

/// 2026-11-23T10:00:00.000Z, in milliseconds.
pub(crate) const START: i64 = 1_795_428_000_000;
pub(crate) const DAY: i64 = 86_400_000;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Writes a test twice, once for each engine.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn body($world: $crate::world::World) $body
                $(#[$meta])*
                #[test]
                fn sqlite() {
                    $crate::world::run($crate::world::Engine::Sqlite, |world| Box::pin(body(world)));
                }
                $(#[$meta])*
                #[test]
                fn postgres() {
                    $crate::world::run($crate::world::Engine::Postgres, |world| Box::pin(body(world)));
                }
            }
        )+
    };
}

/// Runs a test's body in a world of its own. The body comes boxed: one runtime is compiled for all.
pub(crate) fn run(engine: Engine, body: fn(World) -> Pin<Box<dyn Future<Output = ()>>>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        if let Some(world) = World::new(engine).await {
            body(world).await;
        }
    });
}

/// A server and everything around it.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) dir: TempDir,
    pub(crate) database: String,
    pub(crate) clock: Arc<AtomicI64>,
    /// Where it listens now.
    pub(crate) url: String,
    /// What it signs into documents: where it listened first.
    pub(crate) public_url: String,
    pub(crate) issuer: String,
    /// Key of the first tenant for live documents.
    pub(crate) live: String,
    /// Key of the first tenant for test documents.
    pub(crate) test: String,
    pub(crate) http: reqwest::Client,
    running: Option<Running>,
}

/// Settings of a test's server.
pub(crate) fn config(dir: &Path, database: &str, extra: &[(&str, &str)]) -> Config {
    let mut layers = Layers::default();
    let data = dir.join("data").display().to_string();
    for (key, value) in [
        ("server.listen", "127.0.0.1:0"),
        ("data.dir", &data),
        ("data.database", database),
        // Receivers of tests are on this machine.
        ("outgoing.allowed_networks", "127.0.0.0/8"),
        // Machines of tests are busy.
        ("workers.seconds", "120"),
    ] {
        layers.flag(key, value, "test").unwrap();
    }
    // The clock stands still, and so would a limit.
    for limit in [
        "public_per_minute",
        "key_reads_per_second",
        "key_writes_per_second",
        "key_files_per_second",
        "tenant_per_second",
        "revocations_per_day",
        "key_revocations_per_day",
    ] {
        layers
            .flag(&format!("limits.{limit}"), "0", "test")
            .unwrap();
    }
    for (key, value) in extra {
        layers.flag(key, value, "test").unwrap();
    }
    layers.check().unwrap()
}

impl World {
    /// A fresh server with one tenant; `None` where PostgreSQL is not installed.
    pub(crate) async fn new(engine: Engine) -> Option<Self> {
        Some(Self::on(engine, database(engine).await?).await)
    }

    /// A place for a server that was, at this time; nothing is started and nothing is there.
    pub(crate) async fn at_rest(engine: Engine, millis: i64) -> Option<Self> {
        let world = Self::empty(engine, database(engine).await?);
        world.clock.store(millis, Ordering::SeqCst);
        Some(world)
    }

    /// A fresh server with one tenant on this database.
    pub(crate) async fn on(engine: Engine, database: String) -> Self {
        let mut world = Self::empty(engine, database);
        let config = world.config(&[]);
        let running = Box::pin(start(config, world.options())).await.unwrap();
        let ready = &running.ready;
        world.url.clone_from(&ready.url);
        world.public_url.clone_from(&ready.public_url);
        world.issuer.clone_from(&ready.issuer_code);
        world.live = ready.live_key.as_ref().unwrap().expose_secret().to_owned();
        world.test = ready.test_key.as_ref().unwrap().expose_secret().to_owned();
        world.running = Some(running);
        world
    }

    fn empty(engine: Engine, database: String) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("ananke-http-")
            .tempdir()
            .unwrap();
        let clock = Arc::new(AtomicI64::new(START));
        #[allow(clippy::disallowed_methods, reason = "the tests' own client")]
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            engine,
            dir,
            database,
            clock,
            url: String::new(),
            public_url: String::new(),
            issuer: String::new(),
            live: String::new(),
            test: String::new(),
            http,
            running: None,
        }
    }

    /// Settings that lead to the same data and, after the first start, to the same public URL; `extra` comes last.
    pub(crate) fn config(&self, extra: &[(&str, &str)]) -> Config {
        let mut all = Vec::new();
        if !self.public_url.is_empty() {
            all.push(("server.public_url", self.public_url.as_str()));
        }
        all.extend_from_slice(extra);
        config(self.dir.path(), &self.database, &all)
    }

    pub(crate) fn options(&self) -> Options {
        let bootstrap = Bootstrap {
            tenant: Some("Example University".to_owned()),
            issuer_code: Some("EXAMP1".to_owned()),
            api_key: None,
        };
        Options {
            bootstrap,
            clock: Clock::Stopped(Arc::clone(&self.clock)),
            worker: Some(env!("CARGO_BIN_EXE_ananke-tests-worker").into()),
            ..Options::default()
        }
    }

    /// Moves the clock.
    pub(crate) fn wait(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Asks the database about every key next time.
    pub(crate) fn forget_keys(&self) {
        self.running.as_ref().unwrap().forget_keys();
    }

    /// What the server keeps its rows in, for those no request makes.
    pub(crate) fn store(&self) -> &ananke_store::Store {
        self.running.as_ref().unwrap().store()
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Starts the server again, on another port under the same public URL.
    pub(crate) async fn start(&mut self, extra: &[(&str, &str)]) -> Result<(), StartError> {
        let running = Box::pin(start(self.config(extra), self.options())).await?;
        self.url.clone_from(&running.ready.url);
        self.public_url.clone_from(&running.ready.public_url);
        self.running = Some(running);
        Ok(())
    }

    /// Another server on the same database, under the same clock, with settings of its own.
    pub(crate) async fn beside(&self, extra: &[(&str, &str)]) -> Self {
        let mut other = Self::empty(self.engine, self.database.clone());
        other.clock = Arc::clone(&self.clock);
        std::fs::create_dir(other.data()).unwrap();
        for name in ["data/kek", "data/root.fingerprint", "data.anchor"] {
            std::fs::copy(self.dir.path().join(name), other.dir.path().join(name)).unwrap();
        }
        other.public_url.clone_from(&self.public_url);
        other.issuer.clone_from(&self.issuer);
        (other.live, other.test) = (self.live.clone(), self.test.clone());
        other.start(extra).await.unwrap();
        other
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(
            Method::from_bytes(method.as_bytes()).unwrap(),
            format!("{}{path}", self.url),
        )
    }

    /// A request with a key, and its answer.
    pub(crate) async fn with(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(method, path).header("x-api-key", key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request).await
    }

    /// A GET with the live key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.with(&self.live, "GET", path, None).await
    }

    /// A POST with the live key.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.with(&self.live, "POST", path, Some(body)).await
    }

    /// A POST without a key.
    pub(crate) async fn ask(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request("POST", path).json(&body)).await
    }

    /// Verifies by reference.
    pub(crate) async fn verify(&self, reference: &str) -> Value {
        self.ask(
            "/v1/trust/verify/by-reference",
            json!({ "reference": reference }),
        )
        .await
        .ok(200)
    }

    /// Calls the operator's socket.
    pub(crate) async fn operator(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        ananke_server::operator::call(&self.config(&[]), method, path, body)
            .await
            .unwrap()
    }

    /// Another tenant with a live key.
    pub(crate) async fn tenant(&self, name: &str, code: &str) -> String {
        let (status, body) = self
            .operator(
                "POST",
                "/tenants",
                Some(json!({ "name": name, "code": code })),
            )
            .await;
        assert_eq!(status, 201, "{body}");
        let path = format!("/tenants/{code}/keys");
        let (status, key) = self
            .operator(
                "POST",
                &path,
                Some(json!({ "name": "first", "mode": "live" })),
            )
            .await;
        assert_eq!(status, 201, "{key}");
        key["secret"].as_str().unwrap().to_owned()
    }

    /// A template of the key's tenant.
    pub(crate) async fn template(&self, key: &str) -> String {
        let template = self
            .with(key, "POST", "/v1/trust/templates", Some(template()))
            .await
            .ok(201);
        template["id"].as_str().unwrap().to_owned()
    }

    /// A document of the first tenant, issued now.
    pub(crate) async fn issue(&self, template: &str) -> Value {
        self.post("/v1/trust/issuances", request(template))
            .await
            .ok(201)
    }

    /// Changes the status of a document of the first tenant.
    pub(crate) async fn change(&self, id: &Value, action: &str) -> Answer {
        let path = format!("/v1/trust/issuances/{}/lifecycle", id.as_str().unwrap());
        self.post(&path, json!({ "action": action })).await
    }
}

/// A database nobody used before; `None` where PostgreSQL is not installed.
async fn database(engine: Engine) -> Option<String> {
    match engine {
        Engine::Sqlite => Some("sqlite".to_owned()),
        Engine::Postgres => {
            tokio::task::spawn_blocking(|| cluster::shared().map(cluster::Cluster::database))
                .await
                .unwrap()
        }
    }
}

/// The body of a template.
pub(crate) fn template() -> Value {
    json!({
        "name": "Diploma",
        "docType": "certificate",
        "schema": [
            { "key": "degree", "label": "Degree", "required": true },
            { "key": "grade", "label": "Grade", "type": "enum", "options": ["A", "B", "C"] },
        ],
    })
}

/// The body of an issuance.
pub(crate) fn request(template: &str) -> Value {
    json!({
        "templateId": template,
        "recipientName": "Ada Lovelace",
        "fields": [{ "key": "degree", "value": "Mathematics" }],
    })
}

/// A small PDF.
pub(crate) fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
      trailer<</Root 1 0 R>>\n%%EOF\n"
        .to_vec()
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        assert!(headers.contains_key("x-request-id"), "no request id");
        assert!(headers.contains_key("traceparent"), "no trace id");
        assert_ne!(
            status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        Self {
            status: status.as_u16(),
            headers,
            bytes,
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body, where the status is this one.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The error's body, where status and code are these.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(body["message"], body["detail"]);
        assert_eq!(body["requestId"], self.header("x-request-id"));
        assert!(
            self.header("traceparent")
                .contains(body["traceId"].as_str().unwrap())
        );
        body
    }
}

/// A well-formed key like this one, in this mode, with some characters of its id and secret changed.
pub(crate) fn like(
    key: &str,
    mode: ananke_format::Mode,
    change: impl Fn(usize) -> Option<u8>,
) -> String {
    let digit = |c: u8| match c {
        b'0'..=b'9' => c - b'0',
        b'A'..=b'Z' => c - b'A' + 10,
        _ => c - b'a' + 36,
    };
    let mut random = [0; ananke_format::api_key::ApiKey::RANDOM_LEN];
    for (at, character) in key.bytes().skip("ak_live_".len()).take(44).enumerate() {
        random[at] = digit(change(at).unwrap_or(character));
    }
    ananke_format::api_key::ApiKey::from_random(mode, &random)
        .unwrap()
        .expose()
        .to_owned()
}

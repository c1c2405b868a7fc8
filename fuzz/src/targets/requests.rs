//! What strangers can send to the server. The parsers of requests are private there, so they are reached as they are
//! by strangers, through the routes, called in this process without a network. Whatever is sent, the answer is no
//! fault of ours; an error is whole; what was issued verifies.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use ananke_server::config::Layers;
use ananke_server::ctx::Clock;
use ananke_server::{Bootstrap, Options, Running, start};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use super::text;

/// 2026-11-23T10:00:00.000Z, in milliseconds.
const NOW: i64 = 1_795_428_000_000;

/// Far above every limit of the server.
const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

/// A server with a tenant, a template and a document.
struct Server {
    runtime: Runtime,
    router: Router,
    key: String,
    /// Words of seeds, and what they stand for here.
    words: Vec<(&'static str, String)>,
    clock: Arc<AtomicI64>,
    _running: Running,
    _dir: TempDir,
}

impl Server {
    fn start() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut layers = Layers::default();
        let data = dir.path().join("data").display().to_string();
        for (key, value) in [("server.listen", "127.0.0.1:0"), ("data.dir", &data)] {
            layers.flag(key, value, "fuzz").expect("a setting");
        }
        for limit in [
            "public_per_minute",
            "key_reads_per_second",
            "key_writes_per_second",
            "key_files_per_second",
            "tenant_per_second",
            "revocations_per_day",
            "key_revocations_per_day",
        ] {
            let key = format!("limits.{limit}");
            layers.flag(&key, "0", "fuzz").expect("a setting");
        }
        let clock = Arc::new(AtomicI64::new(NOW));
        let options = Options {
            bootstrap: Bootstrap {
                tenant: Some("Example University".to_owned()),
                issuer_code: Some("EXAMP1".to_owned()),
                api_key: None,
            },
            clock: Clock::Stopped(Arc::clone(&clock)),
            ..Options::default()
        };
        let runtime = Runtime::new().expect("a runtime");
        let running = runtime.block_on(start(layers.check().expect("settings"), options));
        let running = running.expect("a server");
        let key = running
            .ready
            .live_key
            .as_ref()
            .expect("a key")
            .expose_secret()
            .to_owned();
        let mut server = Self {
            router: running.router(),
            runtime,
            words: vec![("{key}", key.clone())],
            key,
            clock,
            _running: running,
            _dir: dir,
        };
        let schema = json!([
            {"key": "degree", "label": "Degree"},
            {"key": "grade", "label": "Grade", "type": "enum", "options": ["A", "B"]},
            {"key": "when", "label": "When", "type": "date"},
            {"key": "score", "label": "Score", "type": "number"},
            {"key": "mail", "label": "Mail", "type": "email"},
            {"key": "link", "label": "Link", "type": "url"}]);
        let body = json!({"name": "Diploma", "docType": "certificate", "schema": schema});
        let template = server.made("/v1/trust/templates", &body);
        server.know("{template}", &template["id"]);
        let body = json!({"templateId": template["id"], "recipientName": "Ada", "fields": []});
        let document = server.made("/v1/trust/issuances", &body);
        server.know("{document}", &document["id"]);
        server.know("{reference}", &document["reference"]);
        server.know("{hash}", &document["contentHash"]);
        server
    }

    fn made(&self, path: &str, body: &Value) -> Value {
        let answer = self.send(self.json("POST", path, body.to_string().into_bytes()));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    fn know(&mut self, word: &'static str, value: &Value) {
        self.words
            .push((word, value.as_str().expect("a text").to_owned()));
    }

    fn word(&self, word: &str) -> &str {
        let found = self.words.iter().find(|(known, _)| *known == word);
        found.map_or("", |(_, value)| value)
    }

    /// Puts what this server made in the place of the words that stand for it.
    fn fill(&self, data: &[u8]) -> Vec<u8> {
        let Some(text) = text(data).filter(|text| text.contains('{')) else {
            return data.to_vec();
        };
        let fill = |text: String, (word, value): &(&str, String)| text.replace(word, value);
        self.words.iter().fold(text.to_owned(), fill).into_bytes()
    }

    fn json(&self, method: &str, path: &str, body: Vec<u8>) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", &self.key);
        let request = request.header("content-type", "application/json");
        request.body(Body::from(body)).expect("a request")
    }

    fn get(&self, path: &str) -> Request<Body> {
        self.json("GET", path, Vec::new())
    }

    /// Sends a request; the answer is whole and no fault of ours.
    fn send(&self, request: Request<Body>) -> Answer {
        // An id for each millisecond, so that ids stay those of a server with a running clock.
        self.clock.fetch_add(1, Ordering::Relaxed);
        let about = format!("{} {}", request.method(), request.uri());
        self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), ANSWER_MAX_BYTES).await;
            let answer = Answer {
                status,
                bytes: bytes.expect("a body").to_vec(),
            };
            assert!(status < 500, "{about}: {status} {:?}", text(&answer.bytes));
            if status >= 400 {
                let told = answer.json();
                assert_eq!(told["status"], status, "{about}: {told}");
                assert!(
                    told["code"].is_string() && told["detail"].is_string(),
                    "{about}: {told}"
                );
            }
            answer
        })
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// What the first byte chooses: `0` is the first.
fn chosen(byte: u8, of: usize) -> usize {
    usize::from(byte.wrapping_sub(b'0')) % of
}

/// Every byte as `%XX`.
fn escaped(data: &[u8]) -> String {
    data.iter().map(|byte| format!("%{byte:02X}")).collect()
}

const LISTS: [&str; 4] = [
    "/v1/trust/issuances",
    "/v1/trust/templates",
    "/v1/api-keys",
    "/v1/trust/verify/history",
];

fn list(choice: u8) -> (usize, &'static str) {
    let number = chosen(choice, LISTS.len());
    (number, LISTS[number])
}

/// A cursor has one spelling: sixteen bytes in base64url, and for the keys a key's id.
pub(crate) fn cursor(data: &[u8]) -> bool {
    let Some((choice, cursor)) = data.split_first() else {
        return false;
    };
    let (number, list) = list(*choice);
    let path = format!("{list}?limit=1&cursor={}", escaped(cursor));
    if path.len() > 8_000 {
        return false;
    }
    let answer = SERVER.send(SERVER.get(&path));
    let canonical = match number {
        2 => cursor.len() == 12 && cursor.iter().all(u8::is_ascii_alphanumeric),
        _ => URL_SAFE_NO_PAD
            .decode(cursor)
            .is_ok_and(|bytes| bytes.len() == 16),
    };
    let accepted = canonical || cursor.is_empty();
    let expected = if accepted { [200, 200] } else { [422, 400] };
    assert!(
        expected.contains(&answer.status),
        "{path}: {}",
        answer.status
    );
    accepted && !cursor.is_empty()
}

/// A query as it stands, where it can stand in a request at all.
pub(crate) fn query(data: &[u8]) -> bool {
    let Some((choice, query)) = data.split_first() else {
        return false;
    };
    let (_, list) = list(*choice);
    let Some(query) = text(query) else {
        return false;
    };
    let Ok(uri) = format!("{list}?{query}").parse::<axum::http::Uri>() else {
        return false;
    };
    let mut request = SERVER.get(list);
    *request.uri_mut() = uri;
    let answer = SERVER.send(request);
    assert!(
        [200, 400, 422].contains(&answer.status),
        "{list}?{query}: {}",
        answer.status
    );
    if answer.status == 200 {
        let page = answer.json();
        let items = page["items"].as_array().expect("a page");
        assert!(items.len() <= 200 && page.get("nextCursor").is_some());
    }
    answer.status == 200
}

const HEADERS: [&str; 10] = [
    "x-api-key",
    "idempotency-key",
    "if-match",
    "traceparent",
    "content-type",
    "accept",
    "origin",
    "x-request-id",
    "range",
    "accept-language",
];

/// A header with anything in it. Only the key that was given out opens anything.
pub(crate) fn header(data: &[u8]) -> bool {
    let Some((choice, value)) = data.split_first() else {
        return false;
    };
    let name = HEADERS[chosen(*choice, HEADERS.len())];
    let value = SERVER.fill(value);
    let Ok(header) = HeaderValue::from_bytes(&value) else {
        return false;
    };
    let body = br#"{"name":"copy"}"#.to_vec();
    let path = format!("/v1/trust/templates/{}", SERVER.word("{template}"));
    let mut taken = true;
    for mut request in [
        SERVER.get(&path),
        SERVER.get("/v/TRF-91A5KYWKANKS3"),
        SERVER.json("POST", &format!("{path}/duplicate"), body),
    ] {
        request.headers_mut().insert(name, header.clone());
        let public = request.uri().path().starts_with("/v/");
        let answer = SERVER.runtime.block_on(async {
            let response = SERVER
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            response.status().as_u16()
        });
        assert!(answer < 500, "{name}: {answer}");
        if name == "x-api-key" && !public && value != SERVER.key.as_bytes() {
            assert!(answer >= 400, "{name} {value:?}: {answer}");
        }
        taken &= answer < 400;
    }
    taken
}

/// A body of JSON, or of what is none. What is issued from it verifies, and is the document that is kept.
pub(crate) fn json_body(data: &[u8]) -> bool {
    let Some((choice, body)) = data.split_first() else {
        return false;
    };
    let (document, template) = (SERVER.word("{document}"), SERVER.word("{template}"));
    let route = chosen(*choice, 10);
    let (method, path) = match route {
        0 => ("POST", "/v1/trust/issuances".to_owned()),
        1 => ("POST", "/v1/trust/templates".to_owned()),
        // Of an id that is nobody's: what is read from the body is the same, and the template stays.
        2 => (
            "PUT",
            "/v1/trust/templates/01890000-0000-7000-8000-000000000000".to_owned(),
        ),
        3 => ("POST", format!("/v1/trust/templates/{template}/duplicate")),
        4 => ("POST", format!("/v1/trust/issuances/{document}/lifecycle")),
        5 => ("POST", format!("/v1/trust/issuances/{document}/replace")),
        6 => (
            "POST",
            "/v1/trust/issuances/01890000-0000-7000-8000-000000000000/erase".to_owned(),
        ),
        7 => ("POST", "/v1/trust/verify/by-reference".to_owned()),
        8 => ("POST", "/v1/trust/verify/by-hash".to_owned()),
        _ => ("POST", "/v1/api-keys".to_owned()),
    };
    let answer = SERVER.send(SERVER.json(method, &path, SERVER.fill(body)));
    if route == 0 && answer.status == 201 {
        issued(&answer);
    }
    if matches!(route, 7 | 8) && answer.status == 200 {
        assert!(answer.json()["verdict"].is_string());
    }
    answer.status < 300
}

/// A body of parts with the separator `x`.
pub(crate) fn multipart(data: &[u8]) -> bool {
    let Some((choice, body)) = data.split_first() else {
        return false;
    };
    let path = ["/v1/trust/issuances", "/v1/trust/verify/by-file"][chosen(*choice, 2)];
    let mut request = SERVER.json("POST", path, SERVER.fill(body));
    let kind = HeaderValue::from_static("multipart/form-data; boundary=x");
    request.headers_mut().insert("content-type", kind);
    let answer = SERVER.send(request);
    if answer.status == 201 {
        issued(&answer);
    }
    answer.status < 300
}

fn issued(answer: &Answer) {
    let document = answer.json();
    let path = format!(
        "/v1/trust/issuances/{}",
        document["id"].as_str().expect("an id")
    );
    let kept = SERVER.send(SERVER.get(&path)).json();
    for member in [
        "reference",
        "credential",
        "recipientName",
        "fields",
        "contentHash",
        "expiresAt",
    ] {
        assert_eq!(kept[member], document[member], "{member}");
    }
    let question = json!({"reference": document["reference"]})
        .to_string()
        .into_bytes();
    let told = SERVER
        .send(SERVER.json("POST", "/v1/trust/verify/by-reference", question))
        .json();
    // The clock goes on by a millisecond with every request, so that an end may just have come.
    let expected = document["expiresAt"].is_string() && told["verdict"] == "expired";
    assert!(told["verdict"] == "valid" || expected, "{document}\n{told}");
}

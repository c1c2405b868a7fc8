//! What is tried again, how often, and under which idempotency key.

use std::time::{Duration, Instant};

use ananke_client::Error;
use ananke_client::api::Code;
use ananke_client::api::api_key::CreateApiKey;

use crate::script::{Answer, KEY, Script};

const AT_ONCE: &str = "retry-after: 0\r\n";
pub(crate) const WHOAMI: &str = r#"{"tenant":"T","issuerCode":"ACME01","key":{"id":"k","name":"n","prefix":"p","mode":"live",
    "environment":"production","service":null,"scopes":["*"],"expiresAt":null,"supersededBy":null},
    "limits":{"pdfMaxBytes":1,"fieldValueMaxChars":1,"idempotencyHours":72}}"#;

#[tokio::test]
async fn passing_failures_are_tried_again() {
    for status in [408, 429, 500, 503] {
        let server = Script::start(vec![
            Answer::Http(status, AT_ONCE, ""),
            Answer::HangUp,
            Answer::Http(200, "", WHOAMI),
        ]);
        let whoami = server.client().whoami().await.unwrap();
        assert_eq!(whoami.tenant, "T");
        assert_eq!(server.seen().len(), 3, "{status}");
    }
}

#[tokio::test]
async fn two_retries_and_no_more() {
    let server = Script::start((0..9).map(|_| Answer::Http(503, AT_ONCE, "")).collect());
    let error = server.client().whoami().await.unwrap_err();
    assert_eq!(error.api().unwrap().status, 503);
    assert_eq!(server.seen().len(), 3);
    let server = Script::start((0..9).map(|_| Answer::Http(503, AT_ONCE, "")).collect());
    server
        .builder()
        .api_key(KEY)
        .max_retries(0)
        .build()
        .unwrap()
        .whoami()
        .await
        .unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn refusals_are_final() {
    for status in [400, 401, 403, 404, 409, 412, 422] {
        let server = Script::start(vec![Answer::Http(
            status,
            AT_ONCE,
            r#"{"code":"CONFLICT","message":"no","requestId":"r","traceId":"t"}"#,
        )]);
        let error = server.client().whoami().await.unwrap_err();
        assert_eq!(error.code(), Some(Code::Conflict));
        assert_eq!(error.to_string(), format!("{status}: no (request r)"));
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn one_call_has_one_idempotency_key() {
    let server = Script::start(vec![
        Answer::Http(503, AT_ONCE, ""),
        Answer::HangUp,
        Answer::Http(409, "", ""),
        Answer::Http(409, "", ""),
    ]);
    let client = server.client();
    let request = CreateApiKey {
        name: "n".to_owned(),
        ..CreateApiKey::default()
    };
    for _ in 0..2 {
        assert!(client.api_keys().create(&request).await.is_err());
    }
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 4);
    assert!(keys[0] == keys[1] && keys[1] == keys[2], "{keys:?}");
    assert_ne!(keys[2], keys[3]);
}

#[tokio::test]
async fn the_server_names_the_wait() {
    let server = Script::start(vec![
        Answer::Http(429, "retry-after: 1\r\n", ""),
        Answer::Http(200, "", WHOAMI),
    ]);
    let began = Instant::now();
    server.client().whoami().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    // More patience than anybody has: the answer goes to the caller, who can read how long.
    let server = Script::start(vec![Answer::Http(429, "retry-after: 3600\r\n", "")]);
    let error = server.client().whoami().await.unwrap_err();
    assert_eq!(
        error.api().unwrap().retry_after,
        Some(Duration::from_secs(3600))
    );
}

#[tokio::test]
async fn silence_has_an_end() {
    let server = Script::start(vec![Answer::Silence]);
    let client = server
        .builder()
        .api_key(KEY)
        .timeout(Duration::from_millis(100))
        .max_retries(0)
        .build()
        .unwrap();
    let error = client.whoami().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn nobody_there() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let client = ananke_client::Client::builder()
        .base_url(&url)
        .api_key(KEY)
        .max_retries(0)
        .build()
        .unwrap();
    let error = client.whoami().await.unwrap_err();
    assert!(
        matches!(&error, Error::Connection { origin, .. } if *origin == url),
        "{error}"
    );
    assert!(error.to_string().contains("refused"), "{error}");
}

//! Keys that a provider gives, and what is told of a call to whoever traces.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ananke_client::trust::DocumentFilter;
use ananke_client::{Client, Error};
use secrecy::SecretString;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::retries::WHOAMI;
use crate::script::{Answer, Script};

const OLD: &str = "ak_test_0123456789abOLDSECRETxxxxxxxxxxxxxxxxxxxxxxx";
const NEW: &str = "ak_test_ba9876543210NEWSECRETxxxxxxxxxxxxxxxxxxxxxxx";
const REFUSED: Answer = Answer::Http(401, "", r#"{"code":"UNAUTHORIZED","message":"no"}"#);
const TAKEN: Answer = Answer::Http(200, "", WHOAMI);

/// A client whose provider gives these keys one after the other, the last again and again; and how often it was asked.
fn provided(server: &Script, keys: &'static [&'static str]) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = move || {
        let at = count.fetch_add(1, Ordering::SeqCst).min(keys.len() - 1);
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            match keys[at] {
                "" => Err(io::Error::other("the vault is away")),
                key => Ok(SecretString::from(key)),
            }
        }
    };
    let client = server.builder().api_key_from(provider).build().unwrap();
    (client, asked)
}

fn keys(server: &Script) -> Vec<String> {
    let seen = server.seen();
    let keys = seen.iter().filter_map(|seen| seen.header("x-api-key"));
    keys.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_rotated_key_is_asked_for_once_and_the_call_goes_on() {
    let server = Script::start(vec![TAKEN, REFUSED, TAKEN, TAKEN]);
    let (client, asked) = provided(&server, &[OLD, NEW]);
    assert!(format!("{client:?}").contains("(provided)"));
    for _ in 0..3 {
        client.whoami().await.unwrap();
    }
    assert_eq!(keys(&server), [OLD, OLD, NEW, NEW]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_at_the_same_time_ask_once() {
    let server = Script::start((0..4).map(|_| TAKEN).collect());
    let (client, asked) = provided(&server, &[OLD]);
    let (one, other) = (client.clone(), client.clone());
    let calls = tokio::join!(client.whoami(), one.whoami(), other.whoami());
    assert!(calls.0.is_ok() && calls.1.is_ok() && calls.2.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    let server = Script::start(vec![TAKEN, REFUSED, REFUSED, TAKEN, TAKEN]);
    let (client, asked) = provided(&server, &[OLD, NEW]);
    client.whoami().await.unwrap();
    let other = client.clone();
    let calls = tokio::join!(client.whoami(), other.whoami());
    assert!(calls.0.is_ok() && calls.1.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_key_that_stays_refused_is_asked_for_once() {
    let server = Script::start((0..9).map(|_| REFUSED).collect());
    let (client, asked) = provided(&server, &[OLD]);
    let error = client.whoami().await.unwrap_err();
    assert_eq!(error.api().unwrap().status, 401);
    assert_eq!(keys(&server), [OLD]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let (client, asked) = provided(&server, &[OLD, NEW]);
    assert!(client.whoami().await.is_err());
    assert_eq!(keys(&server), [OLD, OLD, NEW]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_that_waited_share_what_came_of_it() {
    // The provider fails, and those who waited meanwhile do not ask once more each.
    let server = Script::start(Vec::new());
    let (client, asked) = provided(&server, &[""]);
    let (one, other) = (client.clone(), client.clone());
    let calls = tokio::join!(client.whoami(), one.whoami(), other.whoami());
    for failed in [calls.0, calls.1, calls.2] {
        let error = failed.unwrap_err();
        assert!(error.to_string().contains("the vault is away"), "{error}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // The key stays what it was, and is refused to all of them.
    let server = Script::start([TAKEN].into_iter().chain((0..9).map(|_| REFUSED)).collect());
    let (client, asked) = provided(&server, &[OLD]);
    client.whoami().await.unwrap();
    let (one, other) = (client.clone(), client.clone());
    let calls = tokio::join!(client.whoami(), one.whoami(), other.whoami());
    assert!(calls.0.is_err() && calls.1.is_err() && calls.2.is_err());
    let times = asked.load(Ordering::SeqCst);
    assert!(times < 4, "{times}");
}

#[tokio::test]
async fn a_provider_that_fails_is_asked_again_by_the_next_call() {
    let server = Script::start(vec![TAKEN]);
    let (client, _) = provided(&server, &["", "sk_live_SECRET_OF_ANOTHER_SYSTEM", OLD]);
    let error = client.whoami().await.unwrap_err();
    assert!(matches!(error, Error::Provider(_)), "{error}");
    assert!(error.to_string().contains("the vault is away"), "{error}");
    let error = client.whoami().await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(
        said.contains("ak_live_") && !said.contains("SECRET"),
        "{said}"
    );
    assert!(server.seen().is_empty());
    client.whoami().await.unwrap();
}

/// Keeps what is written to it.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_a_span_without_anything_secret() {
    let server = Script::start(vec![
        Answer::Http(503, "retry-after: 0\r\n", ""),
        Answer::Http(
            200,
            "x-request-id: req-17\r\n",
            r#"{"items":[],"nextCursor":null}"#,
        ),
    ]);
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_span_events(FmtSpan::CLOSE)
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .finish();
    let told = tracing::subscriber::set_default(subscriber);
    let filter = DocumentFilter {
        recipient: Some("Zoë Ångström".to_owned()),
        ..DocumentFilter::default()
    };
    server
        .client()
        .trust()
        .documents()
        .list(&filter)
        .await
        .unwrap();
    drop(told);
    let said = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let last = said.lines().rfind(|line| line.contains("close")).unwrap();
    for words in [
        "otel.name=GET /base/v1/trust/issuances",
        "http.response.status_code=200",
        "ananke.request_id=\"req-17\"",
        "ananke.tries=2",
    ] {
        assert!(last.contains(words), "{words}: {last}");
    }
    assert!(said.contains("trying again"), "{said}");
    for secret in ["ak_live_", "SECRET", "Zo", "ngstr"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

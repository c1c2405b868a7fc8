//! What is sent, and what is kept.

use ananke_client::api::lifecycle::Status;
use ananke_client::trust::{DocumentFilter, Issue};
use ananke_client::{Client, Error};

use crate::script::{Answer, KEY, Script};

const VERIFICATION: &str = r#"{"verdict":"not_found","indication":{"indication":"INDETERMINATE","subIndication":null},"status":null,"reference":null,
    "issuer":null,"issuerName":null,"issuerCode":null,"recipientName":null,"documentType":null,"documentTitle":null,
    "issuedAt":null,"awardedOn":null,"expiresAt":null,"mode":null,"matches":[],"trustAnchor":null,"checks":[],"statusAsOf":null,
    "server":null}"#;

#[tokio::test]
async fn a_missing_key_fails_on_the_first_call_that_needs_one() {
    let server = Script::start(vec![Answer::Http(200, "", VERIFICATION)]);
    let client = server.builder().build().unwrap();
    assert!(matches!(client.whoami().await, Err(Error::MissingKey)));
    assert!(server.seen().is_empty());
    client
        .trust()
        .verify()
        .by_reference("TRF-ABCD1234")
        .await
        .unwrap();
    assert_eq!(server.seen()[0].header("x-api-key"), None);
    assert_eq!(
        server.seen()[0].line,
        "POST /base/v1/trust/verify/by-reference"
    );
    assert_eq!(server.seen()[0].body, br#"{"reference":"TRF-ABCD1234"}"#);
    assert_eq!(server.seen()[0].header("idempotency-key"), None);
}

#[tokio::test]
async fn the_key_stands_in_its_header_and_nowhere_else() {
    let server = Script::start(vec![
        Answer::Http(200, "", "not json"),
        Answer::Http(401, "", r#"{"code":"UNAUTHORIZED","message":"no"}"#),
    ]);
    let client = server.client();
    let mut said = format!("{client:?} {:?}", client.trust().documents());
    for _ in 0..2 {
        let error = client.whoami().await.unwrap_err();
        said += &format!("{error} {error:?}");
    }
    assert!(
        !said.contains("SECRET") && !said.contains("ak_live"),
        "{said}"
    );
    for seen in server.seen() {
        assert_eq!(seen.header("x-api-key"), Some(KEY));
        assert_eq!(seen.line, "GET /base/v1/whoami");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Script::start(vec![]);
    let server = Script::start(vec![Answer::Http(
        302,
        "location: http://127.0.0.1:1/\r\n",
        "",
    )]);
    let error = server.client().whoami().await.unwrap_err();
    assert_eq!(error.api().unwrap().status, 302);
    assert!(error.to_string().contains("set the base URL"), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn published_files_are_asked_for_without_a_key() {
    let server = Script::start(vec![Answer::Http(200, "", "a.b.c")]);
    let bundle = server
        .client()
        .published()
        .trust_bundle(ananke_format::Mode::Test)
        .await
        .unwrap();
    assert_eq!(bundle, "a.b.c");
    assert_eq!(server.seen()[0].line, "GET /base/trust/test.jws");
    assert_eq!(server.seen()[0].header("x-api-key"), None);
}

#[tokio::test]
async fn lists_follow_their_cursor() {
    let server = Script::start(vec![
        Answer::Http(200, "", r#"{"items":[],"nextCursor":"c/1"}"#),
        Answer::Http(200, "", r#"{"items":[],"nextCursor":null}"#),
    ]);
    let filter = DocumentFilter {
        status: Some(Status::Active),
        recipient: Some("Zoë & Co".to_owned()),
        ..Default::default()
    };
    let all = server
        .client()
        .trust()
        .documents()
        .list_all(filter)
        .collect()
        .await
        .unwrap();
    assert!(all.is_empty());
    let lines: Vec<_> = server.seen().into_iter().map(|seen| seen.line).collect();
    let first = "GET /base/v1/trust/issuances?status=Active&recipient=Zo%C3%AB+%26+Co";
    assert_eq!(lines, [first.to_owned(), format!("{first}&cursor=c%2F1")]);
}

#[tokio::test]
async fn an_issuance_says_only_what_was_set() {
    let server = Script::start(vec![Answer::Http(
        422,
        "",
        r#"{"errors":{"pdf":["is not a PDF"]}}"#,
    )]);
    let issue = Issue::new(Default::default(), "Zoë")
        .field("course", "Reading")
        .pdf(b"%PDF");
    let error = server
        .client()
        .trust()
        .documents()
        .issue(&issue.into())
        .await
        .unwrap_err();
    assert_eq!(error.api().unwrap().field_errors[0].field, "pdf");
    let body: serde_json::Value = serde_json::from_slice(&server.seen()[0].body).unwrap();
    let expected = serde_json::json!({
        "templateId": "00000000-0000-0000-0000-000000000000",
        "recipientName": "Zoë",
        "fields": [{"key": "course", "value": "Reading"}],
        "pdf": "JVBERg==",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_file_goes_as_a_form() {
    let server = Script::start(vec![Answer::HangUp, Answer::Http(200, "", VERIFICATION)]);
    server
        .client()
        .trust()
        .verify()
        .by_file(b"%PDF-1.7".to_vec())
        .await
        .unwrap();
    for seen in server.seen() {
        assert!(
            seen.header("content-type")
                .unwrap()
                .starts_with("multipart/form-data; boundary=")
        );
        let body = String::from_utf8_lossy(&seen.body).into_owned();
        assert!(
            body.contains("name=\"pdf\"") && body.contains("%PDF-1.7"),
            "{body}"
        );
    }
}

#[test]
fn keys_do_not_leave_this_machine_in_clear() {
    let built = Client::builder()
        .base_url("http://documents.example.org")
        .api_key(KEY)
        .build();
    assert!(matches!(built, Err(Error::Setup(_))));
}

//! Everything one can ask a server for, rightly and wrongly, with a secret or somebody's name wherever one can stand.

use ananke_format::api_key::ApiKey;
use ananke_rig::http::Answer;
use ananke_rig::needles::Canary;
use serde_json::{Value, json};

use crate::watched::Watched;

/// Asks for everything, rightly and wrongly; gives the documents that were issued, and the secrets that were made.
pub(crate) fn everything(watched: &mut Watched<'_>) -> (Vec<String>, Vec<Canary>) {
    let planted = watched.planted;
    let p = |name: &str| planted.personal(name);
    let key = [("x-api-key", planted.first.expose())];
    let id = |answer: &Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let template = json!({ "name": "Diploma", "docType": "certificate", "schema": [
        { "key": "course", "label": "Course", "required": true }, { "key": "mail", "label": "Mail", "type": "email" }] });
    let template = id(&watched.post("/v1/trust/templates", &key, &template));
    let mut request = json!({ "templateId": template, "recipientName": p("recipientName"),
        "recipientEmail": p("recipientEmail"), "documentTitle": p("documentTitle"), "externalId": p("externalId"),
        "fields": [{ "key": "course", "value": p("field") }] });

    // Issued, as JSON, with a repeated key, and as parts with a file.
    let once = [key[0], ("idempotency-key", "one")];
    let first = watched.post("/v1/trust/issuances", &once, &request);
    assert_eq!(first.status, 201, "{}", first.json());
    assert_eq!(
        watched.post("/v1/trust/issuances", &once, &request).status,
        201
    );
    assert_eq!(watched.post("/v1/trust/issuances", &once, "{}").status, 422);
    assert_eq!(
        watched.post("/v1/trust/issuances", &key, &request).status,
        409
    );
    request["externalId"] = Value::Null;
    let pdf = format!(
        "%PDF-1.7\n% {}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        p("pdf")
    );
    let parts = format!(
        "--limit\r\ncontent-disposition: form-data; name=\"request\"\r\n\r\n{request}\r\n--limit\r\n\
        content-disposition: form-data; name=\"pdf\"; filename=\"{}.pdf\"\r\n\r\n{pdf}\r\n--limit--\r\n",
        p("recipientName")
    );
    let multipart = [
        key[0],
        ("content-type", "multipart/form-data; boundary=limit"),
    ];
    let second = watched.post("/v1/trust/issuances", &multipart, &parts);
    assert_eq!(second.status, 201, "{}", second.json());
    let mut documents = vec![id(&first), id(&second)];

    // Led through its life, with words of people in the notes.
    let path = format!("/v1/trust/issuances/{}", documents[0]);
    for action in ["suspend", "reinstate", "revoke", "revoke"] {
        let body = json!({ "action": action, "note": p("note") }).to_string();
        watched.post(&format!("{path}/lifecycle"), &key, &body);
    }
    let replaced = watched.post(
        &format!("/v1/trust/issuances/{}/replace", documents[1]),
        &key,
        &request,
    );
    assert_eq!(replaced.status, 201, "{}", replaced.json());
    documents.push(id(&replaced));

    // Read in every way there is.
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let (name, mail) = (escaped(p("recipientName")), escaped(p("recipientEmail")));
    let external = escaped(p("externalId"));
    for path in [
        path.clone(),
        format!("{path}/pdf"),
        format!("{path}/credential"),
        format!("{path}/events"),
        "/v1/trust/issuances".to_owned(),
        format!("/v1/trust/issuances?recipient={name}"),
        format!("/v1/trust/issuances?recipient={mail}"),
        format!("/v1/trust/issuances?externalId={external}"),
        format!("/v1/trust/templates?search={name}"),
        "/v1/trust/verify/history".to_owned(),
        "/v1/whoami".to_owned(),
        format!("/v1/trust/issuances?limit={name}"),
        format!("/v1/trust/issuances?cursor={name}"),
        format!(
            "/v1/trust/issuances/{}",
            escaped(p("a name typed as an address"))
        ),
    ] {
        watched.get(&path, &key);
    }
    let reference = first.json()["reference"].as_str().unwrap().to_owned();
    let typed = p("a name typed as a reference");
    for reference in [reference.as_str(), typed, &typed.repeat(9)] {
        let question = json!({ "reference": reference }).to_string();
        watched.post("/v1/trust/verify/by-reference", &[], &question);
        watched.get(&format!("/v/{}", escaped(reference)), &[]);
    }
    let question = json!({ "hash": typed, "issuerCode": typed }).to_string();
    watched.post("/v1/trust/verify/by-hash", &[], &question);
    watched.post("/v1/trust/verify/by-file", &multipart[1..], &parts);

    documents.extend(refused(watched, &request));

    // Keys: made with a repeated request, used, shown in lists, deleted; and by the operator.
    let twice = [key[0], ("idempotency-key", "two")];
    let made = watched.post("/v1/api-keys", &twice, json!({ "name": "second" }));
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let again = watched.post("/v1/api-keys", &twice, json!({ "name": "second" }));
    assert_eq!((again.status, &again.json()["secret"]), (201, &Value::Null));
    assert_eq!(
        watched.get("/v1/whoami", &[("x-api-key", &secret)]).status,
        200
    );
    watched.get("/v1/api-keys", &key);
    let gone = format!("/v1/api-keys/{}?force=true", id(&made));
    assert_eq!(watched.delete(&gone, &key).status, 204);
    assert_eq!(
        watched.get("/v1/whoami", &[("x-api-key", &secret)]).status,
        401
    );
    watched.words(&["config", "show"]);
    watched.words(&["audit", "verify"]);
    let third = [
        "--name", "third", "--mode", "live", "--tenant", "CANARY", "-o", "json",
    ];
    let third = watched.words(&[&["keys", "create"][..], &third].concat());
    // What is said to people stands behind it.
    let mut third = serde_json::Deserializer::from_str(&third).into_iter::<Value>();
    let third = third.next().unwrap().unwrap();
    let third = ApiKey::parse(third["secret"].as_str().unwrap()).unwrap();
    let secret = ApiKey::parse(&secret).unwrap();
    let mut secrets = vec![
        Canary::new("the second key", secret.expose_secret()),
        Canary::new("the third key", third.expose_secret()),
    ];
    secrets.extend(channels(watched));
    (documents, secrets)
}

/// Channels for alerts, at which nobody listens: made, tried, and given another secret.
fn channels(watched: &mut Watched<'_>) -> Vec<Canary> {
    let key = [("x-api-key", watched.planted.first.expose())];
    let mut secrets = Vec::new();
    for channel in [
        json!({ "kind": "email", "target": "registrar@example.org" }),
        json!({ "kind": "webhook", "target": "https://127.0.0.1:9/" }),
    ] {
        let made = watched.post("/v1/alert-channels", &key, &channel);
        assert_eq!(made.status, 201, "{}", made.json());
        let path = format!("/v1/alert-channels/{}", made.json()["id"].as_str().unwrap());
        let rotated = watched.post(&format!("{path}/rotate-secret"), &key, "{}");
        let is_mail = channel["kind"] == "email";
        assert_eq!(rotated.status == 409, is_mail, "{}", rotated.json());
        for (name, answer) in [
            ("the first secret of a webhook", made),
            ("its second secret", rotated),
        ] {
            if let Some(secret) = answer.json()["secret"].as_str() {
                secrets.push(Canary::new(name, secret.trim_start_matches("whsec_")));
            }
        }
        let tested = watched.post(&format!("{path}/test"), &key, "{}");
        assert_eq!(tested.json()["delivered"], false, "{}", tested.json());
    }
    watched.get("/v1/alert-channels", &key);
    assert_eq!(secrets.len(), 2);
    secrets
}

/// What is refused, with a secret or somebody's name in it, wherever one can stand.
pub(crate) fn refused(watched: &mut Watched<'_>, request: &Value) -> Vec<String> {
    let planted = watched.planted;
    let (first, unknown) = (planted.first.expose(), planted.unknown.expose());
    let name = planted.personal("recipientName");
    let issue = "/v1/trust/issuances";
    let mistyped = format!("{}0", &first[..first.len() - 1]);
    let mistyped = if mistyped == first {
        format!("{}1", &first[..first.len() - 1])
    } else {
        mistyped
    };
    for key in [
        unknown,
        &mistyped,
        &first[..40],
        &first.replace("live", "test"),
        &format!("{first} {unknown}"),
        name,
    ] {
        let refused = watched.get("/v1/whoami", &[("x-api-key", key)]);
        assert_eq!(refused.status, 401);
    }
    let bearer = format!("Bearer {unknown}");
    let mut issued = Vec::new();
    let browser = [("x-api-key", first), ("origin", "https://a.example")];
    for headers in [
        &[("authorization", bearer.as_str())][..],
        &browser,
        &[("cookie", unknown)],
        &[("traceparent", unknown)],
        &[("x-api-key", first), ("idempotency-key", "\u{e9}")],
        &[("x-api-key", first), ("if-match", name)],
    ] {
        watched.get("/v1/whoami", headers);
        let answer = watched.post(issue, headers, request);
        if answer.status == 201 {
            issued.push(answer.json()["id"].as_str().unwrap().to_owned());
        }
    }
    for path in [
        format!("/v1/whoami?api_key={unknown}"),
        format!("/v1/trust/issuances?key={unknown}"),
        format!("/{unknown}"),
        format!("/v1/{unknown}"),
        format!("/v1/trust/issuances/{unknown}"),
        format!("/v1/api-keys/{unknown}"),
        format!("/v/{unknown}"),
    ] {
        watched.get(&path, &[("x-api-key", first)]);
    }
    let key = [("x-api-key", first)];
    let mut bodies = vec![
        format!("{{\"recipientName\": \"{name}\", }}"),
        format!("\"{name}\""),
        format!("[\"{unknown}\"]"),
        format!("{{\"recipientName\": \"{name}"),
        unknown.to_owned(),
    ];
    for (member, value) in [
        ("recipientEmail", json!(name)),
        ("recipientName", json!([name])),
        ("pdf", json!(name)),
        ("templateId", json!(name)),
        ("expiresAt", json!(name)),
        ("awardedOn", json!(name)),
        ("validityType", json!(name)),
        (
            "fields",
            json!([{ "key": "course", "value": name.repeat(40) }]),
        ),
        ("fields", json!([name])),
        (
            "fields",
            json!([{ "key": "course", "value": name }, { "key": "mail", "value": name }]),
        ),
        ("fields", json!([{ "key": "course", "value": [unknown] }])),
        ("deliver", json!(unknown)),
    ] {
        let mut body = request.clone();
        body[member] = value;
        bodies.push(body.to_string());
    }
    for body in bodies {
        let answer = watched.post(issue, &key, &body);
        assert!(
            (400..500).contains(&answer.status),
            "{}: {body}",
            answer.status
        );
        watched.post("/v1/trust/templates", &key, &body);
        watched.post("/v1/trust/verify/by-reference", &[], &body);
        watched.post("/v1/api-keys", &key, &body);
    }
    let kind = [key[0], ("content-type", name)];
    watched.post(issue, &kind, request);
    let cut = [key[0], ("content-type", "multipart/form-data; boundary=x")];
    watched.post(
        issue,
        &cut,
        format!("--x\r\ncontent-disposition: form-data; name=\"request\"\r\n\r\n{name}"),
    );
    issued
}

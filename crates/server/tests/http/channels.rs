//! Alerts are delivered: by signed webhooks and by mail, once each, and to nobody who is not meant.

use ananke_format::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::certificates::{Ca, self_signed};
use crate::receivers::{Got, Receiver, acceptor, mail_server};
use crate::shape::shape;
use crate::world::{START, World};

/// HMAC-SHA256 by RFC 2104, which the server has from its library.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |byte: u8| -> Vec<u8> {
        let padded = key.iter().copied().chain(std::iter::repeat(0)).take(64);
        padded.map(|b| b ^ byte).collect()
    };
    let inner = Sha256::of_parts(&[&pad(0x36), message]);
    let inner = hex(&inner.to_string());
    hex(&Sha256::of_parts(&[&pad(0x5c), &inner]).to_string())
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The signature that this secret gives.
pub(crate) fn signed(secret: &str, got: &Got) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    assert_eq!(key.len(), 32);
    let head = format!(
        "{}.{}.",
        got.header("webhook-id"),
        got.header("webhook-timestamp")
    );
    let message = [head.as_bytes(), &got.body].concat();
    format!("v1,{}", STANDARD.encode(hmac(&key, &message)))
}

pub(crate) async fn add(world: &World, kind: &str, target: &str) -> Value {
    let body = json!({ "kind": kind, "target": target });
    world.post("/v1/alert-channels", body).await.ok(201)
}

pub(crate) async fn test(world: &World, channel: &Value) -> Value {
    let path = format!("/v1/alert-channels/{}/test", text(channel, "id"));
    world.post(&path, json!({})).await.ok(200)
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// The channel as it is listed.
async fn listed(world: &World, channel: &Value) -> Value {
    let all = world.get("/v1/alert-channels").await.ok(200);
    let mut items = all["items"].as_array().unwrap().iter();
    let found = items.find(|item| item["id"] == channel["id"]);
    found.cloned().unwrap_or(Value::Null)
}

/// Somebody finds a key: an alert. Gives its id.
async fn alert(world: &World) -> String {
    let made = world
        .post("/v1/api-keys", json!({ "name": "leaky" }))
        .await
        .ok(201);
    let report = world.ask("/v1/leaks", json!({ "keys": [made["secret"]] }));
    assert_eq!(report.await.status, 202);
    let open = world.get("/v1/alerts?state=open&limit=1").await.ok(200);
    text(&open["items"][0], "id").to_owned()
}

/// Waits for something that a job does.
async fn until<F: Future<Output = bool>>(what: &str, done: impl Fn() -> F) {
    for _ in 0..300 {
        if done().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("waited in vain: {what}");
}

async fn events(world: &World, kind: &str) -> Vec<Value> {
    let path = format!("/v1/audit-events?type={kind}");
    let found = world.get(&path).await.ok(200);
    found["items"].as_array().unwrap().clone()
}

on_both_engines! {
    async fn a_webhook_is_told_once_and_signed(world) {
        let receiver = Receiver::new(&[], None).await;
        let made = add(&world, "webhook", &format!("http://127.0.0.1:{}/hook", receiver.port)).await;
        let secret = text(&made, "secret");
        assert_eq!(listed(&world, &made).await["secret"], Value::Null);
        assert_eq!(test(&world, &made).await, json!({ "delivered": true, "error": null }));
        assert!(listed(&world, &made).await["testedAt"].is_string());
        let id = alert(&world).await;
        until("the alert", || async { receiver.got().len() == 2 }).await;
        // What is seen again is not told again, and neither is that somebody saw to it.
        let path = format!("/v1/alerts/{id}/acknowledge");
        world.post(&path, json!({})).await.ok(200);
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        let [of_test, of_alert] = &receiver.got()[..] else { panic!("{:?}", receiver.got()) };
        for got in [of_test, of_alert] {
            assert_eq!(got.header("webhook-signature"), signed(secret, got));
            assert_eq!(got.header("webhook-timestamp"), (START / 1_000).to_string());
            assert_eq!(got.header("content-type"), "application/json");
        }
        assert_eq!(of_alert.header("webhook-id"), format!("msg_{}", id.replace('-', "")));
        let body: Value = serde_json::from_slice(&of_alert.body).unwrap();
        assert_eq!((&body["type"], &body["data"]["id"]), (&json!("alert.raised"), &json!(id)));
        assert_eq!(body["data"]["kind"], "leaked_key");
        assert_eq!(body["data"]["of"], "EXAMP1");
        assert_eq!(events(&world, "alert_channel.created").await.len(), 1);
        assert_eq!(events(&world, "alert_channel.tested").await.len(), 1);
        let body = json!({ "kind": "webhook", "target": "http://127.0.0.1:1/" });
        let made = world.post("/v1/alert-channels", body).await.ok(201);
        snapshot!("alert-channel-made", shape(made));
    }

    async fn a_receiver_that_fails_is_tried_again_with_the_same_id(world) {
        let receiver = Receiver::new(&["500 Oh", "302 Found\r\nlocation: /there"], None).await;
        let made = add(&world, "webhook", &format!("http://127.0.0.1:{}/", receiver.port)).await;
        alert(&world).await;
        for (tries, why) in [(1, "refused"), (2, "redirected")] {
            until(why, || async {
                receiver.got().len() == tries && listed(&world, &made).await["lastError"] == why
            }).await;
            // The second wait is five minutes.
            world.wait(if tries == 1 { 5_000 } else { 299_000 });
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        assert_eq!(receiver.got().len(), 2, "not before its time");
        world.wait(2_000);
        until("the third try", || async { receiver.got().len() == 3 }).await;
        world.wait(100_000_000);
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        let ids: Vec<String> = receiver.got().iter().map(|got| got.header("webhook-id").to_owned()).collect();
        let of_alert = ids.iter().filter(|id| **id == ids[0]).count();
        assert_eq!(of_alert, 3, "{ids:?}");
        assert_eq!(listed(&world, &made).await["testedAt"], Value::Null);
    }

    async fn a_receiver_that_is_gone_is_told_no_more(world) {
        let receiver = Receiver::new(&["410 Gone"], None).await;
        let made = add(&world, "webhook", &format!("http://127.0.0.1:{}/", receiver.port)).await;
        alert(&world).await;
        until("gone", || async { listed(&world, &made).await.is_null() }).await;
        let deleted = events(&world, "alert_channel.deleted").await;
        assert_eq!((&deleted[0]["actor"], &deleted[0]["data"]["reason"]), (&json!("system"), &json!("gone")));
        alert(&world).await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        assert_eq!(receiver.got().len(), 1);
    }

    async fn a_secret_is_changed_while_both_are_good(world) {
        let receiver = Receiver::new(&[], None).await;
        let made = add(&world, "webhook", &format!("http://127.0.0.1:{}/", receiver.port)).await;
        let path = format!("/v1/alert-channels/{}/rotate-secret", text(&made, "id"));
        let rotated = world.post(&path, json!({ "overlapSeconds": 60 })).await.ok(200);
        let (old, new) = (text(&made, "secret"), text(&rotated, "secret"));
        assert_ne!(old, new);
        test(&world, &made).await;
        world.wait(60_000);
        test(&world, &made).await;
        let got = receiver.got();
        let both = format!("{} {}", signed(new, &got[0]), signed(old, &got[0]));
        assert_eq!(got[0].header("webhook-signature"), both);
        assert_eq!(got[1].header("webhook-signature"), signed(new, &got[1]));
        assert_eq!(events(&world, "alert_channel.secret_rotated").await.len(), 1);
        world.post(&path, json!({ "overlapSeconds": 700_000 })).await.fails(422, "VALIDATION_FAILED");
        // Shown once, also to whoever asks the same again.
        let ask = || {
            let body = json!({ "kind": "webhook", "target": "http://127.0.0.1:1/" });
            let request = world.request("POST", "/v1/alert-channels").header("x-api-key", &world.live);
            crate::world::Answer::of(request.header("idempotency-key", "once").json(&body))
        };
        let (first, second) = (ask().await.ok(201), ask().await.ok(201));
        assert!(first["secret"].is_string() && second["secret"].is_null(), "{second}");
        assert_eq!((&second["id"], &second["secretShownOnce"]), (&first["id"], &json!(true)));
    }

    async fn certificates_of_receivers_are_checked(world) {
        let mut world = world;
        let ca = Ca::new();
        let file = world.dir.path().join("ca.pem");
        ca.write(&file);
        world.stop().await;
        world.start(&[("outgoing.ca_file", &file.display().to_string())]).await.unwrap();
        for (pair, error) in [
            (ca.sign(&["localhost"]), Value::Null),
            (self_signed(&["localhost"]), json!("certificate")),
            (ca.sign(&["other.example"]), json!("certificate")),
            (ca.sign_expired(&["localhost"]), json!("certificate")),
            (Ca::new().sign(&["localhost"]), json!("certificate")),
        ] {
            let receiver = Receiver::new(&[], Some(acceptor(&pair))).await;
            let made = add(&world, "webhook", &format!("https://localhost:{}/", receiver.port)).await;
            let tested = test(&world, &made).await;
            assert_eq!(tested["error"], error, "{tested}");
            assert_eq!(receiver.got().len(), usize::from(error.is_null()));
            assert_eq!(listed(&world, &made).await["lastError"], error);
        }
    }

    async fn mail_says_what_happened(world) {
        let mut world = world;
        let body = json!({ "kind": "email", "target": "ops@example.org" });
        let refused = world.post("/v1/alert-channels", body).await.fails(422, "VALIDATION_FAILED");
        assert!(refused["errors"]["kind"][0].as_str().unwrap().contains("smtp.host"), "{refused}");
        let ca = Ca::new();
        let file = world.dir.path().join("ca.pem");
        ca.write(&file);
        let file = file.display().to_string();
        let (port, heard) = mail_server(Some(acceptor(&ca.sign(&["localhost"])))).await;
        let mut others = Vec::new();
        for pair in [self_signed(&["localhost"]), ca.sign(&["other.example"]), ca.sign_expired(&["localhost"])] {
            others.push((mail_server(Some(acceptor(&pair))).await, "certificate"));
        }
        others.push((mail_server(None).await, "unreachable"));
        let port = port.to_string();
        let settings = [
            ("smtp.host", "localhost"), ("smtp.from", "ananke@example.org"), ("smtp.username", "ananke"),
            ("smtp.password", "correct horse"), ("outgoing.ca_file", &file),
        ];
        world.stop().await;
        world.start(&[&settings[..], &[("smtp.port", &port)]].concat()).await.unwrap();
        let made = add(&world, "email", "ops@example.org").await;
        assert_eq!(made["secret"], Value::Null);
        assert_eq!(test(&world, &made).await["delivered"], true);
        let id = alert(&world).await;
        let mails = || heard.lock().unwrap().iter().filter(|(_, line)| line == "DATA").count();
        until("the mail", || async { mails() == 2 }).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let lines = heard.lock().unwrap().clone();
        let said = |words: &str| lines.iter().filter(|(_, line)| line.contains(words)).count();
        assert_eq!(said("RCPT TO:<ops@example.org>"), 2);
        assert_eq!(said("Subject: [critical] leaked_key (EXAMP1)"), 1, "{lines:?}");
        assert_eq!(said(&format!("Message-ID: <msg_{}.", id.replace('-', ""))), 1, "{lines:?}");
        assert!(said("leaked_key") >= 2 && said("roll it now") == 1, "{lines:?}");
        // Name and password are said in TLS only.
        assert!(lines.iter().all(|(is_tls, line)| *is_tls || !line.starts_with("AUTH")));
        assert_eq!(said("AUTH PLAIN"), 2);
        // Neither to whoever does not prove who it is, nor in clear where nobody offers more.
        for ((port, heard), error) in others {
            world.stop().await;
            world.start(&[&settings[..], &[("smtp.port", &port.to_string())]].concat()).await.unwrap();
            assert_eq!(test(&world, &made).await["error"], error);
            let lines = heard.lock().unwrap().clone();
            assert!(lines.iter().all(|(_, line)| !line.starts_with("AUTH") && !line.starts_with("MAIL")), "{lines:?}");
        }
        world.stop().await;
        world.start(&[]).await.unwrap();
        assert_eq!(test(&world, &made).await["error"], "no_mail_server");
    }

    async fn no_webhook_reaches_private_space(world) {
        let mut world = world;
        let receiver = Receiver::new(&[], None).await;
        let all = addresses(receiver.port);
        assert_eq!(all.len(), 327);
        // One that was good when it was made, and leads to what is private now.
        let before = add(&world, "webhook", &format!("http://localhost:{}/", receiver.port)).await;
        let number = add(&world, "webhook", &format!("http://127.0.0.1:{}/", receiver.port)).await;
        let reached = receiver.connections();
        for channel in [&before, &number] {
            assert_eq!(test(&world, channel).await["delivered"], true);
        }
        assert_eq!(receiver.connections() - reached, 2, "the control: it can be reached");
        world.stop().await;
        world.start(&[("outgoing.allowed_networks", "")]).await.unwrap();
        let reached = receiver.connections();
        for target in &all {
            let body = json!({ "kind": "webhook", "target": target });
            let refused = world.post("/v1/alert-channels", body).await;
            assert_eq!(refused.status, 422, "{target}: {}", refused.text());
            assert!(refused.json()["errors"]["target"].is_array(), "{target}");
        }
        for channel in [&before, &number] {
            assert_eq!(test(&world, channel).await, json!({ "delivered": false, "error": "no_address" }));
        }
        // A receiver that may be called sends on to one that may not.
        let there = format!("302 Found\r\nlocation: http://127.0.0.1:{}/", receiver.port);
        let elsewhere = Receiver::new(&[&there], None).await;
        world.stop().await;
        world.start(&[("outgoing.allowed_networks", "127.0.0.0/8")]).await.unwrap();
        let channel = add(&world, "webhook", &format!("http://127.0.0.1:{}/", elsewhere.port)).await;
        assert_eq!(test(&world, &channel).await["error"], "redirected");
        assert_eq!((elsewhere.connections(), receiver.connections() - reached), (1, 0));
    }

    async fn ten_channels_and_no_more(world) {
        for number in 0..10 {
            add(&world, "webhook", &format!("http://127.0.0.1:1/{number}")).await;
        }
        let body = json!({ "kind": "webhook", "target": "http://127.0.0.1:1/" });
        let refused = world.post("/v1/alert-channels", body).await.fails(409, "CONFLICT");
        snapshot!("alert-channels-eleventh", shape(refused));
        let all = world.get("/v1/alert-channels").await.ok(200);
        let first = all["items"][0].clone();
        let path = format!("/v1/alert-channels/{}", text(&first, "id"));
        assert_eq!(world.with(&world.live, "DELETE", &path, None).await.status, 204);
        world.with(&world.live, "DELETE", &path, None).await.fails(404, "NOT_FOUND");
        world.post(&format!("{path}/test"), json!({})).await.fails(404, "NOT_FOUND");
        add(&world, "webhook", "http://127.0.0.1:1/").await;
        // Those of the instance are its own.
        let (status, of_instance) = world.operator("GET", "/alert-channels", None).await;
        assert_eq!((status, &of_instance["items"]), (200, &json!([])));
        let body = json!({ "kind": "webhook", "target": "http://127.0.0.1:1/" });
        let (status, made) = world.operator("POST", "/alert-channels", Some(body)).await;
        assert_eq!(status, 201, "{made}");
        let path = format!("/alert-channels/{}/test", text(&made, "id"));
        let (status, tested) = world.operator("POST", &path, Some(json!({}))).await;
        assert_eq!((status, &tested["error"]), (200, &json!("unreachable")));
        assert_eq!(world.get("/v1/alert-channels").await.ok(200)["items"].as_array().unwrap().len(), 10);
    }
}

/// Addresses that lead to what is private, in every form there is, with this port where they have one.
fn addresses(port: u16) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let special = [
        [127, 0, 0, 1],
        [127, 1, 2, 3],
        [0, 0, 0, 0],
        [10, 0, 0, 1],
        [100, 64, 0, 1],
        [169, 254, 169, 254],
        [172, 16, 0, 1],
        [192, 168, 1, 1],
        [192, 0, 0, 192],
        [192, 0, 2, 1],
        [198, 18, 0, 1],
        [198, 51, 100, 1],
        [203, 0, 113, 1],
        [224, 0, 0, 1],
        [240, 0, 0, 1],
        [255, 255, 255, 255],
        [168, 63, 129, 16],
    ];
    for octets in special {
        let [a, b, c, d] = octets.map(u32::from);
        let number = u32::from_be_bytes(octets);
        let (high, low) = (number >> 16, number & 0xffff);
        for host in [
            format!("{a}.{b}.{c}.{d}"),
            format!("{a}.{b}.{c}.{d}."),
            format!("{number}"),
            format!("0x{number:x}"),
            format!("0{number:o}"),
            format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
            format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
            format!("{a}.{b}.{}", c << 8 | d),
            format!("{a}.{}", number & 0x00ff_ffff),
            format!("{}.{b}.{c}.{d}", escaped(a)),
            format!("[::ffff:{a}.{b}.{c}.{d}]"),
            format!("[0:0:0:0:0:ffff:{high:x}:{low:x}]"),
            format!("[::{high:x}:{low:x}]"),
            format!("[64:ff9b::{high:x}:{low:x}]"),
            format!("[64:ff9b:1::{high:x}:{low:x}]"),
            format!("[2002:{high:x}:{low:x}::1]"),
            format!("[2001:0:{high:x}:{low:x}::1]"),
        ] {
            all.push(format!("https://{host}:{port}/"));
        }
        all.push(format!("http://{a}.{b}.{c}.{d}:{port}/"));
    }
    for host in [
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[100::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ] {
        all.push(format!("https://{host}:{port}/"));
    }
    for other in [
        "https://9.9.9.9:0/",
        "https://user@9.9.9.9/",
        "https://u:p@9.9.9.9/",
        "http://9.9.9.9/",
        "ftp://9.9.9.9/",
        "file:///etc/passwd",
        "gopher://9.9.9.9/",
        "https://",
        "9.9.9.9",
        "javascript:alert(1)",
    ] {
        all.push(other.to_owned());
    }
    all
}

/// A number whose digits are escaped.
fn escaped(number: u32) -> String {
    let digits = number.to_string();
    digits.bytes().map(|digit| format!("%{digit:x}")).collect()
}

#[test]
fn the_hmac_of_these_tests_is_that_of_the_rfc() {
    // RFC 4231, test case 2.
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(
        hmac(b"Jefe", b"what do ya want for nothing?"),
        hex(expected)
    );
}

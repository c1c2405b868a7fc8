//! An issuer proves its domain: what counts, what does not, and what the proof changes.

use serde_json::{Value, json};

use crate::certificates::{Ca, self_signed};
use crate::domain_server::{in_clear, ok, redirect, serve};
use crate::offline::{Basis, Evidence, Told, agree, now, payload, pin, published};
use crate::world::{World, request};

async fn prove(world: &World, code: &str, domain: &str) -> (u16, Value) {
    let path = format!("/tenants/{code}/prove-domain");
    world
        .operator("POST", &path, Some(json!({ "domain": domain })))
        .await
}

/// What the domain has to publish.
async fn statement(world: &World, code: &str) -> String {
    let (_, root) = world.operator("GET", "/root", None).await;
    json!({ "issuers": [{ "code": "ZZZZZ9", "root": "sha256:00" }, { "code": code, "root": root["fingerprint"] }] })
        .to_string()
}

/// Starts again with the authority believed.
async fn believing(world: &mut World, ca: &Ca) {
    let file = world.dir.path().join("ca.pem");
    ca.write(&file);
    world.stop().await;
    world
        .start(&[("outgoing.ca_file", file.to_str().unwrap())])
        .await
        .unwrap();
}

on_both_engines! {
    async fn only_the_domain_itself_can_say_it(world) {
        let mut world = world;
        let ca = Ca::new();
        believing(&mut world, &ca).await;
        let right = statement(&world, "EXAMP1").await;
        let good = ca.serve("localhost", ok(&right));
        let other_root = right.replace("sha256:", "sha256:0");
        // Our code beside another root, our root beside another code.
        let torn = right.replace("ZZZZZ9", "######").replace("EXAMP1", "ZZZZZ9").replace("######", "EXAMP1");
        for (what, domain) in [
            ("another issuer", ca.serve("localhost", ok(&right.replace("EXAMP1", "EXAMP2")))),
            ("another root", ca.serve("localhost", ok(&other_root))),
            ("code and root of two issuers", ca.serve("localhost", ok(&torn))),
            ("no JSON", ca.serve("localhost", ok("EXAMP1"))),
            ("no issuers", ca.serve("localhost", ok("{}"))),
            ("no file", ca.serve("localhost", "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned())),
            ("too long", ca.serve("localhost", ok(&format!("{right}{}", " ".repeat(70_000))))),
            ("a redirect", ca.serve("localhost", redirect(&format!("https://{good}/.well-known/ananke-issuer.json")))),
            ("a certificate of another name", ca.serve("other.example", ok(&right))),
            ("a certificate nobody believes", Ca::new().serve("localhost", ok(&right))),
            ("a certificate of nobody's", serve(&self_signed(&["localhost"]), ok(&right))),
            ("a certificate that has expired", serve(&ca.sign_expired(&["localhost"]), ok(&right))),
            ("no TLS", in_clear(ok(&right))),
        ] {
            let (status, problem) = prove(&world, "EXAMP1", &domain).await;
            assert_eq!((status, &problem["code"]), (422, &json!("UNPROCESSABLE")), "{what}: {problem}");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("publish there"), "the way out: {detail}");
        }
        for wrong in ["", "https://example.org", "Example.org", "example.org/x", "user@example.org", "exa mple", "a..b"] {
            let (status, problem) = prove(&world, "EXAMP1", wrong).await;
            assert_eq!((status, &problem["code"]), (422, &json!("VALIDATION_FAILED")), "{wrong:?}: {problem}");
        }
        assert_eq!(prove(&world, "NOBODY", &good).await.0, 404);
        let (_, tenant) = world.operator("GET", "/tenants/EXAMP1", None).await;
        assert_eq!((&tenant["identity"], &tenant["domain"]), (&json!("self_asserted"), &Value::Null));

        let (status, tenant) = prove(&world, "EXAMP1", &good).await;
        assert_eq!(status, 200, "{tenant}");
        assert_eq!((&tenant["identity"], &tenant["domain"]), (&json!("domain_proved"), &json!(good)));
        assert_eq!(tenant["provedAt"], "2026-11-23T10:00:00.000Z");
    }

    async fn two_issuers_of_one_name_are_told_apart(world) {
        let mut world = world;
        let ca = Ca::new();
        believing(&mut world, &ca).await;
        let twin = world.tenant("Example University", "TWIN01").await;
        let domain = ca.serve("localhost", ok(&statement(&world, "EXAMP1").await));
        assert_eq!(prove(&world, "EXAMP1", &domain).await.0, 200);
        assert_eq!(prove(&world, "TWIN01", &domain).await.0, 422, "the file names one of them");

        let (live, pinned) = (world.live.clone(), pin(&world));
        for (key, code, identity, proved) in [
            (&live, "EXAMP1", "domain_proved", json!(domain)),
            (&twin, "TWIN01", "self_asserted", Value::Null),
        ] {
            let template = world.template(key).await;
            let answer = world.with(key, "POST", "/v1/trust/issuances", Some(request(&template))).await;
            let issued = answer.ok(201);
            let server = world.verify(issued["reference"].as_str().unwrap()).await;
            assert_eq!(server["verdict"], "valid");
            assert_eq!(server["issuer"]["name"], "Example University");
            assert_eq!(server["issuer"]["code"], code);
            assert_eq!(server["issuer"]["identity"], identity);
            assert_eq!(server["issuer"]["domain"], proved);
            let evidence = Evidence::fetch(&world, issued["credential"].as_str().unwrap(), "live").await;
            let told = Told { pin: pinned, allow_test: false, now: now(&world) };
            agree(&server, &evidence.judge(None, None, told), Basis::Rows);
            let bundle = payload(&published(&world, "/trust/live.jws").await);
            let issuers = bundle["issuers"].as_array().unwrap();
            let listed = issuers.iter().find(|issuer| issuer["code"] == code).unwrap();
            assert_eq!((&listed["identity"], &listed["domain"]), (&json!(identity), &proved));
        }
        let (_, report) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!(report["findings"], json!([]));
    }
}

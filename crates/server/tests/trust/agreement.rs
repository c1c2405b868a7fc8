//! Server and offline verifier say the same of the same document.

use ananke_format::Sha256;
use ananke_format::trust::Pin;
use serde_json::{Value, json};

use crate::offline::{Basis, Evidence, Told, agree, altered, now, pin};
use crate::raw::{Raw, put_credential};
use crate::sealed::seal;
use crate::world::{DAY, World, request};

fn told(world: &World) -> Told {
    Told {
        pin: pin(world),
        allow_test: false,
        now: now(world),
    }
}

/// Asks both, by reference and by the hash of the record, and compares; gives the server's answer.
async fn both(world: &World, issued: &Value, mode: &str, basis: Basis) -> Value {
    let credential = issued["credential"].as_str().unwrap();
    let evidence = Evidence::fetch(world, credential, mode).await;
    let told = Told {
        allow_test: mode == "test",
        ..told(world)
    };
    let reference = issued["reference"].as_str().unwrap();
    let server = world.verify(reference).await;
    agree(&server, &evidence.judge(Some(reference), None, told), basis);
    agree(&server, &evidence.judge(None, None, told), basis);
    let hash = Sha256::of(credential.as_bytes());
    let by_hash = world
        .ask("/v1/trust/verify/by-hash", json!({ "hash": hash.to_hex() }))
        .await
        .ok(200);
    agree(&by_hash, &evidence.judge(None, Some(hash), told), basis);
    server
}

/// One document in each state, by the verdict it must get.
async fn one_of_each(world: &World, key: &str) -> Vec<(Value, &'static str)> {
    let template = world.template(key).await;
    let mut documents = Vec::new();
    for (action, verdict) in [
        (None, "valid"),
        (Some("suspend"), "suspended"),
        (Some("revoke"), "revoked"),
        (Some("expire"), "expired"),
        (None, "expired"),
    ] {
        let mut body = request(&template);
        body["documentTitle"] = "Diploma".into();
        body["awardedOn"] = "2026-11-20".into();
        let by_clock = action.is_none() && verdict == "expired";
        body["expiresAt"] = if by_clock {
            "2026-11-24T00:00:00Z"
        } else {
            "2030-01-01"
        }
        .into();
        let issued = world
            .with(key, "POST", "/v1/trust/issuances", Some(body))
            .await
            .ok(201);
        if let Some(action) = action {
            let path = format!(
                "/v1/trust/issuances/{}/lifecycle",
                issued["id"].as_str().unwrap()
            );
            world
                .with(key, "POST", &path, Some(json!({ "action": action })))
                .await
                .ok(200);
        }
        documents.push((issued, verdict));
    }
    documents
}

on_both_engines! {
    async fn in_every_state(world) {
        let mut world = world;
        let live = one_of_each(&world, &world.live).await;
        let test = one_of_each(&world, &world.test).await;
        world.wait(DAY);
        for (basis, mode, documents) in [(Basis::Rows, "live", &live), (Basis::Rows, "test", &test)] {
            for (issued, verdict) in documents {
                let answer = both(&world, issued, mode, basis).await;
                assert_eq!((&answer["verdict"], &answer["mode"]), (&json!(verdict), &json!(mode)), "{answer:#}");
            }
        }
        // Sealed, nothing may differ: not the source of the trust, not the time of the status.
        seal(&mut world).await;
        for (mode, documents) in [("live", &live), ("test", &test)] {
            for (issued, verdict) in documents {
                let answer = both(&world, issued, mode, Basis::Lists).await;
                assert_eq!(answer["verdict"], *verdict, "{answer:#}");
                assert_eq!(answer["trustAnchor"]["source"], "pinned");
            }
        }
        // And when the lists have ended, neither knows.
        world.wait(DAY);
        for (issued, _) in &live {
            let answer = both(&world, issued, "live", Basis::Lists).await;
            assert_eq!(answer["verdict"], "indeterminate");
            assert_eq!(answer["checks"][3]["reason"], "status_list_expired");
        }
    }

    async fn a_stale_list_decides_nothing(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let credential = issued["credential"].as_str().unwrap();
        let stale = Evidence::fetch(&world, credential, "live").await;
        world.wait(DAY - 1);
        assert_eq!(stale.judge(None, None, told(&world))["verdict"], "valid", "until its last moment");
        world.wait(1);
        let answer = stale.judge(None, None, told(&world));
        assert_eq!(answer["verdict"], "indeterminate");
        assert_eq!(answer["checks"][3]["reason"], "status_list_expired");
        // With a list of today both agree again.
        assert_eq!(both(&world, &issued, "live", Basis::Rows).await["verdict"], "valid");
        world.wait(364 * DAY);
        let fresh = Evidence::fetch(&world, credential, "live").await;
        let old_bundle = Evidence { bundle: stale.bundle, ..fresh };
        let answer = old_bundle.judge(None, None, told(&world));
        assert_eq!(answer["verdict"], "indeterminate");
        assert_eq!(answer["checks"][1]["reason"], "trust_bundle_expired");
        assert_eq!(both(&world, &issued, "live", Basis::Rows).await["verdict"], "valid");
    }

    async fn an_altered_record(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let reference = issued["reference"].as_str().unwrap();
        let genuine = issued["credential"].as_str().unwrap();
        let forged = altered(genuine, "Ada Lovelace", "Eve Lovelace");
        let mut evidence = Evidence::fetch(&world, genuine, "live").await;
        evidence.credential.clone_from(&forged);
        let offline = evidence.judge(Some(reference), None, told(&world));
        assert_eq!(offline["verdict"], "invalid");
        assert_eq!(offline["checks"][0]["reason"], "signature_mismatch");

        // The server was never given it: nobody calls it valid.
        let hash = Sha256::of(forged.as_bytes()).to_hex();
        let unknown = world.ask("/v1/trust/verify/by-hash", json!({ "hash": hash })).await.ok(200);
        assert_eq!(unknown["verdict"], "not_found");

        // In the row itself: the same verdict and results, but the server knows better why: its row was altered.
        let mut raw = Raw::open(&world);
        let row = raw.row("documents", "reference = $1", &[reference.into()]);
        let mut to = row.clone();
        put_credential(&mut to, &forged);
        raw.overwrite("documents", &row, &to).unwrap();
        let mut server = world.verify(reference).await;
        assert_eq!(server["checks"][0]["reason"], "record_altered");
        server["checks"][0]["reason"] = offline["checks"][0]["reason"].clone();
        server["indication"] = offline["indication"].clone();
        agree(&server, &offline, Basis::Rows);

        // Sealed it has the same eyes as anybody.
        seal(&mut world).await;
        agree(&world.verify(reference).await, &evidence.judge(Some(reference), None, told(&world)), Basis::Lists);
    }

    async fn a_foreign_issuer_of_the_same_name(world) {
        let mut world = world;
        let foreign = World::new(world.engine).await.unwrap();
        let (ours, theirs) = (world.template(&world.live).await, foreign.template(&foreign.live).await);
        let (own, other) = (world.issue(&ours).await, foreign.issue(&theirs).await);
        assert_eq!(both(&foreign, &other, "live", Basis::Rows).await["issuerName"], "Example University");

        // Its record with our evidence: not our issuer, whatever it calls itself.
        let credential = other["credential"].as_str().unwrap();
        let mut evidence = Evidence::fetch(&world, own["credential"].as_str().unwrap(), "live").await;
        evidence.credential = credential.to_owned();
        let offline = evidence.judge(None, None, told(&world));
        assert_eq!(offline["verdict"], "invalid");
        assert_eq!(offline["checks"][1]["reason"], "certificate_untrusted");
        assert_eq!(offline["issuerName"], Value::Null);
        // Our server has no such document, by reference or by hash.
        let reference = other["reference"].as_str().unwrap();
        let hash = Sha256::of(credential.as_bytes()).to_hex();
        assert_eq!(world.verify(reference).await["verdict"], "not_found");
        let by_hash = world.ask("/v1/trust/verify/by-hash", json!({ "hash": hash })).await.ok(200);
        assert_eq!(by_hash["verdict"], "not_found");

        // Put into our database under its reference, and sealed: both refuse it in the same words.
        let mut raw = Raw::open(&world);
        let row = raw.row("documents", "reference = $1", &[own["reference"].as_str().unwrap().into()]);
        let mut to = row.clone();
        to.insert("reference".to_owned(), reference.into());
        put_credential(&mut to, credential);
        raw.overwrite("documents", &row, &to).unwrap();
        assert_eq!(world.verify(reference).await["verdict"], "invalid");
        seal(&mut world).await;
        agree(&world.verify(reference).await, &evidence.judge(Some(reference), None, told(&world)), Basis::Lists);
    }

    async fn test_documents_only_where_they_are_allowed(world) {
        let template = world.template(&world.test).await;
        let answer = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await;
        let issued = answer.ok(201);
        assert_eq!(both(&world, &issued, "test", Basis::Rows).await["mode"], "test");
        let mut evidence = Evidence::fetch(&world, issued["credential"].as_str().unwrap(), "test").await;
        let answer = evidence.judge(None, None, told(&world));
        assert_eq!(answer["verdict"], "invalid", "without --allow-test: {answer:#}");
        assert_eq!(answer["checks"][1]["reason"], "test_not_allowed");
        // The live bundle knows no test certificate at all.
        evidence.bundle = crate::offline::published(&world, "/trust/live.jws").await;
        let answer = evidence.judge(None, None, Told { allow_test: true, ..told(&world) });
        assert_eq!(answer["verdict"], "invalid");
        assert_eq!(answer["checks"][1]["reason"], "certificate_untrusted");
    }

    async fn a_name_the_template_keeps_from_the_public(world) {
        let mut body = crate::world::template();
        body["presentation"] = json!({ "publicFields": [] });
        let template = world.post("/v1/trust/templates", body).await.ok(201);
        let issued = world.issue(template["id"].as_str().unwrap()).await;
        let answer = both(&world, &issued, "live", Basis::Rows).await;
        assert_eq!((&answer["verdict"], &answer["recipientName"]), (&json!("valid"), &Value::Null));
        let evidence = Evidence::fetch(&world, issued["credential"].as_str().unwrap(), "live").await;
        let offline = evidence.judge(None, None, told(&world));
        assert_eq!(offline["recipientName"], "Ada Lovelace", "whoever holds the record can read it");
        let unpinned = Told { pin: Pin::FirstUse, ..told(&world) };
        assert_eq!(evidence.judge(None, None, unpinned)["trustAnchor"]["source"], "first_use");
    }
}

//! The pages people open: what they say is what the API says.

use serde_json::{Value, json};

use crate::world::{Answer, DAY, World, request};

async fn open(world: &World, path: &str) -> String {
    let answer = Answer::of(world.request("GET", path)).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/html; charset=utf-8"),
        "{path}"
    );
    let text = answer.text();
    assert!(!text.contains("<script"), "{path}");
    text
}

/// Opens the page of a document and compares it with the answer of the API.
async fn page_of(world: &World, issued: &Value, verdict: &str, word: &str) -> String {
    let reference = issued["reference"].as_str().unwrap();
    assert_eq!(world.verify(reference).await["verdict"], verdict);
    let page = open(world, &format!("/v/{reference}")).await;
    assert!(
        page.contains(&format!("data-verdict=\"{verdict}\"")),
        "{page}"
    );
    assert!(
        page.contains(&format!("<h1 id=\"word\">{word}</h1>")),
        "{word}: {page}"
    );
    page
}

on_both_engines! {
    async fn the_verdict_is_the_one_big_word(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let page = page_of(&world, &issued, "valid", "Valid").await;
        for shown in ["Ada Lovelace", "Example University", "/i/EXAMP1", "What was checked"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        world.change(&issued["id"], "suspend").await.ok(200);
        page_of(&world, &issued, "suspended", "Suspended").await;
        world.change(&issued["id"], "reinstate").await.ok(200);
        page_of(&world, &issued, "valid", "Valid").await;
        let mut body = request(&template);
        body["validityType"] = "Days".into();
        body["validityValue"] = 1.into();
        let short = world.post("/v1/trust/issuances", body).await.ok(201);
        world.wait(DAY + 1);
        page_of(&world, &short, "expired", "Expired").await;
        world.change(&issued["id"], "revoke").await.ok(200);
        page_of(&world, &issued, "revoked", "Revoked").await;
        page_of(&world, &json!({ "reference": "TRF-ABCD1234" }), "not_found", "Not found").await;
    }

    async fn however_the_reference_is_typed(world) {
        let template = world.template(&world.live).await;
        let reference = world.issue(&template).await["reference"].as_str().unwrap().to_owned();
        for typed in [reference.to_lowercase(), format!("%20{}%20{}", &reference[..9], &reference[9..])] {
            let page = open(&world, &format!("/v/{typed}")).await;
            assert!(page.contains("data-verdict=\"valid\"") && page.contains(&reference), "{typed}");
        }
        // The form of the front page asks by a parameter, without script.
        let answer = Answer::of(world.request("GET", &format!("/v?reference={}", reference.to_lowercase()))).await;
        assert!(matches!(answer.status, 200 | 303), "{}", answer.status);
    }

    async fn a_test_document_says_so_first(world) {
        let template = world.template(&world.test).await;
        let sent = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        let page = open(&world, &format!("/v/{}", sent["reference"].as_str().unwrap())).await;
        let (strip, word) = (page.find("class=\"test-strip\"").unwrap(), page.find("id=\"word\"").unwrap());
        assert!(strip < word, "{page}");
    }

    async fn an_issuer_has_a_page(world) {
        let page = open(&world, "/i/EXAMP1").await;
        for shown in ["Example University", "did:web:", "Not proved", "/c/root.pem"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert_eq!(Answer::of(world.request("GET", "/i/NOBODY")).await.status, 404);
    }
}

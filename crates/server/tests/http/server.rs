//! What machines and people ask of the server itself.

use serde_json::json;

use crate::world::Answer;

on_both_engines! {
    async fn health(world) {
        let alive = Answer::of(world.request("GET", "/healthz")).await.ok(200);
        assert_eq!(alive, json!({ "status": "ok", "version": ananke_server::VERSION }));
        let ready = Answer::of(world.request("GET", "/readyz")).await.ok(200);
        assert_eq!(ready, json!({ "status": "ok", "checks": { "database": "ok", "keys": "ok" } }));
    }

    async fn where_to_report_a_vulnerability(world) {
        let answer = Answer::of(world.request("GET", "/.well-known/security.txt")).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let text = answer.text();
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let value = lines.next().unwrap_or_else(|| panic!("{name}: {text}"));
            assert_eq!(lines.next(), None, "{name} stands once");
            value.to_owned()
        };
        assert!(field("Contact").starts_with("mailto:"));
        assert_eq!(field("Canonical"), format!("{}/.well-known/security.txt", world.url));
        assert_eq!(field("Preferred-Languages"), "en");
        let expires = ananke_format::Instant::parse(&field("Expires")).unwrap();
        let days = (expires.as_second() - crate::world::START / 1000) / 86_400;
        assert!((1..366).contains(&days), "{text}");
    }

    async fn the_contract_is_served(world) {
        let answer = Answer::of(world.request("GET", "/openapi.json")).await;
        assert!(answer.header("content-type").starts_with("application/json"));
        let document = serde_json::to_value(ananke_server::http::openapi_document()).unwrap();
        assert_eq!(answer.ok(200), document);
    }

    async fn nothing_keyed_is_kept_by_a_cache(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let id = issued["id"].as_str().unwrap();
        for path in ["/v1/whoami".to_owned(), "/v1/trust/issuances".to_owned(), format!("/v1/trust/issuances/{id}"),
            format!("/v1/trust/issuances/{id}/pdf"), format!("/v1/trust/issuances/{id}/credential"), "/v1/nothing".to_owned()] {
            let answer = world.get(&path).await;
            assert!(answer.header("cache-control").contains("no-store"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        }
    }

    async fn a_document_comes_as_pdf_and_as_credential(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let path = format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap());
        let credential = world.get(&format!("{path}/credential")).await;
        assert_eq!((credential.status, credential.header("content-type")), (200, "application/vc+jwt"));
        assert_eq!(credential.text(), issued["credential"].as_str().unwrap());
        let pdf = world.get(&format!("{path}/pdf")).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        let digest = ananke_format::Sha256::of(&pdf.bytes);
        assert_eq!(pdf.header("etag"), format!("\"{digest}\""));
        let named = format!("attachment; filename=\"{}.pdf\"", issued["reference"].as_str().unwrap());
        assert_eq!(pdf.header("content-disposition"), named);
        let after = world.get(&path).await.ok(200);
        assert_eq!((&after["pdf"]["sha256"], &after["pdf"]["size"]), (&json!(digest.to_string()), &json!(pdf.bytes.len())));
        assert_eq!(after["contentHash"], issued["contentHash"], "the digest of the record stays");
    }
}

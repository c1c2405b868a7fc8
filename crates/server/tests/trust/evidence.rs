//! What is published for outsiders: bundles, certificates, key sets, lists, signed statements.

use std::time::{Duration, Instant as Stopwatch};

use ananke_format::Sha256;
use ananke_format::certificate::Certificate;
use ananke_format::lifecycle::LifecycleStatement;
use ananke_format::status::{self, Value as Entry};
use ananke_format::trust::{BundleError, Trust};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use x509_cert::crl::CertificateList;
use x509_cert::der::{Decode as _, Encode as _};

use crate::offline::{header, path_of, payload, pin, published};
use crate::raw::{Cell, Raw};
use crate::world::{Answer, World};

fn sequence(bundle: &str) -> u64 {
    payload(bundle)["sequence"].as_u64().unwrap()
}

/// The certificates of a PEM text.
fn pem(text: &str) -> Vec<Certificate> {
    let ends = text.split_inclusive("-----END CERTIFICATE-----\n");
    ends.map(|one| Certificate::from_pem(one).unwrap())
        .collect()
}

async fn json_at(world: &World, path: &str) -> Value {
    let answer = Answer::of(world.request("GET", path)).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    answer.ok(200)
}

on_both_engines! {
    async fn a_bundle_grows_with_the_instance(world) {
        let pin = pin(&world);
        let first = published(&world, "/trust/live.jws").await;
        assert_eq!(published(&world, "/trust/live.jws").await, first, "not signed again without need");
        world.tenant("Other College", "OTHER1").await;
        let second = published(&world, "/trust/live.jws").await;
        assert!(sequence(&second) > sequence(&first));
        let answer = Answer::of(world.request("GET", "/trust/live.jws")).await;
        assert_eq!(answer.header("etag"), format!("\"{}\"", sequence(&second)));
        assert_eq!(answer.header("content-type"), "application/jose");
        let trust = Trust::from_bundle(&second, pin, Some(sequence(&first))).unwrap();
        let codes: Vec<String> = trust.issuers().map(|issuer| issuer.code().to_string()).collect();
        assert_eq!(codes.len(), 2);
        assert!(codes.contains(&"OTHER1".to_owned()) && codes.contains(&"EXAMP1".to_owned()));
        assert_eq!(Trust::from_bundle(&first, pin, Some(sequence(&second))).unwrap_err(), BundleError::Sequence);
        // A day later it says again that it still holds.
        world.wait(crate::world::DAY + 1);
        let third = published(&world, "/trust/live.jws").await;
        assert!(sequence(&third) > sequence(&second));
        assert_eq!(Answer::of(world.request("GET", "/trust/prod.jws")).await.status, 404);
    }

    async fn live_and_test_are_apart(world) {
        let pin = pin(&world);
        let mut certificates = Vec::new();
        for mode in ["live", "test"] {
            let text = published(&world, &format!("/trust/{mode}.jws")).await;
            let bundle = payload(&text);
            assert_eq!(bundle["mode"], mode);
            let trust = Trust::from_bundle(&text, pin, None).unwrap();
            let leaves = trust.issuers().flat_map(|issuer| issuer.keys().to_vec());
            let leaves: Vec<_> = leaves.chain(trust.status_keys().cloned()).collect();
            assert_eq!(leaves.len(), 2, "one tenant's and the status key");
            for leaf in &leaves {
                assert_eq!(leaf.certificate().mode().to_string(), mode);
            }
            let mut own: Vec<String> =
                leaves.iter().map(|leaf| STANDARD.encode(leaf.certificate().der())).collect();
            own.push(header(&text)["x5c"][0].as_str().unwrap().to_owned());
            certificates.push((text, bundle.to_string(), own));
        }
        let [(live_jws, live, live_own), (test_jws, test, test_own)] = &certificates[..] else {
            panic!("two bundles");
        };
        for (bundle, jws, foreign) in [(live, live_jws, test_own), (test, test_jws, live_own)] {
            for certificate in foreign {
                assert!(!bundle.contains(certificate) && !header(jws).to_string().contains(certificate));
            }
        }
        for (path, mode) in [("/i/EXAMP1/jwks.json", "live"), ("/i/EXAMP1/test/jwks.json", "test")] {
            let keys = json_at(&world, path).await;
            let leaf = keys["keys"][0]["x5c"][0].as_str().unwrap();
            assert_eq!((keys["keys"].as_array().unwrap().len(), live.contains(leaf)), (1, mode == "live"));
        }
    }

    async fn certificates_lead_to_the_root(world) {
        for (mode, reference) in [("live", "EXAMP101"), ("test", "EXAMP102"), ("live", "00000001"), ("test", "00000002")] {
            let chain = pem(&published(&world, &format!("/c/{reference}.pem")).await);
            let [leaf, ca, root] = &chain[..] else { panic!("{reference}: {}", chain.len()) };
            assert_eq!(pem(&published(&world, "/c/root.pem").await), std::slice::from_ref(root));
            assert_eq!(pem(&published(&world, &format!("/c/ca-{mode}.pem")).await), std::slice::from_ref(ca));
            let answer = Answer::of(world.request("GET", &format!("/c/{reference}"))).await;
            assert_eq!((answer.bytes.as_slice(), answer.header("content-type")), (leaf.der(), "application/pkix-cert"));
            let authority = ananke_format::trust::Authority::new(root.clone(), vec![ca.clone()]).unwrap();
            assert_eq!(authority.ca_of(leaf).unwrap().der(), ca.der());
            assert_eq!(leaf.reference().unwrap().to_string(), reference);
            let (_, known) = world.operator("GET", "/root", None).await;
            assert_eq!(known["fingerprint"], format!("sha256:{}", Sha256::of(root.der())));

            let list = Answer::of(world.request("GET", &format!("/c/{mode}.crl"))).await;
            assert_eq!((list.status, list.header("content-type")), (200, "application/pkix-crl"));
            let list: CertificateList = CertificateList::from_der(&list.bytes).unwrap();
            let above = x509_cert::Certificate::from_der(ca.der()).unwrap();
            assert_eq!(list.tbs_cert_list.issuer, *above.tbs_certificate().subject());
            assert!(list.tbs_cert_list.revoked_certificates.as_ref().is_none_or(|revoked| revoked.is_empty()));
            let tbs = list.tbs_cert_list.to_der().unwrap();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, ca.public_key().as_bytes());
            key.verify(&tbs, list.signature.raw_bytes()).unwrap();
        }
        for unknown in ["EXAMP103", "EXAMP1", "NOBODY01.pem", "root", "both.crl"] {
            assert_eq!(Answer::of(world.request("GET", &format!("/c/{unknown}"))).await.status, 404, "{unknown}");
        }
    }

    async fn key_sets_and_did_documents(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let signed = header(issued["credential"].as_str().unwrap());
        let kid = signed["kid"].as_str().unwrap();
        let (did, fragment) = kid.split_once('#').unwrap();
        let host = world.public_url.strip_prefix("http://").unwrap().replace(':', "%3A");
        assert_eq!((did, fragment), (format!("did:web:{host}:i:EXAMP1").as_str(), "EXAMP101"));

        let keys = json_at(&world, "/i/EXAMP1/jwks.json").await;
        let key = &keys["keys"][0];
        for (member, value) in [("kid", kid), ("kty", "EC"), ("crv", "P-256"), ("alg", "ES256"), ("use", "sig")] {
            assert_eq!(key[member], value, "{keys:#}");
        }
        assert_eq!(key["x5c"], signed["x5c"]);
        assert!(key["x"].is_string() && key["y"].is_string() && key.get("d").is_none(), "{key}");

        let document = json_at(&world, "/i/EXAMP1/did.json").await;
        assert_eq!(document["id"], did);
        assert_eq!(document["assertionMethod"], json!([kid]));
        let method = &document["verificationMethod"][0];
        assert_eq!((&method["id"], &method["controller"], &method["publicKeyJwk"]), (&json!(kid), &json!(did), key));
        let test = json_at(&world, "/i/EXAMP1/test/did.json").await;
        assert_eq!(test["id"], format!("{did}:test"));
        for (path, reference) in [("/i/000000/jwks.json", "00000001"), ("/i/000000/test/jwks.json", "00000002")] {
            let keys = json_at(&world, path).await;
            let kid = keys["keys"][0]["kid"].as_str().unwrap();
            assert!(kid.ends_with(&format!("#{reference}")), "{kid}");
        }
        assert_eq!(Answer::of(world.request("GET", "/i/NOBODY/did.json")).await.status, 404);
    }

    async fn three_forms_of_a_list_agree(world) {
        let template = world.template(&world.live).await;
        let pin = pin(&world);
        let mut documents = Vec::new();
        for (action, entry) in [
            (None, Entry::Valid), (Some("suspend"), Entry::Suspended), (Some("revoke"), Entry::Invalid),
            (Some("expire"), Entry::ExpiredEarly),
        ] {
            let issued = world.issue(&template).await;
            if let Some(action) = action {
                // Fetched before, so that it is the change that is seen and not the first signature.
                published(&world, "/s/EXAMP1/live/0").await;
                world.change(&issued["id"], action).await.ok(200);
            }
            documents.push((payload(issued["credential"].as_str().unwrap()), entry));
        }
        let trust = Trust::from_bundle(&published(&world, "/trust/live.jws").await, pin, None).unwrap();
        for (claims, entry) in &documents {
            let named = &claims["status"]["status_list"];
            let index = u32::try_from(named["idx"].as_u64().unwrap()).unwrap();
            let token = status::verify(&published(&world, path_of(named["uri"].as_str().unwrap())).await, &trust).unwrap();
            assert_eq!(token.value(index).unwrap(), *entry);
            for form in claims["credentialStatus"].as_array().unwrap() {
                assert_eq!(form["statusListIndex"], index.to_string());
                let jws = published(&world, path_of(form["statusListCredential"].as_str().unwrap())).await;
                let list = status::verify(&jws, &trust).unwrap();
                let expected = match (form["statusPurpose"].as_str().unwrap(), entry) {
                    ("revocation", Entry::Invalid | Entry::ExpiredEarly) => Entry::Invalid,
                    ("suspension", Entry::Suspended) => Entry::Suspended,
                    _ => Entry::Valid,
                };
                assert_eq!(list.value(index).unwrap(), expected, "{form}");
                assert_eq!(list.issued_at(), token.issued_at());
            }
        }
    }

    async fn lists_say_how_long_they_may_be_kept(world) {
        let template = world.template(&world.live).await;
        world.issue(&template).await;
        // What the new document changed may be signed once more beside the first question.
        let (mut before, mut same) = (String::new(), 0);
        while same < 50 {
            let now = published(&world, "/s/EXAMP1/live/0").await;
            same = if now == before { same + 1 } else { 0 };
            before = now;
        }
        before.clear();
        for (wait, age, kind) in [
            (0, 300, "application/statuslist+jwt"), (100_000, 200, "application/statuslist+jwt"),
            (49_000, 151, "application/statuslist+jwt"), (1_000, 300, "application/statuslist+jwt"),
        ] {
            world.wait(wait);
            let answer = Answer::of(world.request("GET", "/s/EXAMP1/live/0")).await;
            assert_eq!(answer.header("cache-control"), format!("public, max-age={age}"));
            assert_eq!(answer.header("content-type"), kind);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.text() == before, age != 300, "past half its time it is signed again");
            before = answer.text();
        }
        let form = Answer::of(world.request("GET", "/s/EXAMP1/live/0/revocation")).await;
        assert_eq!(form.header("content-type"), "application/vc+jwt");
        for unknown in ["/s/EXAMP1/live/7", "/s/NOBODY/live/0", "/s/EXAMP1/prod/0", "/s/EXAMP1/live/0/token", "/s/EXAMP1/test/0"] {
            assert_eq!(Answer::of(world.request("GET", unknown)).await.status, 404, "{unknown}");
        }
    }

    async fn a_change_is_signed_within_seconds_though_nobody_asks(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let mut raw = Raw::open(&world);
        world.change(&issued["id"], "revoke").await.ok(200);
        let wanted = raw.row("status_lists", "mode = 'live' AND number = $1", &[Cell::Int(0)])["version"].clone();
        let began = Stopwatch::now();
        loop {
            let signed = raw.rows("signed_artifacts", "kind = $1", &["status-list".into()]);
            let versions: Vec<&Cell> = signed.iter().map(|row| &row["version"]).collect();
            if versions == [&wanted; 3] {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(5), "{versions:?}, wanted {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn history_keeps_the_key_that_asked_and_no_address(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let question = json!({ "reference": issued["reference"] });
        world.ask("/v1/trust/verify/by-reference", question.clone()).await.ok(200);
        world.post("/v1/trust/verify/by-reference", question).await.ok(200);
        // Asking for it brings what waits into the database.
        world.get("/v1/trust/verify/history").await.ok(200);
        let whoami = world.get("/v1/whoami").await.ok(200);
        let mut raw = Raw::open(&world);
        let columns: Vec<String> = raw.tables()["verifications"].iter().map(|column| column.name.clone()).collect();
        assert_eq!(
            columns,
            ["tenant_id", "mode", "id", "document_id", "reference", "method", "verdict", "at", "actor", "scan"]
        );
        let key = format!("key:{}", whoami["key"]["id"].as_str().unwrap());
        let actors = raw.query("SELECT actor FROM verifications WHERE verdict = $1", &["valid".into()]).concat();
        assert!(actors.len() == 2 && actors.contains(&Cell::Null) && actors.contains(&Cell::from(key.as_str())));
    }

    async fn anyone_can_check_who_changed_a_status(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        for action in ["suspend", "reinstate", "revoke"] {
            world.wait(1_000);
            world.change(&issued["id"], action).await.ok(200);
        }
        let path = format!("/v1/trust/issuances/{}/events", issued["id"].as_str().unwrap());
        let events = world.get(&path).await.ok(200);
        let trust = Trust::from_bundle(&published(&world, "/trust/live.jws").await, pin(&world), None).unwrap();
        let mut told = Vec::new();
        for event in events["items"].as_array().unwrap() {
            let Some(statement) = event["data"]["statement"].as_str() else { continue };
            assert_eq!(header(statement)["typ"], "ananke-lifecycle+jwt");
            let signed = LifecycleStatement::verify(statement, &trust).unwrap();
            assert_eq!(signed.reference.to_string(), issued["reference"].as_str().unwrap());
            assert_eq!(signed.document, Sha256::of(issued["credential"].as_str().unwrap().as_bytes()));
            assert_eq!(signed.at.to_string(), event["at"].as_str().unwrap());
            told.push(signed.action.to_string());
            let forged = crate::offline::altered(statement, issued["reference"].as_str().unwrap(), "TRF-0000000000000");
            assert!(LifecycleStatement::verify(&forged, &trust).is_err());
        }
        assert_eq!(told, ["suspend", "reinstate", "revoke"]);
    }
}

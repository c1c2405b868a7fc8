//! Signing keys: rotated at once and on a date, retired, declared compromised; and what becomes of what they signed, here and
//! for a verifier who has nothing but what is published.

use serde_json::{Value, json};

use crate::offline::{Evidence, Told, header, now, payload, pin, published};
use crate::shape::shape;
use crate::world::{START, World, request};

const HOUR: i64 = 3_600_000;
const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// An instant so many milliseconds after the start of the test's clock.
fn at(millis: i64) -> String {
    ananke_format::Instant::from_millisecond(START + millis)
        .unwrap()
        .to_string()
}

async fn listed(world: &World, key: &str) -> Vec<Value> {
    let page = world
        .with(key, "GET", "/v1/signing-keys", None)
        .await
        .ok(200);
    assert_eq!(page["nextCursor"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

async fn made(world: &World, body: Value) -> Value {
    world.post("/v1/signing-keys", body).await.ok(201)
}

/// The certificate reference of the key that signed a document.
fn signer(document: &Value) -> String {
    let head = header(text(document, "credential"));
    text(&head, "kid").split_once('#').unwrap().1.to_owned()
}

/// Verdict and the issuer's reason, online; and offline, by what is published now.
async fn verdicts(world: &World, document: &Value, mode: &str) -> [(String, Value); 2] {
    let told = |answer: &Value| {
        let reason = answer["checks"][1]["reason"].clone();
        (text(answer, "verdict").to_owned(), reason)
    };
    let online = world.verify(text(document, "reference")).await;
    let evidence = Evidence::fetch(world, text(document, "credential"), mode).await;
    let offline = evidence.judge(
        Some(text(document, "reference")),
        None,
        Told {
            pin: pin(world),
            allow_test: true,
            now: now(world),
        },
    );
    [told(&online), told(&offline)]
}

fn valid() -> (String, Value) {
    ("valid".to_owned(), Value::Null)
}

async fn end(world: &World, id: &str, how: &str, body: Value) -> crate::world::Answer {
    world
        .post(&format!("/v1/signing-keys/{id}/{how}"), body)
        .await
}

on_both_engines! {
    async fn rotated_at_once_and_on_a_date(world) {
        let template = world.template(&world.live).await;
        let first = listed(&world, &world.live).await;
        snapshot!("signing-keys", shape(json!(first)));
        let before = world.issue(&template).await;
        assert_eq!(signer(&before), text(&first[0], "certificateReference"));
        world.wait(HOUR);

        // At once: the next document is signed with it.
        let second = made(&world, json!({})).await;
        assert_eq!((&second["state"], &second["signs"]), (&json!("active"), &json!(true)));
        let after = world.issue(&template).await;
        assert_eq!(signer(&after), text(&second, "certificateReference"));

        // On a date: until then the one there is goes on, and that very moment the new one begins.
        for (starts, rule) in [
            (at(HOUR), "must be in the future"), (at(0), "must be in the future"), (at(400 * 24 * HOUR), "at most a year"),
        ] {
            let told = world.post("/v1/signing-keys", json!({ "startsAt": starts })).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["startsAt"][0].as_str().unwrap().contains(rule), "{told}");
        }
        let third = made(&world, json!({ "startsAt": at(3 * HOUR) })).await;
        assert_eq!((&third["state"], &third["signs"]), (&json!("scheduled"), &json!(false)));
        assert_eq!(text(&third, "validFrom"), at(3 * HOUR));
        // One that is made later and begins earlier does not stand in its way.
        let fourth = made(&world, json!({})).await;
        let mut documents = vec![before, after];
        for (wait, by) in [(0, &fourth), (2 * HOUR - 1, &fourth), (1, &third), (HOUR, &third)] {
            world.wait(wait);
            let document = world.issue(&template).await;
            assert_eq!(signer(&document), text(by, "certificateReference"), "after {wait}");
            documents.push(document);
        }
        let states: Vec<(String, bool)> = listed(&world, &world.live).await.iter()
            .map(|key| (text(key, "state").to_owned(), key["signs"] == true)).collect();
        let active = |signs| ("active".to_owned(), signs);
        assert_eq!(states, [active(false), active(true), active(false), active(false)]);
        for document in &documents {
            assert_eq!(verdicts(&world, document, "live").await, [valid(), valid()], "{document}");
        }

        // The certificate is where it is said to be, and begins when it is said to.
        let url = text(&third, "certificateUrl");
        let der = world.request("GET", &url[url.rfind("/c/").unwrap()..]).send().await.unwrap().bytes().await.unwrap();
        let certificate = ananke_format::certificate::Certificate::from_der(&der).unwrap();
        assert_eq!(certificate.not_before().to_string(), at(3 * HOUR));
        // The other mode has nothing of it.
        assert_eq!(listed(&world, &world.test).await.len(), 1);
    }

    async fn retired(world) {
        let template = world.template(&world.live).await;
        let first = listed(&world, &world.live).await.remove(0);
        let id = text(&first, "id");
        let document = world.issue(&template).await;
        let refused = end(&world, id, "retire", json!({})).await.fails(409, "CONFLICT");
        assert!(text(&refused, "detail").contains("POST /v1/signing-keys"), "{refused}");
        // One that begins later does not help now.
        let later = made(&world, json!({ "startsAt": at(HOUR) })).await;
        end(&world, id, "retire", json!({})).await.fails(409, "CONFLICT");
        let second = made(&world, json!({})).await;
        let looked = world.post(&format!("/v1/signing-keys/{id}/retire?dryRun=true"), json!({})).await.ok(200);
        assert_eq!(looked["effect"], json!({ "documents": 1, "invalidDocuments": 0 }));
        assert_eq!(text(&listed(&world, &world.live).await[2], "state"), "active", "nothing was done");

        let ended = end(&world, id, "retire", json!({ "reason": "old" })).await.ok(200);
        snapshot!("signing-key-retired", shape(ended));
        end(&world, id, "retire", json!({})).await.fails(409, "CONFLICT");
        // What is planned can be given up.
        end(&world, text(&later, "id"), "retire", json!({})).await.ok(200);
        world.wait(2 * HOUR);
        let next = world.issue(&template).await;
        assert_eq!(signer(&next), text(&second, "certificateReference"));
        for document in [&document, &next] {
            assert_eq!(verdicts(&world, document, "live").await, [valid(), valid()]);
        }
        let record = world.get("/v1/audit-events?type=signing_key.retired").await.ok(200);
        assert_eq!(record["items"][1]["data"]["reason"], "old", "{record}");
        // An end that leaves nothing is refused again.
        end(&world, text(&second, "id"), "retire", json!({})).await.fails(409, "CONFLICT");
        end(&world, NOBODYS, "retire", json!({})).await.fails(404, "NOT_FOUND");
    }

    async fn compromised_since_a_date(world) {
        let template = world.template(&world.live).await;
        let first = listed(&world, &world.live).await.remove(0);
        let id = text(&first, "id");
        let before = world.issue(&template).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        world.wait(HOUR);
        let after = world.issue(&template).await;
        let old = payload(&published(&world, "/trust/live.jws").await);
        world.wait(HOUR);

        let since = json!({ "at": at(HOUR), "reason": "a laptop was stolen" });
        end(&world, id, "compromise", json!({})).await.fails(422, "VALIDATION_FAILED");
        end(&world, id, "compromise", json!({ "at": at(3 * HOUR) })).await.fails(422, "VALIDATION_FAILED");
        let path = format!("/v1/signing-keys/{id}/compromise");
        let looked = world.post(&format!("{path}?dryRun=true"), since.clone()).await.ok(200);
        assert_eq!(looked["effect"], json!({ "documents": 2, "invalidDocuments": 1 }));
        assert_eq!(verdicts(&world, &after, "live").await, [valid(), valid()], "nothing was done");
        // The keys of the other mode and of other tenants are as if they were not there.
        world.with(&world.test, "POST", &path, Some(since.clone())).await.fails(404, "NOT_FOUND");
        let other = world.tenant("Other School", "OTHER1").await;
        world.with(&other, "POST", &path, Some(since.clone())).await.fails(404, "NOT_FOUND");

        let send = || world.request("POST", &path).header("x-api-key", &world.live).header("idempotency-key", "one").json(&since);
        let ended = crate::world::Answer::of(send()).await.ok(200);
        snapshot!("signing-key-compromised", shape(ended.clone()));
        // Repeated, it is the same answer and no second successor.
        assert_eq!(crate::world::Answer::of(send()).await.ok(200), ended);
        let keys = listed(&world, &world.live).await;
        assert_eq!((keys.len(), &keys[0]["id"], &keys[0]["signs"]), (2, &ended["successorId"], &json!(true)));
        let bundle = payload(&published(&world, "/trust/live.jws").await);
        assert!(bundle["sequence"].as_u64() > old["sequence"].as_u64());
        let entries = &bundle["issuers"][0]["certificates"];
        let dates: Vec<&Value> = entries.as_array().unwrap().iter().map(|entry| &entry["compromisedAt"]).collect();
        assert_eq!(dates, [&json!(at(HOUR)), &Value::Null]);
        let crl = world.request("GET", "/c/live.crl").send().await.unwrap().bytes().await.unwrap();
        let serial = text(&first, "certificateReference").as_bytes();
        assert!(crl.windows(serial.len()).any(|bytes| bytes == serial));

        // Here the moment of issue is proved by the record. Offline nothing proves it, and a verifier cannot decide.
        let unproved = || ("indeterminate".to_owned(), json!("existence_not_proved"));
        let next = world.issue(&template).await;
        assert_eq!(signer(&next), text(&keys[0], "certificateReference"));
        assert_eq!(verdicts(&world, &before, "live").await, [valid(), unproved()]);
        let known = || ("invalid".to_owned(), json!("key_compromised"));
        assert_eq!(verdicts(&world, &after, "live").await, [known(), unproved()]);
        assert_eq!(verdicts(&world, &next, "live").await, [valid(), valid()]);
        assert_eq!(verdicts(&world, &test, "test").await, [valid(), valid()]);

        // The damage can be found to be larger, and never smaller.
        for later in [at(HOUR), at(HOUR + 1)] {
            let told = end(&world, id, "compromise", json!({ "at": later })).await.fails(409, "CONFLICT");
            assert!(text(&told, "detail").contains("earlier"), "{told}");
        }
        let wider = end(&world, id, "compromise", json!({ "at": at(0) })).await.ok(200);
        assert_eq!(wider["successorId"], Value::Null, "there is one");
        assert_eq!(verdicts(&world, &before, "live").await[0], known());
        let record = world.get("/v1/audit-events?type=signing_key.compromised").await.ok(200);
        assert_eq!(record["items"].as_array().unwrap().len(), 2);
        assert_eq!(record["items"][1]["data"]["reason"], "a laptop was stolen");
    }

    async fn by_the_operator(world) {
        let template = world.template(&world.test).await;
        let keys = |mode: &str| format!("/tenants/EXAMP1/signing-keys/{mode}");
        let (status, made) = world.operator("POST", &keys("test"), Some(json!({}))).await;
        assert_eq!(status, 201, "{made}");
        let issued = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        assert_eq!(signer(&issued), text(&made, "certificateReference"));
        let path = format!("{}/{}/compromise?dryRun=false", keys("test"), text(&made, "id"));
        let (status, ended) = world.operator("POST", &path, Some(json!({ "at": at(0) }))).await;
        assert_eq!((status, &ended["successorId"]), (200, &Value::Null), "{ended}");
        assert_eq!(world.verify(text(&issued, "reference")).await["verdict"], "invalid");
        let (status, listed) = world.operator("GET", &keys("live"), None).await;
        assert_eq!((status, listed["items"].as_array().unwrap().len()), (200, 1));
        for wrong in [keys("both"), "/tenants/NOPE01/signing-keys/live".to_owned()] {
            assert_eq!(world.operator("GET", &wrong, None).await.0, 404);
        }
    }
}

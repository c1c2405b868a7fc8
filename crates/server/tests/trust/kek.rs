//! Another key-encryption key: afterwards the old one opens nothing in the database, on one server and on several.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::json;

use crate::raw::{Cell, Raw};
use crate::world::{Engine, World};

fn key(text: &str) -> [u8; 32] {
    let digits = text.trim();
    std::array::from_fn(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).unwrap())
}

/// How many of the wrapped values in the database this key opens, and how many there are; said again from
/// `docs/decisions/0008`, without our own code.
fn opened(world: &World, kek: &[u8; 32]) -> (usize, usize) {
    let mut raw = Raw::open(world);
    let mut all: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let any = b"".as_slice();
    for row in raw.rows("instance", "row_mac <> $1", &[any.into()]) {
        let bound = [&[0; 32][..], &1_i64.to_be_bytes(), b"instance secret"].concat();
        all.push((blob(&row["wrapped_secret"]), bound));
    }
    for row in raw.rows("data_keys", "row_mac <> $1", &[any.into()]) {
        let Cell::Int(version) = row["version"] else {
            panic!("{row:?}")
        };
        let tenant = blob(&row["tenant_id"]);
        let bound = [&tenant[..], &[0; 16], &version.to_be_bytes(), b"data key"].concat();
        all.push((blob(&row["wrapped"]), bound));
    }
    let kek = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, kek).unwrap());
    let opens = |(sealed, bound): &&(Vec<u8>, Vec<u8>)| {
        let nonce = Nonce::try_assume_unique_for_key(&sealed[..12]).unwrap();
        let mut body = sealed[12..].to_vec();
        kek.open_in_place(nonce, Aad::from(bound), &mut body)
            .is_ok()
    };
    (all.iter().filter(opens).count(), all.len())
}

fn blob(cell: &Cell) -> Vec<u8> {
    match cell {
        Cell::Blob(bytes) => bytes.clone(),
        other => panic!("{other:?}"),
    }
}

async fn issues(world: &World) {
    let template = world.template(&world.live).await;
    let issued = world.issue(&template).await;
    let verdict = world.verify(issued["reference"].as_str().unwrap()).await;
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
}

on_both_engines! {
    async fn nothing_is_left_under_the_old_key(world) {
        let mut world = world;
        for code in ["SECND1", "THIRD1"] {
            world.tenant(code, code).await;
        }
        let old = key(&std::fs::read_to_string(world.data().join("kek")).unwrap());
        assert_eq!(opened(&world, &old), (5, 5));
        let (status, told) = world.operator("POST", "/kek/rotate", None).await;
        assert_eq!(status, 200, "{told}");
        let new = key(&std::fs::read_to_string(world.data().join("kek")).unwrap());
        assert_eq!(opened(&world, &old), (0, 5));
        assert_eq!(opened(&world, &new), (5, 5));
        // What is made from here on is under the new one, too.
        world.tenant("FORTH1", "FORTH1").await;
        assert_eq!((opened(&world, &old), opened(&world, &new)), ((0, 6), (6, 6)));
        issues(&world).await;
        world.stop().await;
        world.start(&[]).await.unwrap();
        issues(&world).await;
        // The record says so, and says no key.
        let (status, audit) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!((status, audit["findings"].as_array().map(Vec::len)), (200, Some(0)), "{audit}");
        let bodies = Raw::open(&world).query(
            "SELECT b.body FROM events AS e JOIN event_bodies AS b ON b.event_id = e.id WHERE e.kind = $1",
            &["instance.kek_rotated".into()],
        );
        let body: serde_json::Value = serde_json::from_slice(&blob(&bodies[0][0])).unwrap();
        assert_eq!(body, json!({ "from": told["from"], "to": told["to"], "dataKeys": 4 }));
    }
}

/// Each server is given both keys, one of them changes it, and then each is given the new one. A server that was not told
/// spoils nothing.
#[test]
fn several_servers_on_one_database() {
    crate::world::run(Engine::Postgres, |world| {
        Box::pin(async move {
            let mut world = world;
            let (status, told) = {
                // Alone it could make a successor; beside another server nobody would know it.
                let other = world.beside(&[]).await;
                let answer = world.operator("POST", "/kek/rotate", None).await;
                drop(other);
                answer
            };
            assert_eq!(status, 409, "{told}");
            assert!(
                told["detail"].as_str().unwrap().contains("kek.next"),
                "{told}"
            );
            assert!(!world.data().join("kek.next").exists());

            let old = std::fs::read_to_string(world.data().join("kek")).unwrap();
            let new = "2b".repeat(32);
            let both = [("keys.kek", old.trim()), ("keys.next_kek", new.as_str())];
            let mut untold = world.beside(&[]).await;
            let mut other = world.beside(&both).await;
            world.stop().await;
            world.start(&both).await.unwrap();
            other.tenant("SECND1", "SECND1").await;
            let call = |world: &World, path: &'static str| {
                let config = world.config(&both);
                async move {
                    ananke_server::operator::call(&config, "POST", path, None)
                        .await
                        .unwrap()
                }
            };
            let (status, told) = call(&world, "/kek/rotate").await;
            assert_eq!(status, 200, "{told}");
            let keys = [key(&old), key(&new)];
            assert_eq!(keys.map(|kek| opened(&world, &kek)), [(0, 4), (4, 4)]);
            // The other one opens what it has to, and makes what the new key opens.
            other.tenant("THIRD1", "THIRD1").await;
            issues(&other).await;
            // Whoever was not told can make nothing, and says so.
            let body = json!({ "name": "Fourth", "code": "FORTH1" });
            let (status, answer) = untold.operator("POST", "/tenants", Some(body)).await;
            assert_eq!(status, 500, "{answer}");
            assert_eq!(keys.map(|kek| opened(&world, &kek)), [(0, 5), (5, 5)]);
            for world in [&mut world, &mut other, &mut untold] {
                world.stop().await;
            }
            let refused = untold.start(&[]).await.map_err(|error| error.to_string());
            assert!(refused.unwrap_err().contains("does not open"));
            for world in [&mut world, &mut other] {
                world.start(&[("keys.kek", &new)]).await.unwrap();
                issues(world).await;
            }
        })
    });
}

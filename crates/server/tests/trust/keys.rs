//! The key-encryption key, the pinned root, and who may read the files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ananke_format::trust::{BundleError, Pin, Trust};
use serde_json::Value;

use crate::offline::{Evidence, Told, now, pin, published};
use crate::raw::Raw;
use crate::sealed::seal;
use crate::world::{Engine, World};

async fn refused(world: &mut World, extra: &[(&str, &str)]) -> String {
    let result = world.start(extra).await.map_err(|error| error.to_string());
    result.expect_err("it must not start")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_right_key_a_server_does_not_start() {
    let mut world = World::new(Engine::Sqlite).await.unwrap();
    let template = world.template(&world.live).await;
    let issued = world.issue(&template).await;
    let reference = issued["reference"].as_str().unwrap();
    world.stop().await;
    let path = world.data().join("kek");
    let kek = fs::read_to_string(&path).unwrap();

    fs::remove_file(&path).unwrap();
    let text = refused(&mut world, &[]).await;
    for way in [
        path.display().to_string().as_str(),
        "ANANKE__KEYS__KEK_FILE",
        "keys.sealed = true",
    ] {
        assert!(text.contains(way), "{text}");
    }
    assert!(!path.exists(), "no new key is made over an old instance");

    let wrong = "ab".repeat(32);
    refused(&mut world, &[("keys.kek", &wrong)]).await;
    for (content, permissions) in [
        (wrong.as_str(), 0o600),
        ("no key", 0o600),
        (kek.as_str(), 0o644),
        (kek.as_str(), 0o640),
    ] {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(permissions)).unwrap();
        let text = refused(&mut world, &[]).await;
        assert!(
            !text.contains(kek.trim()) && !text.contains(&wrong),
            "no secret in {text}"
        );
    }

    // Sealed, whatever lies there is not even looked at.
    world.start(&[("keys.sealed", "true")]).await.unwrap();
    assert_eq!(world.verify(reference).await["verdict"], "valid");
    world.stop().await;

    // Given by the operator, no file is needed, and none is made.
    fs::remove_file(&path).unwrap();
    world.start(&[("keys.kek", kek.trim())]).await.unwrap();
    assert_eq!(world.verify(reference).await["verdict"], "valid");
    world.issue(&template).await;
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_user_can_read_what_a_server_keeps() {
    let world = World::new(Engine::Sqlite).await.unwrap();
    assert_eq!(mode(&world.data()), 0o700);
    let mut seen = Vec::new();
    for entry in fs::read_dir(world.data()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
        seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for name in [
        "kek",
        "root.fingerprint",
        "operator.sock",
        "ananke.db",
        "lock",
    ] {
        assert!(seen.iter().any(|known| known == name), "{name} in {seen:?}");
    }
    assert_eq!(mode(&world.data().join("kek")), 0o600);
    assert_eq!(mode(&world.dir.path().join("data.anchor")), 0o600);
}

/// Gives a database all authenticated rows of another.
fn replace_rows(raw: &mut Raw, other: &mut Raw) {
    for (table, columns) in raw.tables() {
        if columns.iter().any(|column| column.name == "row_mac") {
            raw.execute(&format!("DELETE FROM {table}"), &[]).unwrap();
            for row in other.rows(&table, "row_mac <> $1", &[b"".as_slice().into()]) {
                raw.insert(&table, &row);
            }
        }
    }
}

on_both_engines! {
    async fn a_database_with_another_root_is_refused(world) {
        let mut world = world;
        let mut other = World::new(world.engine).await.unwrap();
        let template = other.template(&other.live).await;
        let foreign = other.issue(&template).await;
        world.stop().await;
        other.stop().await;
        replace_rows(&mut Raw::open(&world), &mut Raw::open(&other));

        refused(&mut world, &[]).await;
        let text = refused(&mut world, &[("keys.sealed", "true")]).await;
        assert!(text.contains("pins"), "{text}");
        // Even with the keys and the anchor that belong to it.
        for name in ["data/kek", "data.anchor"] {
            fs::copy(other.dir.path().join(name), world.dir.path().join(name)).unwrap();
        }
        let text = refused(&mut world, &[]).await;
        assert!(text.contains("root.fingerprint") && text.contains("pins"), "{text}");
        // Sealed and without what it wrote down at its first start, it has nothing to go by.
        fs::remove_file(world.data().join("root.fingerprint")).unwrap();
        let text = refused(&mut world, &[("keys.sealed", "true")]).await;
        assert!(text.contains("root.fingerprint"), "{text}");

        // Where it belongs the same database is good.
        other.start(&[]).await.unwrap();
        assert_eq!(other.verify(foreign["reference"].as_str().unwrap()).await["verdict"], "valid");
    }

    async fn another_instances_bundle_and_lists_are_refused(world) {
        let mut world = world;
        let other = World::new(world.engine).await.unwrap();
        let (ours, theirs) = (world.template(&world.live).await, other.template(&other.live).await);
        let (own, foreign) = (world.issue(&ours).await, other.issue(&theirs).await);
        for instance in [&world, &other] {
            for path in ["/trust/live.jws", "/s/EXAMP1/live/0"] {
                published(instance, path).await;
            }
        }

        // Offline: the fingerprint a verifier holds decides, whatever the bundle says of itself.
        let bundle = published(&other, "/trust/live.jws").await;
        assert_eq!(Trust::from_bundle(&bundle, pin(&world), None).unwrap_err(), BundleError::Root);
        let mut evidence = Evidence::fetch(&world, own["credential"].as_str().unwrap(), "live").await;
        evidence.bundle = bundle;
        let told = Told { pin: Pin::BundleFile, allow_test: false, now: now(&world) };
        let answer = evidence.judge(None, None, told);
        assert_eq!(answer["verdict"], "invalid", "{answer:#}");
        assert_eq!(answer["checks"][1]["reason"], "certificate_untrusted");

        // Online and sealed: bundle, list and document of the other instance, together.
        let reference = own["reference"].as_str().unwrap();
        let (mut raw, mut from) = (Raw::open(&world), Raw::open(&other));
        let artifact = |raw: &mut Raw, name: &str| raw.row("signed_artifacts", "name = $1", &[name.into()]);
        for name in ["live", "live/0/token"] {
            let (old, theirs) = (artifact(&mut raw, name), artifact(&mut from, name));
            let mut new = old.clone();
            for column in ["jws", "version", "signed_at", "expires_at", "row_mac"] {
                new.insert(column.to_owned(), theirs[column].clone());
            }
            raw.overwrite("signed_artifacts", &old, &new).unwrap();
        }
        let document = from.row("documents", "reference = $1", &[foreign["reference"].as_str().unwrap().into()]);
        let home = raw.row("documents", "reference = $1", &[reference.into()]);
        let mut moved = document;
        for column in ["tenant_id", "template_id", "template_version"] {
            moved.insert(column.to_owned(), home[column].clone());
        }
        raw.insert("documents", &moved);
        let id = moved["credential_header"].clone();
        let header = from.query("SELECT header FROM credential_headers WHERE id = $1", std::slice::from_ref(&id)).concat().remove(0);
        let values = [home["tenant_id"].clone(), id, header];
        assert_eq!(raw.execute("INSERT INTO credential_headers VALUES ($1, $2, $3)", &values), Ok(1));
        seal_without_signing(&mut world, &mut raw).await;
        let answer = world.verify(reference).await;
        assert_eq!(answer["verdict"], "indeterminate", "our own keys are not listed anywhere now: {answer:#}");
        let answer = world.verify(foreign["reference"].as_str().unwrap()).await;
        assert_eq!(answer["verdict"], "invalid", "{answer:#}");
        assert_eq!(answer["checks"][1]["reason"], "certificate_untrusted");
        assert_eq!(answer["issuer"], Value::Null);
    }
}

/// Seals, with the swapped texts in place: a clean stop signs what waits, so they are put back after it.
async fn seal_without_signing(world: &mut World, raw: &mut Raw) {
    let swapped = raw.rows(
        "signed_artifacts",
        "row_mac <> $1",
        &[b"".as_slice().into()],
    );
    world.stop().await;
    let now = raw.rows(
        "signed_artifacts",
        "row_mac <> $1",
        &[b"".as_slice().into()],
    );
    for row in &now {
        raw.delete("signed_artifacts", row);
    }
    for row in &swapped {
        raw.insert("signed_artifacts", row);
    }
    seal(world).await;
}

on_both_engines! {
    /// Found by random operations on both engines (G-44, `ANANKE_RIG_SEED=4288163205856000587`): it was a 500.
    async fn with_the_clock_behind_its_keys_a_tenant_has_to_wait(world) {
        let tenant = serde_json::json!({ "name": "Later College", "code": "LATER1" });
        // Less than the clock may be behind the newest record, so that nothing else stands against it.
        world.wait(-2_000);
        let (status, answer) = world.operator("POST", "/tenants", Some(tenant.clone())).await;
        assert_eq!((status, &answer["code"]), (503, &"SERVICE_UNAVAILABLE".into()), "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains("clock"), "{answer}");
        world.wait(2_000);
        let (status, answer) = world.operator("POST", "/tenants", Some(tenant)).await;
        assert_eq!(status, 201, "{answer}");
    }
}

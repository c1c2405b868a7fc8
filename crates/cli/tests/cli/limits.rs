//! `ananke tenants limits`, `ananke usage`, `ananke alerts`.

use crate::world::{World, text};

#[test]
fn a_quota_is_set_used_up_and_told() {
    let world = World::start();
    world.template();
    world.issue(&[]);
    let limits = [
        "tenants",
        "limits",
        "UNIV01",
        "--data",
        "data",
        "--issuances-per-month",
    ];
    let set = world.run([&limits[..], &["2"]].concat()).code(0);
    assert!(set.out.contains("Issuances per month"), "{}", set.out);
    world.issue(&[]);
    let used = world.run(["usage"]).code(0);
    assert!(
        used.out.contains("issuancesPerMonth") && used.out.contains("total"),
        "{}",
        used.out
    );
    let by_key = world.data(["usage", "--by-key"]);
    assert_eq!(by_key["total"]["issuances"], 2);
    assert_eq!(by_key["limits"][0]["remaining"], 0);
    // No limit, that of the server, and what is no limit at all.
    world.run([&limits[..], &["0"]].concat()).code(0);
    let default = world.run([&limits[..], &["default"]].concat()).code(0);
    assert!(
        !default.out.contains("Issuances per month"),
        "{}",
        default.out
    );
    world
        .run([&limits[..], &["many"]].concat())
        .code(2)
        .says("must be a whole number");
    world
        .run(["tenants", "limits", "UNIV01", "--data", "data"])
        .code(2)
        .says("nothing to change");
    world
        .run(["usage", "--from", "2026-99-01"])
        .code(1)
        .says("from");
}

#[test]
fn alerts_are_listed_and_seen_to() {
    let world = World::start();
    let made = world.data(["keys", "create", "--name", "old"]);
    let (id, secret) = (text(&made, "id"), text(&made, "secret"));
    world.run(["keys", "delete", id, "--force"]).code(0);
    for _ in 0..20 {
        world.run_as(secret, ["keys", "list"]).code(4);
    }
    // Raised within a second.
    let open = (0..100)
        .find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            let open = world.data(["alerts", "list", "--open"]);
            open.get(0).is_some().then_some(open)
        })
        .unwrap();
    let alert = &open[0];
    assert_eq!(text(alert, "kind"), "auth_failures");
    assert_eq!(text(alert, "subject"), format!("key:{id}"));
    let id = text(alert, "id");
    let ended = world.run(["alerts", "acknowledge", id]).code(0);
    assert!(ended.out.contains("auth_failures"), "{}", ended.out);
    world
        .run(["alerts", "acknowledge", id])
        .code(1)
        .says("ended already");
    assert_eq!(
        world.data(["alerts", "list", "--open"]),
        serde_json::json!([])
    );
    // Of the instance: nothing so far, and that is told as a list too.
    let instance = world.data(["alerts", "list", "--instance", "--data", "data"]);
    assert_eq!(instance, serde_json::json!([]));
}

#[test]
fn alerts_go_where_they_are_told_to() {
    let world = World::start();
    // Nobody may be called on this machine unless the operator says so.
    for more in [&[][..], &["--instance", "--data", "data"]] {
        let with = |words: &[&'static str]| [&["alerts", "channels"][..], words, more].concat();
        world
            .run(with(&["add", "webhook", "https://127.0.0.1:9/"]))
            .code(1)
            .says("outgoing.allowed_networks");
        world
            .run(with(&["add", "email", "ops@example.org"]))
            .code(1)
            .says("smtp.host");
        let made = world.data(with(&["add", "webhook", "https://9.9.9.9:9/"]));
        assert!(text(&made, "secret").starts_with("whsec_"), "{made}");
        let id = text(&made, "id");
        let listed = world.data(with(&["list"]));
        assert_eq!(text(&listed[0], "id"), id);
        assert!(listed[0].get("secret").is_none(), "{listed}");
        let of = |word| [&["alerts", "channels", word, id][..], more].concat();
        let rotated = world.data(of("rotate-secret"));
        assert_ne!(text(&rotated, "secret"), text(&made, "secret"));
        world.run(of("delete")).code(0);
        world.run(of("test")).code(5);
        assert_eq!(world.data(with(&["list"])), serde_json::json!([]));
    }
}

//! Templates through their life, documents in the place of others, and who asked about them.

use crate::world::{World, text};

#[test]
fn a_template_is_led_through_its_life() {
    let world = World::start();
    world.template();
    let file = std::fs::read_to_string(world.room.path("diploma.json")).unwrap();
    world
        .room
        .write("next.json", file.replace("\"Course\"", "\"Kurs\""));
    let next = world.data(["templates", "update", "Diploma", "next.json"]);
    assert_eq!(
        (&next["version"], &next["schema"][0]["label"]),
        (&2.into(), &"Kurs".into())
    );
    let copy = world.data(["templates", "duplicate", "Diploma", "Copy"]);
    assert_ne!(copy["id"], next["id"]);
    world.run(["placements", "create", "corner"]).code(0);
    let placed = world.data(["templates", "place", "Copy", "corner"]);
    assert!(placed["placementTemplateId"].is_string(), "{placed}");
    let taken = world.data(["templates", "place", "Copy", "-"]);
    assert!(taken["placementTemplateId"].is_null(), "{taken}");

    let archive = ["templates", "archive", "Copy", "--reason", "no more"];
    assert_eq!(world.data(archive)["isArchived"], true);
    let names = |more: &[&str]| {
        let list = ["templates", "list"].iter().chain(more).copied();
        world.data(list).as_array().unwrap().len()
    };
    assert_eq!((names(&[]), names(&["--all"])), (1, 2));
    assert_eq!(
        world.data(["templates", "unarchive", "Copy"])["isArchived"],
        false
    );
    let delete = ["templates", "delete", "Copy"];
    world
        .run(delete.iter().chain(&["--dry-run"]))
        .code(0)
        .says("nothing was done");
    assert_eq!(names(&["--all"]), 2);
    world.run(delete).code(0);
    assert_eq!(names(&["--all"]), 1);
    world.run(delete).code(5);
    world.issue(&[]);
    world
        .run(["templates", "delete", "Diploma"])
        .code(1)
        .says("409");
}

#[test]
fn a_document_is_replaced_and_erased() {
    let world = World::start();
    world.template();
    let old = world.issue(&["--external-id", "7"]);
    let reference = text(&old, "reference");
    let replace = [
        "documents",
        "replace",
        reference,
        "--field",
        "course=Writing",
    ];
    world
        .run(replace.iter().chain(&["--dry-run"]))
        .code(0)
        .says("to Zoë Ångström in the place of")
        .says("nothing was done");
    world.run(["verify", reference]).code(0);
    let new = world.data(replace);
    // Template, recipient and the number of one's own are those of the original.
    assert_eq!(text(&new, "replaces"), reference);
    assert_eq!(text(&new, "recipientName"), "Zoë Ångström");
    assert_eq!(text(&new, "externalId"), "7");
    world.run(["verify", reference]).code(3);
    let kept = [
        "documents",
        "replace",
        text(&new, "reference"),
        "--keep-original",
    ];
    let more = [
        "--field",
        "course=Arithmetic",
        "--recipient",
        "Ada Lovelace",
    ];
    world.run(kept.iter().chain(&more)).code(0);
    world.run(["verify", text(&new, "reference")]).code(0);

    let listed = |more: &[&str]| {
        let list = ["documents", "list", "--template", "Diploma"];
        let list = list.iter().chain(more).copied();
        world.data(list).as_array().unwrap().len()
    };
    let at = text(&new, "issuedAt");
    assert_eq!(
        (
            listed(&[]),
            listed(&["--after", at]),
            listed(&["--before", at])
        ),
        (3, 2, 1)
    );

    let answers = world.data(["documents", "verifications", "--reference", reference]);
    let verdicts: Vec<&str> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| text(entry, "verdict"))
        .collect();
    assert_eq!(verdicts, ["revoked", "valid"]);
    let revoked = world.data(["documents", "verifications", "--verdict", "revoked"]);
    assert_eq!(revoked.as_array().unwrap().len(), 1);
    world
        .run(["documents", "verifications", "--verdict", "good"])
        .code(2);
    assert_eq!(
        world.data(["stamps", "verifications"]),
        serde_json::json!([])
    );

    let erase = ["documents", "erase", reference, "--reason", "asked for"];
    world
        .run(erase.iter().chain(&["--dry-run"]))
        .code(0)
        .says("nothing was done");
    assert!(world.data(erase)["recipientName"].is_null());
    world.run(replace).code(2).says("say with --recipient");
}

#[test]
fn dry_runs_of_keys_and_channels_do_nothing() {
    let world = World::start();
    let create = ["keys", "create", "--name", "shop"];
    let key = world.data(create);
    let id = text(&key, "id");
    for words in ["roll", "cancel-roll", "delete"] {
        world
            .run(["keys", words, id, "--dry-run"])
            .code(0)
            .says("(shop), last used never; nothing was done");
        world
            .run(["keys", words, "8p1bp19MpkfF", "--dry-run"])
            .code(5);
    }
    assert_eq!(world.data(["keys", "list"]).as_array().unwrap().len(), 2);
    let add = ["alerts", "channels", "add", "webhook", "https://9.9.9.9:9/"];
    let channel = world.data(add);
    let id = text(&channel, "id");
    for words in ["rotate-secret", "delete"] {
        world
            .run(["alerts", "channels", words, id, "--dry-run"])
            .code(0)
            .says("the webhook to https://9.9.9.9:9/; nothing was done");
    }
    let channels = world.data(["alerts", "channels", "list"]);
    assert_eq!(channels.as_array().unwrap().len(), 1);
}

//! `ananke revocations` and `ananke restorations`, by a key and by the operator.

use serde_json::json;

use crate::world::{World, text};

fn stolen(world: &World) -> (String, String) {
    let made = world.data(["keys", "create", "--name", "Stolen"]);
    (
        text(&made, "id").to_owned(),
        text(&made, "secret").to_owned(),
    )
}

#[test]
fn what_a_stolen_key_did_is_undone() {
    let world = World::start();
    world.template();
    let (id, secret) = stolen(&world);
    let theirs = world.issue_as(&secret, &[]);
    let mine = world.issue(&[]);
    let (theirs, mine) = (text(&theirs, "reference"), text(&mine, "reference"));
    world
        .run_as(&secret, ["documents", "suspend", mine])
        .code(0);
    world.run(["keys", "delete", &id, "--force"]).code(0);

    let create = [
        "revocations",
        "create",
        "--key",
        &id,
        "--reason",
        "keyCompromise",
    ];
    let would = world
        .run(create.iter().chain(&["--dry-run"]))
        .code(0)
        .says("nothing was done");
    assert!(
        would.out.contains(theirs) && !would.out.contains(mine),
        "{}",
        would.out
    );
    world.run(["verify", theirs]).code(0);
    let done = world
        .run(create.iter().chain(&["--wait", "-o", "json"]))
        .code(0)
        .json();
    assert_eq!(
        (text(&done, "state"), &done["done"]),
        ("done", &json!(1)),
        "{done}"
    );
    world.run(["verify", theirs]).code(3);
    let listed = world.run(["revocations", "list"]).code(0).out;
    assert!(
        listed.contains(text(&done, "id")) && listed.contains("keyCompromise"),
        "{listed}"
    );
    let shown = world.data(["revocations", "show", text(&done, "id")]);
    assert_eq!(shown, done);

    let create = ["restorations", "create", "--key", &id];
    let would = world.run(create.iter().chain(&["--dry-run"])).code(0);
    assert!(
        would.out.contains(mine) && would.out.contains("reinstate"),
        "{}",
        would.out
    );
    world.run(["verify", mine]).code(3);
    let done = world
        .run(create.iter().chain(&["--wait", "-o", "json"]))
        .code(0)
        .json();
    assert_eq!(
        (text(&done, "state"), &done["reinstated"]),
        ("done", &json!(1)),
        "{done}"
    );
    world.run(["verify", mine]).code(0);
    let documents = world.data(["restorations", "documents", text(&done, "id")]);
    assert_eq!(text(&documents[0], "reference"), mine);
    assert_eq!(
        (text(&documents[0], "harm"), text(&documents[0], "status")),
        ("suspended", "Active")
    );

    world
        .run(["revocations", "create", "--reason", "other"])
        .code(2)
        .says("--key");
    world
        .run([
            "revocations",
            "create",
            "--key",
            "000000000000",
            "--reason",
            "other",
        ])
        .code(1)
        .says("keyId");
    world
        .run([
            "revocations",
            "show",
            "01890000-0000-7000-8000-000000000000",
        ])
        .code(5);
}

#[test]
fn the_operator_needs_no_key() {
    let world = World::start();
    world.template();
    let (id, secret) = stolen(&world);
    let document = world.issue_as(&secret, &[]);
    let at = ["--tenant", "UNIV01", "--data", "data"];
    let create = [
        "revocations",
        "create",
        "--key",
        &id,
        "--reason",
        "fraud",
        "--wait",
        "-o",
        "json",
    ];
    let done = world.run(create.iter().chain(&at)).code(0).json();
    assert_eq!(
        (text(&done, "createdBy"), &done["done"]),
        ("operator", &json!(1)),
        "{done}"
    );
    world.run(["verify", text(&document, "reference")]).code(3);
    let list = [
        "restorations",
        "create",
        "--key",
        &id,
        "--dry-run",
        "-o",
        "json",
    ];
    let would = world.run(list.iter().chain(&at)).code(0).json();
    assert_eq!(would["harmed"], 0, "{would}");
    let nobody = ["--tenant", "NOPE01", "--data", "data"];
    world
        .run(["revocations", "list"].iter().chain(&nobody))
        .code(5)
        .says("there is no tenant NOPE01");
}

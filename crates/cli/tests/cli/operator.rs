//! What the operator does on the server's machine: tenants, keys, audit, restore; running or not.

use crate::world::{Room, World, text};

#[test]
fn tenants_and_their_keys() {
    let mut world = World::start();
    let made = world.data([
        "tenants",
        "create",
        "--name",
        "Neighbour",
        "--code",
        "NEXT02",
        "--data",
        "data",
    ]);
    assert_eq!(
        (text(&made, "code"), text(&made, "state")),
        ("NEXT02", "active")
    );
    let created = world.data([
        "keys", "create", "--name", "Deploy", "--mode", "live", "--tenant", "NEXT02", "--data",
        "data",
    ]);
    let key = text(&created, "secret").to_owned();
    world.template();
    world
        .run_as(&key, ["templates", "create", "diploma.json"])
        .code(0);
    let document = world.issue_as(&key, &[]);
    assert!(
        world
            .run_as(&key, ["documents", "list"])
            .out
            .contains(text(&document, "reference"))
    );
    // What is another tenant's is as if it were not there.
    world
        .run(["documents", "show", text(&document, "id")])
        .code(5);

    // Suspended: its documents verify, its writes stop.
    let act = [
        "tenants", "suspend", "NEXT02", "--reason", "unpaid", "--data", "data",
    ];
    world
        .run(act.iter().chain(&["--dry-run"]))
        .code(0)
        .says("nothing was done");
    world.run(act).code(0);
    world.run(act).code(1);
    world.run(["verify", text(&document, "reference")]).code(0);
    world
        .run_as(&key, ["documents", "revoke", text(&document, "reference")])
        .code(4)
        .says("suspended");
    world
        .run([
            "tenants", "resume", "NEXT02", "--reason", "paid", "--data", "data",
        ])
        .code(0);
    world
        .run_as(&key, ["documents", "suspend", text(&document, "reference")])
        .code(0);
    let renamed = world.data([
        "tenants",
        "update",
        "NEXT02",
        "--name",
        "Neighbours",
        "--require-revocation-reason",
        "true",
        "--data",
        "data",
    ]);
    assert_eq!(text(&renamed, "name"), "Neighbours");
    assert_eq!(renamed["requireRevocationReason"], true);
    world
        .run(["tenants", "update", "NEXT02", "--data", "data"])
        .code(2)
        .says("--name");
    world
        .run(["tenants", "show", "NOPE01", "--data", "data"])
        .code(5)
        .says("there is no tenant NOPE01");
    for command in [&["keys", "list"][..], &["keys", "delete", "000000000000"]] {
        world
            .run(
                command
                    .iter()
                    .chain(&["--tenant", "NOPE01", "--data", "data"]),
            )
            .code(5)
            .says("there is no tenant NOPE01");
    }
    world
        .run(["tenants", "show", "../x", "--data", "data"])
        .code(2);

    // A deleted key is refused at once.
    let id = text(&created, "id").to_owned();
    world
        .run([
            "keys",
            "delete",
            &id,
            "--tenant",
            "NEXT02",
            "--data",
            "data",
            "--dry-run",
        ])
        .code(0);
    world.run_as(&key, ["documents", "list"]).code(0);
    world
        .run([
            "keys", "delete", &id, "--tenant", "NEXT02", "--data", "data", "--force",
        ])
        .code(0);
    world.run_as(&key, ["documents", "list"]).code(4);

    // Closed is for good.
    let closed = |verb| ["tenants", verb, "NEXT02", "--reason", "x", "--data", "data"];
    world.run(closed("close")).code(0);
    for verb in ["resume", "suspend", "close"] {
        world
            .run(closed(verb))
            .code(1)
            .says("this tenant was closed, which is final");
    }

    // The same without a server.
    world.stop();
    let listed = world
        .run(["tenants", "list", "--data", "data", "-o", "ndjson"])
        .code(0);
    assert_eq!(listed.out.lines().count(), 2);
    let keys = world.data(["keys", "list", "--tenant", "UNIV01", "--data", "data"]);
    assert_eq!(keys.as_array().unwrap().len(), 2);
    world
        .run(["audit", "verify", "--data", "data"])
        .code(0)
        .says("as it was recorded");
}

#[test]
fn keys_by_a_key_of_the_same_tenant() {
    let world = World::start();
    let created = world.data(["keys", "create", "--name", "Second", "--note", "for a test"]);
    let (key, id) = (text(&created, "secret"), text(&created, "id"));
    world.run_as(key, ["documents", "list"]).code(0);
    // Just used, so deleting it wants to be meant.
    let ended = world.run(["keys", "delete", id]).code(1).says("409");
    let ended = ended.says("use --force to delete it all the same");
    assert!(!ended.err.contains("?force"), "{ended:?}");
    world.run(["keys", "delete", id, "--force"]).code(0);
    world.run_as(key, ["documents", "list"]).code(4);
    world
        .run(["keys", "delete", "000000000000"])
        .code(5)
        .says("there is no key 000000000000");
    let listed = world.data(["keys", "list"]);
    assert!(!listed.to_string().contains("secret"), "{listed}");
}

fn both<'a>(who: &[&'a str], arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, who].concat()
}

/// The four steps in which a key is rotated, by a key of the tenant and by the operator.
#[test]
fn a_key_is_rotated_in_four_steps() {
    let world = World::start();
    world.template();
    for who in [&[][..], &["--tenant", "UNIV01", "--data", "data"]] {
        let scopes = [
            "keys",
            "create",
            "--name",
            "Deploy",
            "--scope",
            "issuances:write,templates:read",
        ];
        let made = world.data(both(who, &scopes));
        let (old, id) = (text(&made, "secret"), text(&made, "id"));
        world.issue_as(old, &[]);
        // 1: a successor. 2: it is put where the old one was; both work. 3: nobody uses the old one. 4: it is deleted.
        let rolled = world
            .run(both(
                who,
                &["keys", "roll", id, "--overlap", "7d", "-o", "json"],
            ))
            .code(0);
        let rolled: serde_json::Value = serde_json::from_str(&rolled.out).unwrap();
        let new = text(&rolled, "secret");
        world.issue_as(old, &[]);
        world.issue_as(new, &[]);
        let listed = world.run(both(who, &["keys", "list"])).code(0);
        assert!(listed.out.contains("rolled, works until"), "{}", listed.out);
        world
            .run(both(who, &["keys", "delete", id, "--force"]))
            .code(0);
        world.run_as(old, ["documents", "list"]).code(4);
        world.issue_as(new, &[]);
        // Rolled by mistake, and taken back.
        let id = text(&rolled, "id");
        world
            .run(both(who, &["keys", "roll", id]))
            .code(0)
            .says("works beside it");
        world
            .run(both(who, &["keys", "roll", id]))
            .code(1)
            .says("rolled already");
        world
            .run(both(who, &["keys", "cancel-roll", id]))
            .code(0)
            .says("successor is deleted");
        world
            .run(both(who, &["keys", "update", id]))
            .code(2)
            .says("nothing to change");
        let changed = [
            "keys",
            "update",
            id,
            "--allow-from",
            "192.0.2.0/24",
            "--note",
            "moved",
        ];
        let changed = world.run(both(who, &changed)).code(0);
        assert!(changed.out.contains("192.0.2.0/24"), "{}", changed.out);
        world
            .run_as(new, ["documents", "list"])
            .code(4)
            .says("network");
        let cleared = world
            .run(both(
                who,
                &["keys", "update", id, "--clear", "allow-from,note"],
            ))
            .code(0);
        assert!(!cleared.out.contains("192.0.2.0"), "{}", cleared.out);
        world.run_as(new, ["documents", "list"]).code(0);
        world
            .run(both(who, &["keys", "roll", id, "--overlap", "31d"]))
            .code(1)
            .says("overlapSeconds");
        world
            .run(both(who, &["keys", "roll", "000000000000"]))
            .code(5)
            .says("there is no key");
    }
}

/// Replaced, retired and compromised, by a key of the tenant and by the operator.
#[test]
fn signing_keys_are_rotated() {
    let world = World::start();
    world.template();
    // The second one begins with the key that signed the last document of the first.
    for (signed, who) in [(1, &[][..]), (2, &["--tenant", "UNIV01", "--data", "data"])] {
        let ask = |arguments: &[&str]| {
            let words = [&["signing-keys"][..], arguments].concat();
            world.run(both(who, &words))
        };
        let data = |arguments: &[&str]| {
            ask(&[arguments, &["-o", "json"][..]].concat())
                .code(0)
                .json()
        };
        let old = data(&["list"])[0].clone();
        let (id, certificate) = (text(&old, "id"), text(&old, "certificateReference"));
        let document = world.issue(&[]);
        let reference = text(&document, "reference");
        ask(&["retire", id])
            .code(1)
            .says("the only key that can sign");
        let new = data(&["create"]);
        assert_eq!(new["signs"], true, "{new}");
        let planned = ask(&["create", "--starts-at", "2020-01-01T00:00:00Z"]);
        planned.code(1).says("startsAt");
        ask(&["retire", id, "--dry-run"])
            .code(0)
            .says("would retire")
            .says("0 of them would be invalid; nothing was done");
        ask(&["retire", id, "--reason", "rotated"]).code(0);
        let listed = ask(&["list"]).code(0).out;
        let line = listed
            .lines()
            .find(|line| line.contains(certificate))
            .unwrap();
        assert!(line.contains("retired"), "{listed}");
        world.run(["verify", reference]).code(0);

        let since = ["compromise", id, "--at", "2020-01-01T00:00:00Z"];
        ask(&[&since[..], &["--dry-run"][..]].concat())
            .code(0)
            .says(&format!(
                "{signed} of them would be invalid; nothing was done"
            ));
        world.run(["verify", reference]).code(0);
        ask(&since).code(0);
        world.run(["verify", reference]).code(3);
        ask(&since).code(1).says("only an earlier date");
        ask(&["retire", "01890000-0000-7000-8000-000000000000"])
            .code(5)
            .says("there is no signing key");
        // The last one, too: there is a successor at once.
        let last = [
            "compromise",
            text(&new, "id"),
            "--at",
            "2020-01-01T00:00:00Z",
        ];
        ask(&last).code(0).says("signs from now on");
        let next = world.issue(&[]);
        world.run(["verify", text(&next, "reference")]).code(0);
    }
    world
        .run(["signing-keys", "list", "--mode", "test"])
        .code(2)
        .says("--tenant");
    world
        .run([
            "signing-keys",
            "list",
            "--tenant",
            "NOPE01",
            "--data",
            "data",
        ])
        .code(5)
        .says("there is no tenant NOPE01");
}

#[test]
fn an_empty_directory_is_not_made_into_a_server_by_looking_at_it() {
    let room = Room::new();
    for arguments in [
        &["tenants", "list"][..],
        &["audit", "verify"],
        &["keys", "list", "--tenant", "UNIV01"],
    ] {
        let ended = room
            .run(arguments.iter().chain(&["--data", "data"]))
            .code(1);
        assert!(ended.err.contains("ananke serve"), "{}", ended.err);
    }
}

#[test]
fn a_second_server_does_not_start_on_the_same_data() {
    let world = World::start();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];
    let ended = world.run(arguments).code(1);
    assert!(ended.err.contains("data"), "{}", ended.err);
}

#[test]
fn a_restored_copy_starts_only_as_a_new_epoch() {
    let mut world = World::start();
    world.template();
    world.stop();
    let (data, copy) = (world.room.path("data"), world.room.path("copy"));
    copy_dir(&data, &copy);
    world.restart(&[]);
    let lost = world.issue(&[]);
    world.stop();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&copy, &data).unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];
    world.run(arguments).code(1).says("restore --new-epoch");
    world.restore();
    world.run(["verify", text(&lost, "reference")]).code(5);
    let kept = world.issue(&[]);
    world.run(["verify", text(&kept, "reference")]).code(0);
    world.run(["audit", "verify", "--data", "data"]).code(0);
}

#[test]
fn nothing_is_made_where_there_is_nothing_to_restore() {
    let room = Room::new();
    std::fs::create_dir(room.path("empty")).unwrap();
    for data in ["empty", "absent"] {
        let arguments = ["restore", "--new-epoch"];
        let ended = room
            .run(arguments.iter().chain(&["--data", data]))
            .code(1)
            .says("there is nothing to restore here");
        assert!(!ended.err.contains("ak_"), "{ended:?}");
        assert!(!room.path(data).join("ananke.db").exists());
    }
    assert!(!room.path("absent").exists());
}

#[test]
fn lost_data_are_put_back_or_given_up_knowingly() {
    let mut world = World::start();
    world.stop();
    let (data, anchor) = (world.room.path("data"), world.room.path("data.anchor"));
    std::fs::remove_dir_all(&data).unwrap();
    let way_out = format!("rm {}", anchor.display());
    for _ in 0..2 {
        world
            .run(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
            .code(1)
            .says(&way_out);
        assert!(!data.join("kek").exists(), "no key is made for nothing");
    }
    // Also with a database there, which is empty now.
    let restore = ["restore", "--new-epoch"];
    let ended = world
        .run(restore.iter().chain(&["--data", "data"]))
        .code(1)
        .says("there is nothing to restore here");
    assert!(!ended.err.contains("ak_"), "{ended:?}");
    std::fs::remove_file(&anchor).unwrap();
    world.restart(&[]);
    assert!(text(&world.ready, "liveKey").starts_with("ak_live_"));
}

pub(crate) fn copy_dir(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

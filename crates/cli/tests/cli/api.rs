//! `ananke api`: any call by its path, with the key that every other command would send.

use crate::world::{Room, World, text};

#[test]
fn any_call_can_be_made_by_its_path() {
    let world = World::start();
    world.template();
    let who = world.run(["api", "GET", "/v1/whoami"]).code(0);
    assert_eq!(text(&who.json(), "issuerCode"), "UNIV01");
    assert!(who.out.ends_with("}\n"));
    for (key, code) in [("x", 2), ("y", 3), ("z", 1)] {
        let create = [
            "api",
            "post",
            "/v1/api-keys",
            "-f",
            "name=later",
            "-f",
            &format!("note={key}"),
            "-F",
            &format!("revocationsPerDay={code}"),
            "-F",
            r#"scopes=["templates:read"]"#,
        ];
        let made = world.run(create).code(0).json();
        assert_eq!(
            (text(&made, "note"), &made["revocationsPerDay"]),
            (key, &code.into())
        );
    }
    // In a query where there is no body, and page by page.
    let page = ["api", "GET", "/v1/api-keys", "-f", "limit=1"];
    let first = world.run(page).code(0).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    assert!(first["nextCursor"].is_string(), "{first}");
    let all = world.run(page.iter().chain(&["--paginate"])).code(0).json();
    assert_eq!(all.as_array().unwrap().len(), 4, "{all}");

    // A body of any kind, and the answer to the byte.
    let template = world.room.path("diploma.json");
    let renamed = std::fs::read_to_string(template).unwrap();
    let renamed = renamed.replace("Diploma", "Other");
    let create = ["api", "POST", "/v1/trust/templates", "--input", "-"];
    let made = world.room.pipe(create, renamed.as_bytes()).code(0).json();
    let path = format!("/v1/trust/templates/{}", text(&made, "id"));
    let include = world.run(["api", "GET", &path, "--include"]).code(0).out;
    assert!(include.starts_with("200\n"), "{include}");
    assert!(include.contains("\netag: \"1\"\n"), "{include}");
    world
        .room
        .write("new.json", renamed.replace("Other", "Newer"));
    let update = ["api", "PUT", &path, "--input", "new.json", "-H"];
    world
        .run(update.iter().chain(&["if-match: \"7\""]))
        .code(1)
        .says("412");
    world.run(update.iter().chain(&["if-match: \"1\""])).code(0);
    let document = world.issue(&[]);
    let pdf = format!("/v1/trust/issuances/{}/pdf", text(&document, "id"));
    world
        .run([
            "documents",
            "pdf",
            text(&document, "reference"),
            "--out",
            "d.pdf",
        ])
        .code(0);
    let output = world.room.command().args(["api", "GET", &pdf]).output();
    let file = std::fs::read(world.room.path("d.pdf")).unwrap();
    assert!(output.unwrap().stdout == file);

    world
        .run(["api", "DELETE", &path, "--dry-run"])
        .code(0)
        .says("nothing was done");
    world.run(["api", "DELETE", &path]).code(0);
    let gone = world.run(["api", "GET", &path]).code(5).says("404");
    assert_eq!(text(&gone.json(), "code"), "NOT_FOUND");
    let refused = ["api", "POST", "/v1/trust/templates", "-f", "name=x"];
    world.run(refused).code(1).says("docType");
    world
        .run_as("ak_live_wrong", ["api", "GET", "/v1/whoami"])
        .code(4);
    world
        .run(["api", "GET", "/v1/whoami", "--paginate"])
        .code(2);
    world
        .run(["api", "POST", "/v1/leaks", "--paginate"])
        .code(2);
}

#[test]
fn a_call_stays_on_its_server_and_its_key_off_the_command_line() {
    let room = Room::new();
    for (arguments, words) in [
        (&["GET", "https://evil.example/"][..], "must begin with /"),
        (&["GET", "v1/whoami"], "must begin with /"),
        (&["FETCH", "/v1/whoami"], "GET, POST"),
        (
            &["GET", "/v1/whoami", "-H", "X-API-Key: ak_live_x"],
            "not set by hand",
        ),
        (
            &["GET", "/v1/whoami", "-H", "authorization:Bearer x"],
            "not set by hand",
        ),
        (&["POST", "/v1/leaks", "-F", "a=b c"], "is not JSON"),
        (&["POST", "/v1/leaks", "-f", "novalue"], "KEY=VALUE"),
    ] {
        let call = [&["api"], arguments].concat();
        room.run(call).code(2).says(words);
    }
}

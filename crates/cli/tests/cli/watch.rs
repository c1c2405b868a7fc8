//! `ananke stamp --watch`: what arrives is stamped, once.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::pdf_worker::document;
use crate::world::{Ended, World, text};

const PATIENCE: Duration = Duration::from_secs(30);
/// Well formed at both ends, and no PDF between them.
const DAMAGED: &[u8] = b"%PDF-1.7\nnothing\n%%EOF\n";

fn pass(world: &World, more: &[&str]) -> Ended {
    let base = [
        "stamp", "--watch", "in", "--out", "done", "--type", "CER", "--once",
    ];
    world.run(base.iter().chain(more))
}

fn stamps(world: &World) -> Vec<Value> {
    let listed = world.data(["stamps", "list"]);
    listed.as_array().unwrap().clone()
}

fn stamped_from(world: &World, name: &str, original: &[u8]) -> bool {
    let stamped = world.room.path(&format!("done/{name}.stamped.pdf"));
    std::fs::read(stamped).is_ok_and(|stamped| stamped.starts_with(original))
}

fn is_there(world: &World, path: &str) -> bool {
    world.room.path(path).exists()
}

#[test]
fn a_refused_file_between_good_ones() {
    let world = World::start();
    world.room.write("in/a.pdf", document(1));
    world.room.write("in/b.pdf", DAMAGED);
    world.room.write("in/c.PDF", document(3));
    world.room.write("in/half.pdf", &document(9)[..200]);
    world.room.write("in/notes.txt", "no PDF, and left alone");
    world.room.write("in/.hidden.pdf", document(1));
    let told = pass(&world, &[])
        .code(1)
        .says("refused: b.pdf: 422: pdf: the PDF is damaged");
    assert!(told.err.contains("half.pdf: left"), "{told:?}");
    assert_eq!(told.out.lines().count(), 2, "{told:?}");
    assert!(stamped_from(&world, "a", &document(1)) && stamped_from(&world, "c", &document(3)));
    for moved in ["in/originals/a.pdf", "in/originals/c.PDF"] {
        assert!(is_there(&world, moved), "{moved}");
    }
    for left in ["in/b.pdf", "in/half.pdf", "in/notes.txt", "in/.hidden.pdf"] {
        assert!(is_there(&world, left), "{left}");
    }
    let reason = std::fs::read_to_string(world.room.path("in/b.error.txt")).unwrap();
    assert!(
        reason.starts_with("b.pdf: 422: pdf: the PDF is damaged"),
        "{reason}"
    );
    assert_eq!(stamps(&world).len(), 2);

    // Nobody asks twice about a file that was refused, until it is another one or its reason is removed.
    let again = pass(&world, &[]).code(0);
    assert!(
        again.out.is_empty() && !again.err.contains("refused"),
        "{again:?}"
    );
    std::fs::remove_file(world.room.path("in/b.error.txt")).unwrap();
    pass(&world, &[]).code(1).says("refused: b.pdf");
    world.room.write("in/b.pdf", document(2));
    world.room.write("in/half.pdf", document(9));
    pass(&world, &[]).code(0);
    assert!(stamped_from(&world, "b", &document(2)) && stamped_from(&world, "half", &document(9)));
    assert!(!is_there(&world, "in/b.error.txt"));
    assert_eq!(stamps(&world).len(), 4);

    // A file that gets no more to its end is refused at last.
    let half = world.room.write("in/half2.pdf", &document(9)[..200]);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let file = std::fs::File::options().append(true).open(half).unwrap();
    file.set_modified(long_ago).unwrap();
    pass(&world, &[]).code(1).says("not a complete PDF");
    assert!(is_there(&world, "in/half2.error.txt"));
}

#[test]
fn nothing_is_stamped_twice() {
    let world = World::start();
    world.room.write("in/a.pdf", document(1));
    pass(&world, &[]).code(0);
    let first = std::fs::read(world.room.path("done/a.stamped.pdf")).unwrap();
    // Interrupted between the stamped PDF and the move of its original.
    world.room.write("in/a.pdf", document(1));
    pass(&world, &[]).code(0).says("stamped before");
    // Interrupted before the stamped PDF was written: the same words on the same file are the same stamp.
    std::fs::remove_file(world.room.path("done/a.stamped.pdf")).unwrap();
    world.room.write("in/a.pdf", document(1));
    pass(&world, &[]).code(0);
    let again = std::fs::read(world.room.path("done/a.stamped.pdf")).unwrap();
    assert!(first == again);
    assert_eq!(stamps(&world).len(), 1);
    assert!(is_there(&world, "in/originals/a.pdf") && !is_there(&world, "in/originals/a-2.pdf"));

    // Another file of that name is not mistaken for it, nor does it take its place.
    world.room.write("in/a.pdf", document(2));
    pass(&world, &[]).code(1).says("was not made of this file");
    assert!(std::fs::read(world.room.path("done/a.stamped.pdf")).unwrap() == first);
    std::fs::rename(
        world.room.path("done/a.stamped.pdf"),
        world.room.path("done/first.pdf"),
    )
    .unwrap();
    std::fs::remove_file(world.room.path("in/a.error.txt")).unwrap();
    pass(&world, &[]).code(0);
    assert!(stamped_from(&world, "a", &document(2)));
    let kept = |name: &str| std::fs::read(world.room.path(&format!("in/originals/{name}.pdf")));
    assert!(kept("a").unwrap() == document(1) && kept("a-2").unwrap() == document(2));
    // Other words on the same file are another stamp.
    std::fs::remove_file(world.room.path("done/a.stamped.pdf")).unwrap();
    world.room.write("in/a.pdf", document(1));
    pass(&world, &["--name", "Another"]).code(0);
    assert_eq!(stamps(&world).len(), 3);
}

#[test]
fn what_is_no_fault_of_a_file_is_not_held_against_it() {
    let world = World::start();
    world.room.write("in/a.pdf", document(1));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", port.local_addr().unwrap());
    drop(port);
    pass(&world, &["--base-url", &nobody])
        .code(1)
        .says("ananke serve");
    let stranger = world.run_as(
        "ak_live_wrong",
        [
            "stamp", "--watch", "in", "--out", "done", "--type", "CER", "--once",
        ],
    );
    stranger.code(4);
    assert!(is_there(&world, "in/a.pdf") && !is_there(&world, "in/a.error.txt"));
    world
        .run([
            "stamp", "--watch", "in", "--out", "in", "--type", "CER", "--once",
        ])
        .code(2)
        .says("another directory");
    pass(&world, &[]).code(0);
    assert_eq!(text(&stamps(&world)[0], "name"), "a");
}

#[test]
fn it_goes_on_until_it_is_told_to_end() {
    let world = World::start();
    std::fs::create_dir(world.room.path("in")).unwrap();
    for (signal, name) in [("TERM", "one"), ("INT", "two")] {
        let mut watching = watcher(&world);
        // Written slowly, by somebody who does not know of us.
        let file = document(5);
        let path = world.room.write(&format!("in/{name}.pdf"), &file[..100]);
        std::thread::sleep(Duration::from_millis(2_500));
        assert!(path.exists());
        std::fs::write(&path, &file).unwrap();
        until(&world.room.path(&format!("in/originals/{name}.pdf")));
        assert!(stamped_from(&world, name, &file));
        let asked = Command::new("sh")
            .args(["-c", "kill -$0 $1", signal, &watching.id().to_string()])
            .status();
        assert!(asked.unwrap().success());
        assert_eq!(watching.wait().unwrap().code(), Some(0), "{signal}");
    }
    assert_eq!(stamps(&world).len(), 2);
}

fn watcher(world: &World) -> Child {
    world
        .room
        .command()
        .args(["stamp", "--watch", "in", "--out", "done", "--type", "CER"])
        .args(["--every", "1", "-q"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn until(path: &Path) {
    let began = Instant::now();
    while !path.exists() {
        assert!(
            began.elapsed() < PATIENCE,
            "{} is not there",
            path.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

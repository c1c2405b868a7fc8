//! G-07: back to a moment between two backups, with PostgreSQL's own archive. What was acknowledged by then is there.

use ananke_rig::checker::check;
use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};

use crate::lives::under_load;
use crate::{cluster, program};

const CLIENTS: usize = 8;

#[test]
fn back_to_a_moment() {
    let Some(cluster) = cluster::start() else {
        return;
    };
    let name = "G-07 postgresql, back to a moment";
    let mut seed = Seed::of_run(name);
    let moments = number("ANANKE_RIG_BACKUPS", 3);
    let instance = Instance::create(program(), Some(cluster.database()));
    cluster.archive();
    let (moments, report) = under_load(&instance, "moments", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        let mut kept = Vec::new();
        for number in 0..moments {
            let answers = 10 + usize::try_from(seed.below(30)).unwrap();
            assert!(lives.wait_for_answers(&mut server, answers));
            let before = lives
                .journal
                .until_now(&instance.note(&format!("until-{number}")));
            kept.push((cluster.ask("SELECT clock_timestamp()"), before));
        }
        assert!(lives.wait_for_answers(&mut server, 10));
        server.stop();
        kept
    });
    report.must_be_clean(&instance);
    let all = report.documents;
    cluster.stop_well();
    let (mut acknowledged, mut undone) = (0, 0);
    for (moment, before) in &moments {
        cluster.go_back_to(moment);
        assert!(
            instance.start(&[]).is_err(),
            "a database that lacks what the anchor remembers is no surprise"
        );
        let (done, words) = instance.run(&["restore", "--new-epoch"]);
        assert!(done, "{words}");
        let server = instance.start(&[]);
        let server = server.unwrap_or_else(|ended| panic!("{ended}: {}", instance.log()));
        before.and_asked(&instance.note("moments.journal"));
        let report = check(&instance, server.address, before);
        report.must_be_clean(&instance);
        assert!(report.documents < all, "it is not the moment, but the end");
        acknowledged += report.acknowledged;
        undone += all - report.documents;
        server.stop();
        cluster.stop_well();
    }
    say(&format!(
        "{name}: {} moments under {CLIENTS} clients: {acknowledged} acknowledged before them, 0 lost, 0 duplicates, 0 \
         other findings; {undone} documents of later undone",
        moments.len()
    ));
}

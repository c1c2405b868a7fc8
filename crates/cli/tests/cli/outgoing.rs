//! Connections that go out: whoever is at the other end has to prove who it is. That an issuer's domain has to is
//! shown in `crates/server/tests/trust/domain.rs`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::certificates::{Ca, self_signed};
use crate::cluster;
use crate::tls::{NAMES, serve};
use crate::world::{Ended, Room, World, text};

#[test]
fn a_client_believes_no_certificate_that_is_not_good() {
    let ca = Ca::new();
    let known = self_signed(NAMES);
    for (what, pair, said) in [
        ("self-signed", self_signed(NAMES), "UnknownIssuer"),
        (
            "of another authority",
            Ca::new().sign(NAMES),
            "invalid peer certificate",
        ),
        (
            "of another host",
            ca.sign(&["other.example"]),
            "not valid for name",
        ),
        ("expired", ca.sign_expired(NAMES), "expired"),
    ] {
        let world = serve(&ca, &pair, &[]);
        for command in [
            &["healthcheck"][..],
            &["documents", "list"],
            &["verify", "TRF-ABCD1234"],
        ] {
            let refused = world.run(command.iter().copied()).code(1).says(said);
            assert!(!refused.err.contains("valid until"), "{what}: {refused:?}");
        }
    }
    for (pair, authority) in [
        (ca.sign(NAMES), &ca.pem),
        (known.clone(), &known.certificate),
    ] {
        let mut world = serve(&ca, &pair, &[]);
        world.room.write("ca.pem", authority);
        world.run(["healthcheck"]).code(0);
        world.run(["documents", "list"]).code(0);
        // Nobody else vouches for it.
        world
            .room
            .variables
            .retain(|(name, _)| name != "ANANKE_CA_FILE");
        world.run(["healthcheck"]).code(1).says("UnknownIssuer");
    }
}

/// Starts a server on this database, which is to fail.
fn start(room: &Room, database: &str, more: &[(&str, &str)]) -> Ended {
    let output = room
        .command()
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "never"])
        .env("ANANKE__DATA__DATABASE", database)
        .envs(more.iter().copied())
        .output()
        .unwrap();
    let ended = Ended::new(&output);
    assert!(!ended.err.contains("secret"), "{ended:?}");
    assert!(!room.path("never/kek").exists(), "{ended:?}");
    ended
}

#[test]
fn postgresql_proves_who_it_is() {
    let Some(cluster) = cluster::start() else {
        return;
    };
    let ca = Ca::new();
    let room = Room::new();
    ca.write(&room.path("ca.pem"));
    Ca::new().write(&room.path("other.pem"));
    let name = cluster.database();
    let name = name.rsplit('/').next().unwrap().to_owned();
    let verified = |(before, after): (String, String), more: &str| {
        format!("{before}/{name}{after}&sslmode=verify-full{more}")
    };
    let with_ca = "&sslrootcert=ca.pem";
    for (pair, said) in [
        (self_signed(NAMES), "UnknownIssuer"),
        (ca.sign(&["other.example"]), "not valid for name"),
        (ca.sign_expired(NAMES), "expired"),
    ] {
        let place = cluster.encrypt(&pair.certificate, &pair.key);
        start(&room, &verified(place, with_ca), &[])
            .code(1)
            .says("does not prove over TLS who it is")
            .says(said);
    }
    let good = ca.sign(NAMES);
    let place = || cluster.encrypt(&good.certificate, &good.key);
    for not_given in ["", "&sslrootcert=other.pem", "&sslrootcert=system"] {
        start(&room, &verified(place(), not_given), &[])
            .code(1)
            .says("invalid peer certificate");
    }
    start(&room, &verified(place(), "&sslrootcert=absent.pem"), &[])
        .code(2)
        .says("absent.pem");
    // In clear, this one wants nobody.
    let (before, after) = place();
    start(&room, &format!("{before}/{name}{after}"), &[])
        .code(1)
        .says("no encryption");

    let database = verified(place(), with_ca);
    let mut world = World::first_start_in(room, &[("ANANKE__DATA__DATABASE", &database)]);
    assert_eq!(text(&world.ready, "engine"), "postgres");
    world.template();
    let document = world.issue(&[]);
    world.run(["verify", text(&document, "reference")]).code(0);
    let lines = |condition: &str| {
        let question = format!(
            "SELECT count(*) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) \
             WHERE application_name = 'ananke' AND {condition}"
        );
        cluster.ask(&question).parse::<u32>().unwrap()
    };
    assert!(lines("ssl AND version IN ('TLSv1.2', 'TLSv1.3')") >= 2);
    assert_eq!(lines("NOT ssl"), 0);
    // PostgreSQL's own programs are told the same.
    let with_database = |database: &str| ("ANANKE__DATA__DATABASE".to_owned(), database.to_owned());
    let mut copy = |database: &str, to: &str| {
        world.room.variables.push(with_database(database));
        let ended = world.run(["backup", "create", to, "--data", "data"]);
        world.room.variables.pop();
        ended
    };
    copy(&database, "copies/one").code(0);
    let distrusted = database.replace("ca.pem", "other.pem");
    let refused = copy(&distrusted, "copies/two");
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(!refused.err.contains("secret"), "{refused:?}");
    world.stop();

    // The authorities of the setting do as well.
    let database = verified(place(), "");
    world.restart_with(&[
        ("ANANKE__DATA__DATABASE", &database),
        ("ANANKE__OUTGOING__CA_FILE", "ca.pem"),
    ]);
    world.run(["verify", text(&document, "reference")]).code(0);
}

#[test]
fn who_refuses_tls_is_told_no_password() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut heard = vec![0; 8];
        socket.read_exact(&mut heard).unwrap();
        // "No TLS here", as somebody in between might say.
        socket.write_all(b"N").unwrap();
        let mut more = Vec::new();
        let _ = socket.read_to_end(&mut more);
        (heard, more)
    });
    let (room, ca) = (Room::new(), Ca::new());
    ca.write(&room.path("ca.pem"));
    let database = format!(
        "postgres://ananke:secret@127.0.0.1:{port}/a?sslmode=verify-full&sslrootcert=ca.pem"
    );
    start(&room, &database, &[])
        .code(1)
        .says("server does not support TLS");
    let (heard, more) = heard.join().unwrap();
    assert_eq!(heard, [0, 0, 0, 8, 4, 210, 22, 47], "the question for TLS");
    assert_eq!(more, b"", "nothing was said in clear");
}

#[test]
fn off_this_machine_postgresql_is_not_asked_in_clear() {
    let room = Room::new();
    let away = "postgres://ananke:secret@192.0.2.7/a";
    for mode in ["", "?sslmode=disable", "?sslmode=prefer"] {
        start(&room, &format!("{away}{mode}"), &[])
            .code(2)
            .says("add sslmode=verify-full to the URL")
            .says("data.trusted_network = true");
    }
    for mode in ["allow", "require", "verify-ca"] {
        start(&room, &format!("{away}?sslmode={mode}"), &[])
            .code(2)
            .says("write sslmode=verify-full");
    }
    for (database, trusted) in [
        (format!("{away}?sslmode=verify-full"), "false"),
        (away.to_owned(), "true"),
    ] {
        let output = room
            .command()
            .args(["config", "check"])
            .env("ANANKE__DATA__DATABASE", &database)
            .env("ANANKE__DATA__TRUSTED_NETWORK", trusted)
            .output()
            .unwrap();
        Ended::new(&output).code(0);
    }
}

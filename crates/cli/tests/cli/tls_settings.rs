//! Settings of HTTPS that are refused before anything is listened on, and why.

use std::os::unix::fs::PermissionsExt as _;

use crate::certificates::{Ca, self_signed};
use crate::tls::{NAMES, put, put_as};
use crate::world::Room;

#[test]
fn certificates_and_keys_that_are_refused() {
    let (room, ca) = (Room::new(), Ca::new());
    put(&room, &ca.sign(NAMES));
    let other = self_signed(NAMES);
    put_as(&room, "other.pem", &other.key);
    put_as(&room, "empty.pem", "");
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    put_as(&room, "locked.pem", locked);
    put_as(
        &room,
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let open = room.write("open.pem", &ca.sign(NAMES).key);
    std::fs::set_permissions(open, std::fs::Permissions::from_mode(0o644)).unwrap();
    let elsewhere = ("server.public_url", "http://documents.example.org");
    for (certificate, key, more, words) in [
        (
            "certificate.pem",
            "",
            None,
            "`server.tls_key` (default): must be named, too",
        ),
        (
            "",
            "key.pem",
            None,
            "`server.tls_certificate` (default): must be named, too",
        ),
        ("absent.pem", "key.pem", None, "absent.pem: No such file"),
        (
            "certificate.pem",
            "absent.pem",
            None,
            "absent.pem: No such file",
        ),
        (
            "empty.pem",
            "key.pem",
            None,
            "empty.pem: holds no certificate in PEM",
        ),
        (
            "broken.pem",
            "key.pem",
            None,
            "`server.tls_certificate` (flag --set): broken.pem",
        ),
        (
            "key.pem",
            "key.pem",
            None,
            "key.pem: holds no certificate in PEM",
        ),
        (
            "certificate.pem",
            "certificate.pem",
            None,
            "holds no private key in PEM",
        ),
        (
            "certificate.pem",
            "locked.pem",
            None,
            "that is not encrypted",
        ),
        (
            "certificate.pem",
            "other.pem",
            None,
            "`server.tls_key` (flag --set): other.pem: is not the key of the first certificate in certificate.pem",
        ),
        (
            "certificate.pem",
            "open.pem",
            None,
            "run `chmod o= open.pem`",
        ),
        (
            "certificate.pem",
            "key.pem",
            Some(elsewhere),
            "`server.public_url` (flag --set): must begin with https://",
        ),
    ] {
        let settings = [
            ("server.tls_certificate", certificate),
            ("server.tls_key", key),
        ];
        let set = settings.into_iter().filter(|(_, value)| !value.is_empty());
        let set: Vec<String> = set
            .chain(more)
            .flat_map(|(name, value)| ["--set".to_owned(), format!("{name}={value}")])
            .collect();
        for command in [
            &["config", "check"][..],
            &["serve", "--listen", "127.0.0.1:0"],
        ] {
            let command = command.iter().map(|&word| word.to_owned());
            let refused = room.run(
                command
                    .chain(["--data".to_owned(), "never".to_owned()])
                    .chain(set.clone()),
            );
            let refused = refused.code(2).says(words);
            assert!(!refused.err.contains("PRIVATE KEY---"), "{refused:?}");
        }
    }
    assert!(!room.path("never").exists());
    let good = [
        "--set",
        "server.tls_certificate=certificate.pem",
        "--set",
        "server.tls_key=key.pem",
    ];
    room.run(["config", "check"].iter().chain(&good)).code(0);
    // With a certificate it may be reached from elsewhere.
    let reachable = [
        "--set",
        "server.listen=0.0.0.0:0",
        "--set",
        "server.public_url=https://documents.example.org",
    ];
    room.run(["config", "check"].iter().chain(&good).chain(&reachable))
        .code(0);
}

#[test]
fn in_clear_it_listens_on_this_machine_only() {
    let room = Room::new();
    let public = ["--set", "server.public_url=https://documents.example.org"];
    let proxied = ["--set", "server.trusted_proxies=10.0.0.0/8"];
    for address in [
        "0.0.0.0:0",
        "[::]:0",
        "[::ffff:127.0.0.1]:0",
        "[::ffff:0.0.0.0]:0",
        "[::ffff:10.0.0.7]:0",
        "10.0.0.7:0",
        "192.0.2.7:0",
        "169.254.1.1:0",
        "[fe80::1]:0",
        "[fd00::1]:0",
        "[2001:db8::1]:0",
    ] {
        for way in [
            &["serve", "--data", "never", "--listen", address][..],
            &[
                "config",
                "check",
                "--set",
                &format!("server.listen={address}"),
            ],
        ] {
            room.run(way.iter().chain(&public))
                .code(2)
                .says("without TLS keys would cross the network in clear");
        }
        let declared = [
            "config",
            "check",
            "--set",
            &format!("server.listen={address}"),
        ];
        room.run(declared.iter().chain(&public).chain(&proxied))
            .code(0);
    }
    for address in ["127.0.0.1:0", "127.9.9.9:0", "[::1]:0"] {
        let declared = [
            "config",
            "check",
            "--set",
            &format!("server.listen={address}"),
        ];
        room.run(declared.iter().chain(&public)).code(0);
    }
    assert!(!room.path("never").exists());
}

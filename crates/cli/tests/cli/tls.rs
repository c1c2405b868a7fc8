//! HTTPS as clients and outside judges see it: which TLS is spoken, what is answered in clear, how patient the server
//! is, and on which certificates it does not start.

use std::io::{BufRead as _, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::certificates::{Ca, Pair};
use crate::world::{Room, World};

pub(crate) const NAMES: &[&str] = &["localhost", "127.0.0.1"];

/// Puts a pair where the server of this room finds it.
pub(crate) fn put(room: &Room, pair: &Pair) {
    put_as(room, "certificate.pem", &pair.certificate);
    put_as(room, "key.pem", &pair.key);
}

/// Puts a file there as a whole, for this user only.
pub(crate) fn put_as(room: &Room, name: &str, text: &str) {
    let new = room.write(&format!("{name}.new"), text);
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::rename(new, room.path(name)).unwrap();
}

/// A server with this certificate. Commands in its room believe the authority.
pub(crate) fn serve(ca: &Ca, pair: &Pair, more: &[(&str, &str)]) -> World {
    let room = Room::new();
    put(&room, pair);
    ca.write(&room.path("ca.pem"));
    let settings = [
        ("ANANKE__SERVER__TLS_CERTIFICATE", "certificate.pem"),
        ("ANANKE__SERVER__TLS_KEY", "key.pem"),
    ];
    let settings: Vec<_> = settings.iter().chain(more).copied().collect();
    let mut world = World::first_start_in(room, &settings);
    let believed = ("ANANKE_CA_FILE".to_owned(), "ca.pem".to_owned());
    world.room.variables.push(believed);
    world
}

/// `127.0.0.1:PORT` of a server that says `https`.
pub(crate) fn address(world: &World) -> String {
    let address = world.url.strip_prefix("https://");
    address.expect("an https address").to_owned()
}

/// A handshake that has not begun.
pub(crate) fn client(ca: &Ca) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(ca.pem.as_bytes()).unwrap();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

pub(crate) type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A connection over TLS.
pub(crate) fn connect(address: &str, ca: &Ca) -> std::io::Result<Tls> {
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut tls = StreamOwned::new(client(ca), socket);
    tls.conn.complete_io(&mut tls.sock)?;
    Ok(tls)
}

/// Sends a request without a body and reads the answer; the connection stays open.
pub(crate) fn ask(
    tls: &mut (impl Read + Write),
    path: &str,
    more: &str,
) -> std::io::Result<String> {
    write!(tls, "GET {path} HTTP/1.1\r\nhost: localhost\r\n{more}\r\n")?;
    tls.flush()?;
    answer(tls)
}

/// Reads one answer.
pub(crate) fn answer(tls: &mut impl Read) -> std::io::Result<String> {
    let (mut read, mut byte) = (Vec::new(), [0]);
    while !read.ends_with(b"\r\n\r\n") {
        tls.read_exact(&mut byte)?;
        read.push(byte[0]);
    }
    let head = String::from_utf8(read).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |text| text.parse().unwrap())];
    tls.read_exact(&mut body)?;
    Ok(head + &String::from_utf8(body).unwrap())
}

/// Says that a program is missing; under `CI=true` that is a failure.
fn missing(program: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{program} was not found, and CI=true allows no skipping"
    );
    let _ = writeln!(
        std::io::stderr(),
        "\n*** SKIPPED: {program} was not found (./run test installs it); it judged nothing ***\n"
    );
}

/// What `openssl s_client` says of a server, and whether it shook hands with it.
fn openssl(room: &Room, address: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new("openssl")
        .args(["s_client", "-connect", address, "-CAfile"])
        .arg(room.path("ca.pem"))
        .args(["-servername", "localhost", "-verify_hostname", "localhost"])
        .args(["-verify_return_error", "-alpn", "h2,http/1.1"])
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            Some((output.status.success(), said))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            missing("openssl");
            None
        }
        Err(error) => panic!("openssl: {error}"),
    }
}

/// Whether `openssl s_server` shakes hands with this certificate and these arguments, where our server did not.
fn would_with_another_server(room: &Room, arguments: &[&str]) -> bool {
    let mut other = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-naccept", "1"])
        .args(["-cert", "certificate.pem", "-key", "key.pem"])
        .args(arguments)
        .current_dir(room.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("ACCEPT ").map(str::to_owned));
    let (shook, _) = openssl(room, &address.expect("an address"), arguments).unwrap();
    let _ = other.kill();
    let _ = other.wait();
    shook
}

#[test]
fn tls_1_2_and_1_3_and_no_other() {
    let ca = Ca::new();
    let world = serve(&ca, &ca.sign(NAMES), &[]);
    let (room, address) = (&world.room, address(&world));
    world.run(["healthcheck"]).code(0);
    for (version, spoken) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let Some((shook, said)) = openssl(room, &address, &[version]) else {
            return;
        };
        assert!(shook && said.contains(&format!("New, {spoken}")), "{said}");
        assert!(said.contains("Verify return code: 0 (ok)"), "{said}");
        assert!(said.contains("ALPN protocol: http/1.1"), "{said}");
    }
    for refused in [
        ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        // No forward secrecy, or no authenticated encryption.
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"],
        [
            "-tls1_2",
            "-cipher",
            "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0",
        ],
    ] {
        let (shook, said) = openssl(room, &address, &refused).unwrap();
        assert!(!shook, "{refused:?}: {said}");
        assert!(said.contains("Cipher is (NONE)"), "{refused:?}: {said}");
        // It is the server that refuses, by an alert: this OpenSSL asks.
        assert!(said.contains("SSL alert number"), "{refused:?}: {said}");
        assert!(would_with_another_server(room, &refused), "{refused:?}");
    }
}

#[test]
fn the_intermediate_profile_of_mozilla() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop/.venv/bin/sslyze");
    if !program.is_file() {
        return missing("sslyze");
    }
    let ca = Ca::new();
    let world = serve(&ca, &ca.sign(NAMES), &[]);
    let judged = |profile: &str| {
        let output = Command::new(&program)
            .args(["--mozilla_config", profile, "--certinfo_ca_file"])
            .arg(world.room.path("ca.pem"))
            .arg(address(&world).replace("127.0.0.1", "localhost"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), said)
    };
    let (complies, said) = judged("intermediate");
    assert!(complies && said.contains("OK - Compliant."), "{said}");
    // It can say no: the stricter profile allows no TLS 1.2.
    let (complies, said) = judged("modern");
    assert!(!complies && said.contains("TLSv1.2"), "{said}");
}

#[test]
fn in_clear_nothing_is_answered() {
    let ca = Ca::new();
    let world = serve(&ca, &ca.sign(NAMES), &[]);
    let key = &world.live_key;
    for request in [
        "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
        format!("GET /v1/whoami HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\r\n"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ] {
        let mut socket = TcpStream::connect(address(&world)).unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let ended = socket.read_to_end(&mut heard);
        assert!(ended.is_ok() || ended.unwrap_err().kind() == ErrorKind::ConnectionReset);
        // At most an alert of TLS: its type, two bytes of version, a length of two, and what is wrong.
        assert!(
            heard.is_empty() || (heard.len() == 7 && heard.starts_with(&[21, 3])),
            "{heard:?}"
        );
    }
}

#[test]
fn every_answer_over_https_says_https_only() {
    let ca = Ca::new();
    let world = serve(&ca, &ca.sign(NAMES), &[]);
    let mut tls = connect(&address(&world), &ca).unwrap();
    for (path, status) in [
        ("/", 200),
        ("/v1/whoami", 401),
        ("/nowhere", 404),
        ("/healthz", 200),
    ] {
        let answer = ask(&mut tls, path, "").unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        let only = "\r\nstrict-transport-security: max-age=63072000\r\n";
        assert!(answer.contains(only), "{answer}");
    }
    // Behind a proxy it is the address people use that counts; on this machine without TLS there is nothing to say.
    for (public_url, said) in [("https://documents.example.org", true), ("", false)] {
        let world = World::first_start(&[("ANANKE__SERVER__PUBLIC_URL", public_url)]);
        let address = world.url.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).unwrap();
        let answer = ask(&mut socket, "/healthz", "").unwrap();
        assert_eq!(
            answer.contains("strict-transport-security"),
            said,
            "{answer}"
        );
    }
}

#[test]
fn slow_clients_are_cut_off() {
    let ca = Ca::new();
    let world = serve(
        &ca,
        &ca.sign(NAMES),
        &[("ANANKE__SERVER__HEADER_TIMEOUT_SECONDS", "1")],
    );
    let address = address(&world);
    let mut hello = Vec::new();
    client(&ca).write_tls(&mut hello).unwrap();
    let beginning = hello[..hello.len() / 2].to_vec();
    let silent = |bytes: Vec<u8>| {
        let mut socket = TcpStream::connect(&address).unwrap();
        socket.write_all(&bytes).unwrap();
        gone(&mut socket)
    };
    let dripping = || {
        let mut socket = TcpStream::connect(&address).unwrap();
        let began = Instant::now();
        for byte in &hello {
            if socket.write_all(&[*byte]).is_err() {
                return began.elapsed();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{} bytes of a handshake were waited for", hello.len());
    };
    let idle = |bytes: &[u8]| {
        let mut tls = connect(&address, &ca).unwrap();
        tls.write_all(bytes).unwrap();
        tls.flush().unwrap();
        gone(&mut tls)
    };
    std::thread::scope(|scope| {
        let slow = [
            ("a silent socket", scope.spawn(|| silent(Vec::new()))),
            ("half a hello", scope.spawn(|| silent(beginning))),
            ("a dripping hello", scope.spawn(dripping)),
            ("no request", scope.spawn(|| idle(b""))),
            (
                "half a header",
                scope.spawn(|| idle(b"GET / HTTP/1.1\r\nx: ")),
            ),
        ];
        // Nobody else waits meanwhile.
        for _ in 0..10 {
            let mut tls = connect(&address, &ca).unwrap();
            let answer = ask(&mut tls, "/healthz", "").unwrap();
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
        for (what, cut) in slow {
            let after = cut.join().unwrap();
            let expected = Duration::from_millis(800)..Duration::from_secs(10);
            assert!(expected.contains(&after), "{what}: after {after:?}");
            eprintln!("G-27: {what} was cut off after {after:.1?}");
        }
    });
}

/// How long it took until the other side had closed the connection.
fn gone(stream: &mut impl Read) -> Duration {
    let began = Instant::now();
    let mut sink = Vec::new();
    let kind = stream
        .read_to_end(&mut sink)
        .err()
        .map(|error| error.kind());
    // An end without a word is no clean one in TLS.
    let ends = [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof];
    assert!(kind.is_none_or(|kind| ends.contains(&kind)), "{kind:?}");
    assert!(!sink.starts_with(b"HTTP/1.1 200"), "{sink:?}");
    began.elapsed()
}

#[test]
fn when_it_stops_requests_over_tls_may_end() {
    let ca = Ca::new();
    let mut world = serve(&ca, &ca.sign(NAMES), &[]);
    let address = address(&world);
    let body = r#"{"reference":"TRF-ABCD1234"}"#;
    let mut running = connect(&address, &ca).unwrap();
    let mut idle = connect(&address, &ca).unwrap();
    ask(&mut idle, "/healthz", "").unwrap();
    write!(
        running,
        "POST /v1/trust/verify/by-reference HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len(),
    )
    .unwrap();
    running.flush().unwrap();
    // Somebody reads it: from here on it is a request that runs.
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        running.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    assert!(head.starts_with(b"HTTP/1.1 100 "), "{head:?}");
    running.write_all(&body.as_bytes()[..10]).unwrap();
    running.flush().unwrap();
    let log: PathBuf = world.room.path("log");
    std::thread::scope(|scope| {
        let finished = scope.spawn(move || {
            let stopping = || std::fs::read_to_string(&log).unwrap().contains("stopping");
            let began = Instant::now();
            while !stopping() {
                assert!(began.elapsed() < Duration::from_secs(20));
                std::thread::sleep(Duration::from_millis(20));
            }
            // The one that waited for nothing is closed, and nobody new comes in.
            gone(&mut idle);
            assert!(TcpStream::connect(&address).is_err());
            running.write_all(&body.as_bytes()[10..]).unwrap();
            running.flush().unwrap();
            answer(&mut running).unwrap()
        });
        world.stop();
        let answer = finished.join().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("\"not_found\""), "{answer}");
    });
}

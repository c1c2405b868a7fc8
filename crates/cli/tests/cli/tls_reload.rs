//! A certificate is renewed while requests run: none fails, and a pair that is no good changes nothing.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::certificates::{Ca, Pair, self_signed};
use crate::tls::{NAMES, address, ask, connect, put, put_as, serve};
use crate::world::World;

const REFUSED: &str = "the new certificate is no good";

/// The certificate a new connection is shown.
fn shown(address: &str, ca: &Ca) -> Vec<u8> {
    let tls = connect(address, ca).unwrap();
    let chain = tls.conn.peer_certificates().expect("a certificate");
    chain[0].to_vec()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

/// Puts a pair there that is not served, and looks that it is not.
fn refused(world: &World, ca: &Ca, served: &Pair, put: impl Fn()) {
    let refusals = || world.log().matches(REFUSED).count();
    let before = refusals();
    put();
    until("the refusal is told", || refusals() > before);
    assert_eq!(shown(&address(world), ca), served.der);
    // It is told once, not at every look.
    let told = refusals();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(refusals(), told, "{}", world.log());
}

#[test]
fn a_certificate_is_renewed_under_running_requests() {
    let ca = Ca::new();
    let (first, second, third) = (ca.sign(NAMES), ca.sign(NAMES), ca.sign(NAMES));
    let world = serve(&ca, &first, &[]);
    let address = address(&world);
    let key = format!("x-api-key: {}\r\n", world.live_key);
    let (ended, answered, handshakes) =
        (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let good = |answer: std::io::Result<String>| {
        let answer = answer.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        answered.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
    };
    std::thread::scope(|scope| {
        // Whatever fails below, the clients end.
        struct End<'a>(&'a AtomicBool);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let end = End(&ended);
        // One connection, from the first certificate to the last.
        let kept = scope.spawn(|| {
            let mut tls = connect(&address, &ca).unwrap();
            while !ended.load(Ordering::SeqCst) {
                good(ask(&mut tls, "/v1/whoami", &key));
            }
        });
        let new: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    while !ended.load(Ordering::SeqCst) {
                        let mut tls = connect(&address, &ca).unwrap();
                        handshakes.fetch_add(1, Ordering::SeqCst);
                        good(ask(&mut tls, "/v1/whoami", &key));
                    }
                })
            })
            .collect();

        assert_eq!(shown(&address, &ca), first.der);
        put(&world.room, &second);
        until("the second is served", || {
            shown(&address, &ca) == second.der
        });
        refused(&world, &ca, &second, || {
            put_as(&world.room, "certificate.pem", &third.certificate)
        });
        refused(&world, &ca, &second, || {
            put_as(&world.room, "certificate.pem", "no certificate")
        });
        refused(&world, &ca, &second, || {
            std::fs::remove_file(world.room.path("key.pem")).unwrap();
        });
        refused(&world, &ca, &second, || {
            put(&world.room, &ca.sign_expired(NAMES))
        });
        put(&world.room, &third);
        world.signal("HUP");
        until("the third is served", || shown(&address, &ca) == third.der);

        drop(end);
        kept.join().unwrap();
        new.into_iter().for_each(|client| client.join().unwrap());
    });
    let (answered, handshakes) = (answered.into_inner(), handshakes.into_inner());
    assert!(
        answered > 200 && handshakes > 100,
        "{answered} answers, {handshakes} handshakes"
    );
    eprintln!(
        "G-27: a certificate renewed twice and spoilt four times: {answered} answers over {handshakes} handshakes, 0 failed"
    );
    world.run(["healthcheck"]).code(0);
}

#[test]
fn whoever_asks_is_told_again_and_served_at_once() {
    let ca = Ca::new();
    let (first, second) = (ca.sign(NAMES), ca.sign(NAMES));
    let world = serve(&ca, &first, &[]);
    refused(&world, &ca, &first, || {
        put_as(&world.room, "key.pem", &second.key)
    });
    let told = world.log().matches(REFUSED).count();
    world.signal("HUP");
    until("it is told again", || {
        world.log().matches(REFUSED).count() > told
    });
    put(&world.room, &second);
    world.signal("HUP");
    let address = address(&world);
    let took = until("the second is served", || {
        shown(&address, &ca) == second.der
    });
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn one_that_has_expired_is_served_with_a_warning_until_it_is_renewed() {
    let ca = Ca::new();
    let world = serve(&ca, &ca.sign_expired(NAMES), &[]);
    let log = world.log();
    assert!(
        log.contains("WARN") && log.contains("the certificate is not valid now"),
        "{log}"
    );
    world.run(["healthcheck"]).code(1).says("expired");
    put(&world.room, &self_signed(NAMES));
    world.signal("HUP");
    until("another one is served", || {
        world.run(["healthcheck"]).err.contains("UnknownIssuer")
    });
    put(&world.room, &ca.sign(NAMES));
    world.signal("HUP");
    until("a good one is served", || {
        world.run(["healthcheck"]).code == 0
    });
}

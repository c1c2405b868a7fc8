//! G-25: keys that are guessed, at random or near a good one, open nothing.
//!
//! That a key whose checksum is wrong never reaches the database is shown where there is none (`unreachable.rs`); that an
//! edited row opens nothing, by `tests/trust/tampering`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;

use crate::world::{Engine, World, like};

/// Keys of each sort; `ANANKE_GUESSES` for more.
fn guesses() -> usize {
    let number = std::env::var("ANANKE_GUESSES").ok();
    number.and_then(|text| text.parse().ok()).unwrap_or(5_000)
}

const CLIENTS: usize = 8;

/// SplitMix64.
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn random(state: &mut u64) -> String {
    loop {
        let mut bytes = [0; ApiKey::RANDOM_LEN];
        for byte in &mut bytes {
            *byte = chance(state).to_le_bytes()[0];
        }
        // As in the server: bytes that would favour some characters are thrown away.
        if let Ok(key) = ApiKey::from_random(Mode::Live, &bytes) {
            return key.expose().to_owned();
        }
    }
}

/// One character of id or secret is another one, and the checksum is right.
fn near(good: &str, state: &mut u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let place = usize::try_from(chance(state) % 44).unwrap();
    loop {
        let digit = DIGITS[usize::try_from(chance(state) % 62).unwrap()];
        let key = like(good, Mode::Live, |at| (at == place).then_some(digit));
        if key != good {
            return key;
        }
    }
}

#[test]
fn no_guess_is_taken() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = Arc::new(World::new(Engine::Sqlite).await.unwrap());
        let (each, taken) = (guesses() / CLIENTS, Arc::new(AtomicUsize::new(0)));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (world, taken) = (Arc::clone(&world), Arc::clone(&taken));
                tokio::spawn(async move {
                    let mut state = client as u64;
                    for turn in 0..2 * each {
                        let key = match turn % 2 {
                            0 => random(&mut state),
                            _ => near(&world.live, &mut state),
                        };
                        let answer = world.with(&key, "GET", "/v1/whoami", None).await;
                        if answer.status != 401 {
                            taken.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        let number = each * CLIENTS;
        eprintln!("G-25: {number} random keys and {number} near a good one, {taken:?} taken");
        assert_eq!(taken.load(Ordering::SeqCst), 0);
        // The good one is, all the while: whoever guesses locks nobody out.
        world
            .with(&world.live, "GET", "/v1/whoami", None)
            .await
            .ok(200);
    });
}

//! What this machine can do at best, and what of it the signed formats leave over: loops of one kind, one thread each.
//!
//! `ananke-limits LOOP SECONDS` prints how many times it went round; whoever started it knows the time it took.
//! `ananke-limits hello` is the smallest server there is with the same HTTP library; it prints its address.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a tool of the bench: it prints, and where something fails it has nothing to say"
)]

mod insert;
mod records;

use std::time::{Duration, Instant};

use aws_lc_rs::digest;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    if name == "hello" {
        hello();
        return;
    }
    let seconds: f64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1.0);
    let whole = Duration::from_secs_f64(seconds);
    let count = match name.as_str() {
        "sign" => around(whole, records::sign()),
        "verify" => around(whole, records::verify()),
        "record-sign" => around(whole, records::record_sign()),
        "record-verify" => around(whole, records::record_verify()),
        "sha256" => {
            let input = vec![7_u8; 100_000];
            around(whole, move || {
                std::hint::black_box(digest::digest(&digest::SHA256, &input));
            })
        }
        "insert" => insert::rows(&arguments.next().expect("a file to write to"), whole),
        _ => {
            println!(
                "sign, verify, record-sign, record-verify, sha256 or insert, and seconds; or hello"
            );
            std::process::exit(2);
        }
    };
    println!("{count}");
}

/// Goes round for so long; the clock is asked now and then.
fn around(whole: Duration, mut once: impl FnMut()) -> u64 {
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < whole {
        for _ in 0..64 {
            once();
        }
        count += 64;
    }
    count
}

fn hello() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        let routes = axum::Router::new().route("/", axum::routing::get(|| async { "hello" }));
        // Without a limit on the time of headers: it talks to the bench alone.
        axum_serve(listener, routes).await;
    });
}

async fn axum_serve(listener: tokio::net::TcpListener, routes: axum::Router) {
    axum::serve(listener, routes).await.expect("served");
}

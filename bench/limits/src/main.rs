//! What this machine can do at best, and what of it the signed formats leave over: loops of one kind, one thread each.
//!
//! `ananke-limits LOOP SECONDS` prints how many times it went round; whoever started it knows the time it took.
//! `ananke-limits hello` is the smallest server there is with the same HTTP library; it prints its address.
//! `ananke-limits stamps FOLDER COUNT SEED` stamps pages, and `ananke-limits read` reads the pictures named on its input.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a tool of the bench: it prints, and where something fails it has nothing to say"
)]

mod codes;
mod insert;
mod records;
mod scan;

use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::digest;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    match name.as_str() {
        "hello" => return hello(),
        "stamps" => {
            let folder = argument(&mut arguments);
            let mut number = || argument(&mut arguments).parse().expect("a number");
            return scan::stamps(folder.as_ref(), number(), number());
        }
        "read" => return scan::read(),
        _ => {}
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
        "encode" => around(whole, codes::encode(payload(&argument(&mut arguments)))),
        "decode" => {
            let picture = read(&argument(&mut arguments));
            around(
                whole,
                codes::decode(picture, payload(&argument(&mut arguments))),
            )
        }
        "decode-drawn" => around(
            whole,
            codes::decode_drawn(&payload(&argument(&mut arguments))),
        ),
        "stamp" => {
            let (from, to) = (argument(&mut arguments), argument(&mut arguments));
            let mut stamps = codes::Stamps::new(read(&from), arguments.next());
            let count = around(whole, || stamps.once());
            std::fs::write(&to, &stamps.last).expect("the last file");
            let digits: String = stamps
                .seal
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            std::fs::write(Path::new(&to).with_extension("seal"), digits).expect("its seal");
            count
        }
        _ => {
            println!(
                "sign, verify, record-sign, record-verify, sha256, insert FILE, encode HEX, decode PICTURE HEX, decode-drawn HEX or stamp PDF OUT [PROGRAM]: \
                 the name, seconds, the rest; or hello, stamps or read"
            );
            std::process::exit(2);
        }
    };
    println!("{count}");
}

fn argument(arguments: &mut impl Iterator<Item = String>) -> String {
    arguments.next().expect("one more argument")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

/// Bytes out of hexadecimal digits.
fn payload(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// Goes round for so long; the clock is asked now and then, more seldom where rounds are short.
fn around(whole: Duration, mut once: impl FnMut()) -> u64 {
    let began = Instant::now();
    let mut count = 0;
    let mut step = 1;
    while count == 0 || began.elapsed() < whole {
        let before = began.elapsed();
        for _ in 0..step {
            once();
        }
        count += step;
        if began.elapsed() - before < Duration::from_millis(1) {
            step = (step * 2).min(64);
        }
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

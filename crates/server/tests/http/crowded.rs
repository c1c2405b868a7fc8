//! Large bodies that come at the same time: they wait for room, and are told so, and nobody else is.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::world::{World, request};

/// The largest body that may come: as many of them as fill the room.
const LARGEST: usize = 10 * 1024 * 1024 / 3 * 4 + 1024 * 1024;

/// Announces a large body, sends a little of it, and stops.
fn stalled(world: &World, path: &str) -> TcpStream {
    let address = world.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nx-api-key: {}\r\ncontent-type: application/json\r\n\
         content-length: {LARGEST}\r\n\r\n{{",
        world.live
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// An issuance with a large file.
fn large(template: &str) -> serde_json::Value {
    let mut body = request(template);
    let file = [b"%PDF-1.7\n".as_slice(), &vec![b' '; 3_000_000], b"%%EOF\n"].concat();
    body["pdf"] = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, file).into();
    body
}

on_both_engines! {
    async fn large_bodies_wait_and_small_ones_do_not(world) {
        let template = world.template(&world.live).await;
        let small = world.issue(&template).await;
        let mut stalled: Vec<TcpStream> = (0..5).map(|_| stalled(&world, "/v1/trust/issuances")).collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        let refused = world.post("/v1/trust/issuances", large(&template)).await;
        assert!(began.elapsed() > Duration::from_secs(4), "it waited");
        assert_eq!(refused.header("retry-after"), "2");
        let refused = refused.fails(503, "SERVICE_UNAVAILABLE");
        assert_eq!(refused["detail"], "too many large files come at the same time; send this one again in a moment");
        // Whoever sends little does not wait, and the public has room of its own.
        assert_eq!(world.verify(small["reference"].as_str().unwrap()).await["verdict"], "valid");
        world.post("/v1/trust/issuances", request(&template)).await.ok(201);
        let form = reqwest::multipart::Form::new();
        let form = form.part("pdf", reqwest::multipart::Part::bytes([b"%PDF-1.7\n".as_slice(), &vec![b' '; 3_000_000]].concat()));
        let asked = world.request("POST", "/v1/trust/verify/by-file").multipart(form);
        assert_eq!(crate::world::Answer::of(asked).await.ok(200)["verdict"], "not_found");
        // One that gives up makes room.
        drop(stalled.pop());
        world.post("/v1/trust/issuances", large(&template)).await.ok(201);
        // The others were never answered.
        for stream in &mut stalled {
            stream.set_nonblocking(true).unwrap();
            assert!(stream.read(&mut [0; 1]).is_err());
        }
    }
}

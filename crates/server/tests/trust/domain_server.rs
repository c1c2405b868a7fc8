//! A domain on this machine: HTTPS with a certificate of a private authority, one answer for all.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use rustls::{ServerConnection, StreamOwned};

use crate::certificates::{Ca, Pair};

impl Ca {
    /// Answers every request on a free port of `localhost`, as `name`; gives `localhost:port`.
    pub(crate) fn serve(&self, name: &str, response: String) -> String {
        serve(&self.sign(&[name]), response)
    }
}

/// The same with this certificate.
pub(crate) fn serve(pair: &Pair, response: String) -> String {
    let config = pair.server_config();
    listen(move |tcp| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = StreamOwned::new(connection, tcp);
        let _ = answer(&mut tls, &response);
        tls.conn.send_close_notify();
        let _ = tls.flush();
    })
}

/// The same without TLS.
pub(crate) fn in_clear(response: String) -> String {
    listen(move |mut tcp| {
        let _ = answer(&mut tcp, &response);
    })
}

/// Serves until the process ends.
fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    format!("localhost:{port}")
}

fn answer(
    stream: &mut (impl std::io::Read + std::io::Write),
    response: &str,
) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        request.push(byte[0]);
    }
    stream.write_all(response.as_bytes())?;
    stream.flush()
}

/// An answer with a body.
pub(crate) fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// An answer that leads elsewhere.
pub(crate) fn redirect(to: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    )
}

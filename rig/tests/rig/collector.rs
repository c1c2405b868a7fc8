//! A collector of traces: whatever it is sent stands in a file, as it came, to be searched like all else.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;

/// Begins to take traces, on an address of its own; it ends with the process.
pub(crate) fn begin(file: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut file = File::create(file).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            take(stream.unwrap(), &mut file);
        }
    });
    address
}

fn take(stream: TcpStream, file: &mut File) {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while stream.read_line(&mut line).unwrap() > 2 {
        // The head is searched, too.
        file.write_all(line.as_bytes()).unwrap();
        let header = line.trim().split_once(": ");
        if let Some((name, value)) = header
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    file.write_all(&body).unwrap();
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.get_mut().write_all(answer).unwrap();
}

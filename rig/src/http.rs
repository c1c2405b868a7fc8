//! HTTP as the rig speaks it: one request on one connection, by hand, sharing no code with the product. An answer
//! that was cut off is an error and never an answer.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Against hanging for ever; nothing is timed by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, line by line.
    pub headers: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Asks for something.
///
/// # Errors
/// The connection failed, or ended before the whole answer was there.
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Answer, Error> {
    send(address, "GET", path, headers, &[])
}

/// Sends JSON.
///
/// # Errors
/// As [`get`].
pub fn post(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Result<Answer, Error> {
    send(address, "POST", path, headers, body.to_string().as_bytes())
}

/// Sends bytes, as JSON unless a header says otherwise.
///
/// # Errors
/// As [`get`].
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, Error> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        head += "content-type: application/json\r\n";
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    read(&bytes).ok_or_else(|| Error::new(ErrorKind::UnexpectedEof, "the answer is not whole"))
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (first, headers) = std::str::from_utf8(&bytes[..end])
        .ok()?
        .split_once("\r\n")?;
    let answer = Answer {
        status: first.split(' ').nth(1)?.parse().ok()?,
        headers: headers.to_owned(),
        body: bytes[end + 4..].to_vec(),
    };
    let length = match answer.status {
        204 => 0,
        _ => answer.header("content-length")?.parse().ok()?,
    };
    (answer.body.len() == length).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        let answer = read(whole).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (201, &b"{}"[..]));
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_none(), "{end}");
        }
    }
}

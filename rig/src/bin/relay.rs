//! A relay: what comes in at one address goes out at another, like the end of a tunnel. It ends with its standard input.
//!
//! `ananke-rig-relay LISTEN FORWARD`, where an address is `unix:PATH` or `tcp:HOST:PORT`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a relay that cannot go on fails its test"
)]

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

/// How long the far end may take to be there; whoever came in may be gone before.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(forward)) = (arguments.next(), arguments.next()) else {
        panic!("ananke-rig-relay LISTEN FORWARD");
    };
    std::thread::spawn(move || serve(&listen, &forward));
    let _ = io::stdin().read_to_end(&mut Vec::new());
}

fn serve(listen: &str, forward: &str) {
    match address(listen) {
        Address::Unix(path) => {
            for near in UnixListener::bind(path).expect("an address").incoming() {
                relay(Line::Unix(near.expect("a caller")), forward);
            }
        }
        Address::Tcp(host) => {
            for near in TcpListener::bind(host).expect("an address").incoming() {
                relay(Line::Tcp(near.expect("a caller")), forward);
            }
        }
    }
}

enum Address<'a> {
    Unix(&'a str),
    Tcp(&'a str),
}

fn address(text: &str) -> Address<'_> {
    match text.split_once(':') {
        Some(("unix", path)) => Address::Unix(path),
        Some(("tcp", host)) => Address::Tcp(host),
        _ => panic!("{text}: unix:PATH or tcp:HOST:PORT"),
    }
}

/// Two threads, one for each direction; when one direction ends, both do.
fn relay(near: Line, forward: &str) {
    let forward = forward.to_owned();
    std::thread::spawn(move || {
        let Ok(far) = connect(&forward) else {
            return near.close();
        };
        let (Ok(near_too), Ok(far_too)) = (near.again(), far.again()) else {
            return;
        };
        std::thread::spawn(move || copy(far_too, near_too));
        copy(near, far);
    });
}

fn connect(forward: &str) -> io::Result<Line> {
    Ok(match address(forward) {
        Address::Unix(path) => Line::Unix(UnixStream::connect(path)?),
        Address::Tcp(host) => {
            let host = host.parse().expect("an address in numbers");
            let line = TcpStream::connect_timeout(&host, PATIENCE)?;
            line.set_nodelay(true)?;
            Line::Tcp(line)
        }
    })
}

fn copy(mut from: Line, mut to: Line) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write(&bytes[..count]).is_err() {
            break;
        }
    }
    from.close();
    to.close();
}

enum Line {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Line {
    fn again(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Unix(line) => Self::Unix(line.try_clone()?),
            Self::Tcp(line) => Self::Tcp(line.try_clone()?),
        })
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unix(line) => line.read(bytes),
            Self::Tcp(line) => line.read(bytes),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Unix(line) => line.write_all(bytes),
            Self::Tcp(line) => line.write_all(bytes),
        }
    }

    fn close(&self) {
        let _ = match self {
            Self::Unix(line) => line.shutdown(Shutdown::Both),
            Self::Tcp(line) => line.shutdown(Shutdown::Both),
        };
    }
}

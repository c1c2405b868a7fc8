//! The cable between an emulated machine and its [`Platter`]: as much of the network block device protocol as QEMU
//! speaks to a disk that can read, write and flush. One connection in the life of a machine, over a Unix socket.
//!
//! Requests are served one after the other, so a flush covers every write that was acknowledged before it was asked.

use std::io::{BufReader, Error, ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::platter::{BLOCK, Platter};

const GREETING: &[u8; 16] = b"NBDMAGICIHAVEOPT";
/// Fixed newstyle, and no zeroes behind the old form of the export.
const HANDSHAKE_FLAGS: u16 = 0b11;
/// It has flags, and can flush. No forced unit access: QEMU then writes and flushes.
const EXPORT_FLAGS: u16 = 0b101;
const OPTION_REPLY: u64 = 0x0003_e889_0455_65a9;
const REQUEST: u32 = 0x2560_9513;
const REPLY: u32 = 0x6744_6698;
/// More than QEMU sends at once.
const MOST: u32 = 32 << 20;
const EIO: u32 = 5;
/// As long as a disk takes, so that the moment between a write and its flush can be hit.
const FLUSH: Duration = Duration::from_millis(8);

/// A cable that is plugged in.
#[derive(Debug)]
pub struct Cable {
    socket: PathBuf,
    thread: JoinHandle<()>,
}

impl Cable {
    /// Waits at this socket for a machine.
    ///
    /// # Panics
    /// When the socket cannot be made.
    #[must_use]
    pub fn plug(platter: &Arc<Mutex<Platter>>, socket: &Path) -> Self {
        let _ = std::fs::remove_file(socket);
        let listener = UnixListener::bind(socket).expect("a socket");
        let platter = Arc::clone(platter);
        let thread = std::thread::spawn(move || {
            if let Ok((stream, _)) = listener.accept() {
                // It ends with the machine, or with its power.
                let _ = connection(stream, &platter);
            }
        });
        Self {
            socket: socket.to_owned(),
            thread,
        }
    }

    /// After the machine is gone: when this returns, nothing of what it sent is still on its way.
    pub fn unplug(self) {
        // Should it never have come, this is the connection that is waited for.
        drop(UnixStream::connect(&self.socket));
        let _ = self.thread.join();
    }
}

fn connection(mut stream: UnixStream, platter: &Mutex<Platter>) -> Result<(), Error> {
    let mut reader = BufReader::new(stream.try_clone()?);
    if handshake(&mut reader, &mut stream, lock(platter).size())? {
        while request(&mut reader, &mut stream, platter)? {}
    }
    Ok(())
}

/// Until the client has chosen the one export there is; `false` when it goes instead.
fn handshake(reader: &mut impl Read, writer: &mut impl Write, size: u64) -> Result<bool, Error> {
    writer.write_all(GREETING)?;
    writer.write_all(&HANDSHAKE_FLAGS.to_be_bytes())?;
    let _client_flags: [u8; 4] = take(reader)?;
    loop {
        let magic: [u8; 8] = take(reader)?;
        if magic != GREETING[8..] {
            return Err(Error::new(ErrorKind::InvalidData, "no option"));
        }
        let option = u32::from_be_bytes(take(reader)?);
        let length = u32::from_be_bytes(take(reader)?);
        if length > 4_096 {
            return Err(Error::new(ErrorKind::InvalidData, "a long option"));
        }
        std::io::copy(&mut reader.take(length.into()), &mut std::io::sink())?;
        match option {
            // The client goes.
            2 => return reply(writer, option, 1, &[]).map(|()| false),
            // It asks for the export, or asks and takes it.
            6 | 7 => {
                let export = [
                    &[0, 0][..],
                    &size.to_be_bytes(),
                    &EXPORT_FLAGS.to_be_bytes(),
                ];
                reply(writer, option, 3, &export.concat())?;
                let block = (BLOCK as u32).to_be_bytes();
                let sizes = [&[0, 3][..], &block, &block, &MOST.to_be_bytes()];
                reply(writer, option, 3, &sizes.concat())?;
                reply(writer, option, 1, &[])?;
                if option == 7 {
                    return Ok(true);
                }
            }
            _ => reply(writer, option, 1 << 31 | 1, &[])?,
        }
    }
}

fn reply(writer: &mut impl Write, option: u32, kind: u32, data: &[u8]) -> Result<(), Error> {
    let length = (data.len() as u32).to_be_bytes();
    let head = [option.to_be_bytes(), kind.to_be_bytes(), length].concat();
    writer.write_all(&[&OPTION_REPLY.to_be_bytes(), &head[..], data].concat())
}

/// One request; `false` when the machine goes.
fn request(
    reader: &mut impl Read,
    writer: &mut impl Write,
    platter: &Mutex<Platter>,
) -> Result<bool, Error> {
    if u32::from_be_bytes(take(reader)?) != REQUEST {
        return Err(Error::new(ErrorKind::InvalidData, "no request"));
    }
    let _flags: [u8; 2] = take(reader)?;
    let kind = u16::from_be_bytes(take(reader)?);
    let cookie: [u8; 8] = take(reader)?;
    let offset = u64::from_be_bytes(take(reader)?);
    let length = u32::from_be_bytes(take(reader)?);
    if length > MOST {
        return Err(Error::new(ErrorKind::InvalidData, "too much at once"));
    }
    let length = length as usize;
    let result = match kind {
        0 => lock(platter).read(offset, length),
        1 => {
            let mut bytes = vec![0; length];
            reader.read_exact(&mut bytes)?;
            lock(platter).write(offset, bytes).map(|()| Vec::new())
        }
        2 => return Ok(false),
        3 => {
            std::thread::sleep(FLUSH);
            lock(platter).flush().map(|()| Vec::new())
        }
        _ => Err(Error::new(ErrorKind::Unsupported, "no such request")),
    };
    let (error, data) = match result {
        Ok(data) => (0, data),
        // A machine without power hears nothing.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => return Err(error),
        Err(_) => (EIO, Vec::new()),
    };
    let head = [REPLY.to_be_bytes(), error.to_be_bytes()].concat();
    writer.write_all(&[&head[..], &cookie, &data].concat())?;
    Ok(true)
}

fn take<const N: usize>(reader: &mut impl Read) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn lock(platter: &Mutex<Platter>) -> std::sync::MutexGuard<'_, Platter> {
    platter.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What a disk with a volatile write cache keeps when its power is cut: everything that was flushed, and of what was
//! written since, whatever chance left.
//!
//! A killed emulator alone does not lose a write: the kernel of its host has it already. So the file under a `Platter`
//! changes only by a flush, or by the cut itself.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::seed::Seed;

/// What a disk writes whole or not at all. ext4 asks that much for its superblock.
pub const BLOCK: usize = 4_096;

/// A disk with its power on, until it is cut.
#[derive(Debug)]
pub struct Platter {
    file: File,
    size: u64,
    /// Acknowledged and not flushed, in their order.
    waiting: Vec<(u64, Vec<u8>)>,
    powered: bool,
    flushes: u64,
}

/// What a cut met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// Blocks that were written and not flushed.
    pub waiting: usize,
    /// Those of them that are gone.
    pub lost: usize,
}

impl Platter {
    /// A disk with this content.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::options().read(true).write(true).open(path)?;
        Ok(Self {
            size: file.metadata()?.len(),
            file,
            waiting: Vec::new(),
            powered: true,
            flushes: 0,
        })
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How often it was asked to keep what it has.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.flushes
    }

    /// Power again, for the next machine.
    pub fn power_on(&mut self) {
        self.powered = true;
    }

    /// What was written last, flushed or not.
    ///
    /// # Errors
    /// There is no power, or no such place.
    pub fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
        self.place(offset, length)?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, offset)?;
        let end = offset + length as u64;
        for (at, written) in &self.waiting {
            let (from, to) = (offset.max(*at), end.min(at + written.len() as u64));
            if from < to {
                let length = (to - from) as usize;
                let (into, out_of) = ((from - offset) as usize, (from - at) as usize);
                bytes[into..into + length].copy_from_slice(&written[out_of..out_of + length]);
            }
        }
        Ok(bytes)
    }

    /// Takes whole blocks into the cache.
    ///
    /// # Errors
    /// As [`Platter::read`], or they are no whole blocks.
    pub fn write(&mut self, offset: u64, bytes: Vec<u8>) -> Result<(), Error> {
        self.place(offset, bytes.len())?;
        if !offset.is_multiple_of(BLOCK as u64) || !bytes.len().is_multiple_of(BLOCK) {
            return Err(Error::new(ErrorKind::InvalidInput, "no whole blocks"));
        }
        self.waiting.push((offset, bytes));
        Ok(())
    }

    /// Keeps everything that was written.
    ///
    /// # Errors
    /// There is no power, or the file cannot be written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.place(0, 0)?;
        for (offset, bytes) in self.waiting.drain(..) {
            self.file.write_all_at(&bytes, offset)?;
        }
        self.flushes += 1;
        Ok(())
    }

    /// Cuts the power. A write that waits is kept whole, lost whole, or each of its blocks has a fate of its own; so a
    /// later one may be there without an earlier one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn cut(&mut self, seed: &mut Seed) -> Result<Cut, Error> {
        self.powered = false;
        let mut cut = Cut::default();
        for (offset, bytes) in self.waiting.drain(..) {
            let fate = seed.below(3);
            for (number, block) in bytes.chunks(BLOCK).enumerate() {
                cut.waiting += 1;
                if fate == 0 || fate == 1 && seed.below(2) == 0 {
                    cut.lost += 1;
                } else {
                    self.file
                        .write_all_at(block, offset + (number * BLOCK) as u64)?;
                }
            }
        }
        Ok(cut)
    }

    fn place(&self, offset: u64, length: usize) -> Result<(), Error> {
        if !self.powered {
            return Err(Error::new(ErrorKind::BrokenPipe, "no power"));
        }
        let end = offset.checked_add(length as u64);
        if end.is_none_or(|end| end > self.size) {
            return Err(Error::new(ErrorKind::InvalidInput, "beyond the end"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Platter};
    use crate::seed::Seed;

    const BLOCKS: usize = 64;

    fn platter() -> (Platter, tempfile::NamedTempFile) {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len((BLOCKS * BLOCK) as u64).unwrap();
        (Platter::open(file.path()).unwrap(), file)
    }

    fn block(platter: &Platter, number: usize) -> u8 {
        let bytes = platter.read((number * BLOCK) as u64, BLOCK).unwrap();
        assert!(bytes.iter().all(|byte| *byte == bytes[0]), "a torn block");
        bytes[0]
    }

    #[test]
    fn what_was_flushed_stays_and_what_was_not_is_left_to_chance() {
        let mut seed = Seed::of_run("a disk");
        let (mut platter, _file) = platter();
        let write = |platter: &mut Platter, number: usize, value: u8| {
            let place = (number * BLOCK) as u64;
            platter.write(place, vec![value; BLOCK]).unwrap();
        };
        for number in 0..BLOCKS {
            write(&mut platter, number, 1);
        }
        assert_eq!(block(&platter, 5), 1, "read from the cache");
        platter.flush().unwrap();
        // The first half is written once more, the last eighth never touched again.
        for number in 0..BLOCKS / 2 {
            write(&mut platter, number, 2);
        }
        let eight = vec![3; 8 * BLOCK];
        platter.write((40 * BLOCK) as u64, eight).unwrap();
        assert_eq!((block(&platter, 5), block(&platter, 41)), (2, 3));
        let cut = platter.cut(&mut seed).unwrap();
        assert_eq!(cut.waiting, BLOCKS / 2 + 8);
        assert!(platter.read(0, BLOCK).is_err() && platter.flush().is_err());
        platter.power_on();
        let old = |range: std::ops::Range<usize>| {
            range.filter(|number| block(&platter, *number) == 1).count()
        };
        assert_eq!(old(0..32) + old(40..48), cut.lost);
        assert_eq!(
            old(32..40) + old(48..64),
            24,
            "flushed, and not written since"
        );
        assert!((1..32).contains(&old(0..32)), "some are lost, some are not");
    }

    #[test]
    fn only_whole_blocks_of_the_disk_are_taken() {
        let (mut platter, _file) = platter();
        assert!(platter.write(1, vec![0; BLOCK]).is_err());
        assert!(platter.write(0, vec![0; 10]).is_err());
        let end = platter.size();
        assert!(platter.write(end, vec![0; BLOCK]).is_err());
        assert!(platter.read(u64::MAX, 2).is_err());
        assert_eq!(platter.read(end - 2, 2).unwrap(), [0, 0]);
    }
}

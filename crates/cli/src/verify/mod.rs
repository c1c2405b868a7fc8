//! Verification on the command line: what was meant, who judges it, how the answer is told.

pub(crate) mod barcode;
pub(crate) mod evidence;
pub(crate) mod folder;
pub(crate) mod offline;
pub(crate) mod online;
pub(crate) mod payload;
pub(crate) mod present;
pub(crate) mod target;
pub(crate) mod way;

//! The one binary, `ananke`: server, demo and the command line in front of both.

fn main() {}

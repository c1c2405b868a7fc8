//! The process that servers of these tests give foreign files to. Theirs is not the product's binary, which is its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Behind the program's name and the command's.
    ananke_server::workers::main(std::env::args_os().skip(2))
}

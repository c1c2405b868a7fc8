//! The one binary, `ananke`: all of it is in the library beside this page.

use std::process::ExitCode;

fn main() -> ExitCode {
    ananke_cli::main()
}

//! The whole command line, compiled with failpoints: what the rig runs, and never what is shipped.

use std::process::ExitCode;

fn main() -> ExitCode {
    ananke_cli::main()
}

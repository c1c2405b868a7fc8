//! Every page in every state: checked here, and written to `target/pages` to be looked at.

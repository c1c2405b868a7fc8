//! The client against a server that follows a script: what is sent, how often, and what comes of it.

mod calls;
mod retries;
mod script;

//! The binary as people and scripts use it: real commands against a real server.

mod agreement;
mod configuration;
mod demo;
mod documents;
mod exit_codes;
mod operator;
mod world;

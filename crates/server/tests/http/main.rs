//! The HTTP contract, on SQLite and on PostgreSQL: the same tests, the same answers.

#[path = "../../../store/tests/cluster/mod.rs"]
mod cluster;

#[macro_use]
mod world;

mod issuing;

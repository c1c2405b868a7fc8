//! The server's failpoints, chosen like those of the store (`crates/store/src/fail.rs`).

#[cfg(not(feature = "failpoints"))]
macro_rules! at {
    ($name:literal) => {
        false
    };
}

#[cfg(feature = "failpoints")]
macro_rules! at {
    ($name:literal) => {
        ananke_store::fail::chosen($name)
    };
}

pub(crate) use at;

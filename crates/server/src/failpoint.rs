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

#[cfg(not(feature = "failpoints"))]
macro_rules! crash {
    ($name:literal) => {};
}

#[cfg(feature = "failpoints")]
macro_rules! crash {
    ($name:literal) => {
        if ananke_store::fail::chosen($name) {
            ananke_store::fail::die();
        }
    };
}

pub(crate) use {at, crash};

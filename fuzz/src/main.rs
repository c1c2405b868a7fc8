//! The fuzzer: libFuzzer around the target that `ANANKE_FUZZ_TARGET` names.

#![no_main]
#![allow(clippy::expect_used, reason = "a fuzzer without a target cannot go on")]

use std::path::Path;
use std::sync::LazyLock;

use ananke_fuzz::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var("ANANKE_FUZZ_TARGET").expect("ANANKE_FUZZ_TARGET");
    Target::find(&name).expect("a target of this name")
});

fuzz_target!(
    init: {
        if let Ok(folder) = std::env::var("ANANKE_FUZZ_SEEDS") {
            TARGET.write_seeds(Path::new(&folder));
        }
    },
    |data: &[u8]| {
        let _taken = (TARGET.run)(data);
    }
);

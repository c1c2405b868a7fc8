//! Writes a vector, unless it exists: a published vector is never edited.

use std::cell::Cell;

use ananke_format::Date;

use crate::keys::vectors;

thread_local! {
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
}

/// One case in the making.
pub(crate) struct Case {
    folder: &'static str,
    name: String,
    headers: Vec<(&'static str, String)>,
}

/// Begins a case: `vectors/<kind>/<name>.txt`.
pub(crate) fn case(kind: &'static str, name: &str, what: &str, expect: &str) -> Case {
    let headers = vec![
        ("what", what.to_owned()),
        ("kind", kind.to_owned()),
        ("expect", expect.to_owned()),
    ];
    Case {
        folder: kind,
        name: name.to_owned(),
        headers,
    }
}

impl Case {
    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Writes the file if there is none yet.
    pub(crate) fn write(self, input: &str) {
        let folder = vectors().join(self.folder);
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{}.txt", self.name));
        if file.exists() {
            return;
        }
        let mut text = String::new();
        for (name, value) in &self.headers {
            assert!(!value.contains('\n'), "{name}");
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push_str(&format!("\n{input}\n"));
        std::fs::write(file, text).unwrap();
        WRITTEN.set(WRITTEN.get() + 1);
    }
}

/// How many files were written.
pub(crate) fn written() -> usize {
    WRITTEN.get()
}

/// Hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads them.
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Reads a date.
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

//! Reads one vector: headers, an empty line, the input.

use std::collections::BTreeMap;
use std::path::Path;

use crate::keys::vectors;
use crate::word::word;

/// One file.
pub(crate) struct Case {
    /// Its path below `vectors/`.
    pub(crate) path: String,
    /// Everything behind the empty line, without the line break at the end.
    pub(crate) input: String,
    headers: BTreeMap<String, String>,
    /// Headers that stand twice, or lines that are none.
    broken: Vec<String>,
}

impl Case {
    fn read(root: &Path, file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        let path = file.strip_prefix(root).unwrap().display().to_string();
        let (head, input) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut headers = BTreeMap::new();
        let mut broken = Vec::new();
        for line in head.lines() {
            let taken = line
                .split_once(": ")
                .map(|(name, value)| headers.insert(name.to_owned(), value.to_owned()));
            if !matches!(taken, Some(None)) {
                broken.push(line.to_owned());
            }
        }
        let input = input.strip_suffix('\n').unwrap_or(input).to_owned();
        Self {
            path,
            input,
            headers,
            broken,
        }
    }

    /// A header that must be there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.find(name)
            .unwrap_or_else(|| panic!("{}: no header {name}", self.path))
    }

    /// A header that may be missing.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// What the file is about.
    pub(crate) fn kind(&self) -> &str {
        self.find("kind").unwrap_or_default()
    }

    /// What must come out.
    pub(crate) fn expect(&self) -> &str {
        self.find("expect").unwrap_or_default()
    }

    /// Headers that are unknown, missing or broken.
    pub(crate) fn wrong_headers(&self, known: &[&str]) -> Vec<String> {
        let needed = ["what", "kind", "expect"].iter().chain(known);
        let mut wrong: Vec<String> = self
            .broken
            .iter()
            .map(|line| format!("{}: broken header {line}", self.path))
            .collect();
        let mut names = Vec::new();
        for name in needed {
            let (name, is_optional) = name
                .strip_suffix('?')
                .map_or((*name, false), |name| (name, true));
            names.push(name);
            if !is_optional && self.find(name).is_none() {
                wrong.push(format!("{}: no header {name}", self.path));
            }
        }
        let unknown = self
            .headers
            .keys()
            .filter(|name| !names.contains(&name.as_str()));
        wrong.extend(unknown.map(|name| format!("{}: unknown header {name}", self.path)));
        wrong
    }
}

/// Every vector, in the order of their paths. Folders that hold no vectors: `pki` and `vds`.
pub(crate) fn all() -> Vec<Case> {
    let root = vectors();
    let mut cases = Vec::new();
    for folder in std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if !folder.is_dir() || ["pki", "vds"].iter().any(|other| folder.ends_with(other)) {
            continue;
        }
        for file in std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            assert_eq!(
                file.extension().and_then(|end| end.to_str()),
                Some("txt"),
                "{}",
                file.display()
            );
            let case = Case::read(&root, &file);
            assert!(
                folder.ends_with(case.kind()),
                "{}: lies in another kind's folder",
                case.path
            );
            cases.push(case);
        }
    }
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    cases
}

/// `refused` and the name of an error.
pub(crate) fn refused(error: &impl std::fmt::Debug) -> String {
    format!("refused {}", word(error))
}

/// Reads hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

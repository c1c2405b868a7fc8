//! What is random by design, named in the order of its first appearance. Everything else stays as it is.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The names of one side.
#[derive(Default)]
pub(super) struct Names {
    names: HashMap<String, String>,
    values: HashMap<String, String>,
    /// What the side's own address looks like.
    host: String,
}

impl Names {
    /// No name yet, at this address.
    pub(super) fn of(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..Self::default()
        }
    }

    /// The name of a value of a kind: the one it has, or the next.
    pub(super) fn name(&mut self, kind: &str, value: &str) -> String {
        if let Some(known) = self.names.get(value) {
            return known.clone();
        }
        let name = format!("«{kind}{}»", self.names.len());
        self.names.insert(value.to_owned(), name.clone());
        self.values.insert(name.clone(), value.to_owned());
        name
    }

    /// A key that was just made: its id looks like any word.
    pub(super) fn learn(&mut self, made: &Value) {
        if let (Some(id), Some(_)) = (made["id"].as_str(), made["secret"].as_str()) {
            self.name("keyid", id);
        }
    }

    /// A text with names, and the values in their place.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('«') {
            filled += before;
            let (inside, after) = after.split_once('»').unwrap();
            let name = format!("«{inside}»");
            filled += self
                .values
                .get(&name)
                .unwrap_or_else(|| panic!("{name} in {text}"));
            rest = after;
        }
        filled + rest
    }

    /// A text of this side, and names in the place of what is random.
    pub(super) fn plain(&mut self, text: &str) -> String {
        let port = self.host.replace(':', "%3A");
        let text = text.replace(&self.host, "HOST").replace(&port, "HOST");
        let mut plain = String::new();
        let mut token = String::new();
        for character in text.chars().chain(['\n']) {
            let dotted = character == '.' && token.starts_with("eyJ");
            if character.is_ascii_alphanumeric() || "-_".contains(character) || dotted {
                token.push(character);
                continue;
            }
            if !token.is_empty() {
                plain += &self.token(&token);
                token.clear();
            }
            plain.push(character);
        }
        plain.pop();
        // Four characters of a secret; when a key was used last, which is noted once a second; certificates.
        let plain = plain.replace("\"lastUsedAt\":null", "\"lastUsedAt\":\"\"");
        let plain = ["\"last4\":\"", "\"lastUsedAt\":\"", "\"x5c\":[\""]
            .iter()
            .fold(rendition_size(&plain), |text, mark| hidden(&text, mark));
        unnumbered(&plain)
    }

    fn token(&mut self, token: &str) -> String {
        let hex = |token: &str| {
            token
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        if let Some(known) = self.names.get(token) {
            return known.clone();
        }
        let kind = match token.len() {
            36 if uuid::Uuid::try_parse(token).is_ok() => "id",
            32 if hex(token) => "trace",
            64 if hex(token) => "hash",
            17 if token.starts_with("TRF-")
                && ananke_format::Reference::parse_canonical(token).is_ok() =>
            {
                "ref"
            }
            _ if token.starts_with("ak_live_") || token.starts_with("ak_test_") => "key",
            _ if token.starts_with("eyJ") && token.matches('.').count() == 2 => {
                return self.jws(token);
            }
            22 => return self.cursor(token),
            // A coordinate of a public key.
            43 if URL_SAFE_NO_PAD.decode(token).is_ok() => "point",
            _ => return token.to_owned(),
        };
        self.name(kind, token)
    }

    /// A cursor is the id of an item, and is named by it.
    fn cursor(&mut self, token: &str) -> String {
        let id = URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| uuid::Uuid::from_slice(&bytes).ok());
        match id.and_then(|id| self.names.get(&id.to_string()).cloned()) {
            None => token.to_owned(),
            Some(item) => {
                let name = format!("«cursor of {}»", item.trim_matches(['«', '»']));
                self.values.insert(name.clone(), token.to_owned());
                self.names.insert(token.to_owned(), name.clone());
                name
            }
        }
    }

    /// A signed text: header but for the certificate, payload, and no signature.
    fn jws(&mut self, token: &str) -> String {
        let mut parts = token
            .split('.')
            .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default());
        let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
        let mut header: Value = serde_json::from_slice(&header).unwrap();
        header["x5c"] = header["x5c"].as_array().map_or(0, Vec::len).into();
        let mut payload = String::from_utf8(payload).unwrap();
        let claims: Value = serde_json::from_str(&payload).unwrap();
        // Where a document stands in its list is random too.
        if let Some(index) = claims["status"]["status_list"]["idx"].as_u64() {
            for (found, shown) in [
                (format!("#{index}\""), "#INDEX\""),
                (
                    format!("\"statusListIndex\":\"{index}\""),
                    "\"statusListIndex\":\"INDEX\"",
                ),
                (format!("\"idx\":{index}"), "\"idx\":INDEX"),
            ] {
                payload = payload.replace(&found, shown);
            }
        }
        let plain = self.plain(&format!("jws({header} {payload})"));
        let name = self.name("jws", token);
        format!("{name}={plain}")
    }
}

/// Without the numbers that events have in their streams: what a server records by itself, such as an alert, comes in between
/// at a time of its own.
fn unnumbered(text: &str) -> String {
    const MARK: &str = "\"sequence\":";
    let mut parts = text.split(MARK);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += MARK;
        plain += part.trim_start_matches(|character: char| character.is_ascii_digit());
    }
    plain
}

/// The text without what stands between each mark and the next quotation mark.
fn hidden(text: &str, mark: &str) -> String {
    let mut parts = text.split(mark);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, after) = part.split_once('"').unwrap();
        rest += &format!("{mark}…\"{after}");
    }
    rest
}

/// The text without the size of a rendition, in which reference and hash are compressed. Submitted files are smaller.
fn rendition_size(text: &str) -> String {
    let mut parts = text.split("\"size\":");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let shown = if digits > 4 { "…" } else { &part[..digits] };
        rest += &format!("\"size\":{shown}{}", &part[digits..]);
    }
    rest
}

#[test]
fn only_what_is_random_is_named() {
    let one = "{\"id\":\"01890000-0000-7000-8000-000000000001\",\"name\":\"Ada\"}";
    let two = "{\"id\":\"01890000-0000-7000-8000-000000000002\",\"name\":\"Ada\"}";
    let plain = |texts: [&str; 2]| {
        let mut names = Names::of("127.0.0.1:1");
        texts.map(|text| names.plain(text))
    };
    assert_eq!(plain([one, two]), plain([two, one]), "random ids are alike");
    assert_ne!(
        plain([one, one]),
        plain([one, two]),
        "the same id and another are not"
    );
    assert_ne!(plain([one, one]), plain([one, &one.replace("Ada", "ada")]));
    let mut names = Names::of("127.0.0.1:1");
    let text = names.plain(one);
    assert_eq!(names.fill(&text), one);
}

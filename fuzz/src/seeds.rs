//! What the targets start from: the vectors, and a few words where there are none.

use ananke_format::datamatrix::Symbol;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::files;
use crate::pki::{certificate, given, parts, vectors};
use crate::targets::seals::{comment_at, header_and_message};

/// Inputs of the vectors of one kind: what stands behind the empty line.
fn inputs(kind: &str) -> Vec<String> {
    let paths = files(&vectors().join(kind));
    let read = paths.iter().map(|path| {
        let text = std::fs::read_to_string(path).expect("a vector");
        let (_, input) = text.split_once("\n\n").unwrap_or((&text, ""));
        input.strip_suffix('\n').unwrap_or(input).to_owned()
    });
    let inputs: Vec<String> = read.collect();
    assert!(!inputs.is_empty(), "no vectors of the kind {kind}");
    inputs
}

fn bytes(texts: impl IntoIterator<Item = impl Into<String>>) -> Vec<Vec<u8>> {
    texts
        .into_iter()
        .map(|text| text.into().into_bytes())
        .collect()
}

/// Files of the PKI whose names begin and end so.
fn pki(start: &str, end: &str) -> Vec<String> {
    let paths = files(&vectors().join("pki"));
    let names = paths.iter().filter_map(|path| path.file_name()?.to_str());
    let names = names.filter(|name| name.starts_with(start) && name.ends_with(end));
    names
        .filter(|name| !name.ends_with(".key.pem"))
        .map(str::to_owned)
        .collect()
}

fn payloads(texts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let text = |bytes: &Vec<u8>| parts(&String::from_utf8_lossy(bytes)).1;
    let mut all: Vec<Vec<u8>> = texts
        .iter()
        .map(text)
        .filter(|payload| !payload.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all
}

pub(crate) fn references() -> Vec<Vec<u8>> {
    bytes(inputs("reference"))
}

pub(crate) fn names() -> Vec<Vec<u8>> {
    bytes([
        "ACME01".to_owned(),
        "000000".to_owned(),
        "ACME0101".to_owned(),
        "live".to_owned(),
        "0123456789AB".to_owned(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
        format!("sha256:{}", "0123456789abcdef".repeat(4)),
        "https://docs.example.com/s/ACME01/live/0".to_owned(),
        "https://docs.example.com/a/s/ACME01/test/4294967295/revocation".to_owned(),
    ])
}

pub(crate) fn instants() -> Vec<Vec<u8>> {
    bytes(inputs("instant"))
}

pub(crate) fn base_urls() -> Vec<Vec<u8>> {
    bytes(inputs("base-url"))
}

pub(crate) fn roots() -> Vec<Vec<u8>> {
    bytes(inputs("roots"))
}

/// Seals of every kind there are vectors of.
pub(crate) fn seals() -> Vec<Vec<u8>> {
    let texts = ["seal", "own-seal"].map(inputs).concat();
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("hexadecimal digits");
        u8::from_str_radix(pair, 16).expect("hexadecimal digits")
    };
    let read = |text: &String| text.as_bytes().chunks(2).map(byte).collect();
    texts.iter().map(read).collect()
}

/// The headers of these seals, behind their first byte.
pub(crate) fn seal_headers() -> Vec<Vec<u8>> {
    let all = seals();
    let parts = all.iter().filter_map(|seal| header_and_message(seal));
    parts.map(|(header, _)| header[1..].to_vec()).collect()
}

/// Their messages.
pub(crate) fn seal_messages() -> Vec<Vec<u8>> {
    let all = seals();
    let parts = all.iter().filter_map(|seal| header_and_message(seal));
    parts.map(|(_, message)| message).collect()
}

/// How stamped files end.
pub(crate) fn stamp_comments() -> Vec<Vec<u8>> {
    let end = |file: Vec<u8>| comment_at(&file).map(|at| file[at..].to_vec());
    stamped().into_iter().filter_map(end).collect()
}

/// Symbols of two pixels a module, within a margin; the first byte is the width.
pub(crate) fn pixels() -> Vec<Vec<u8>> {
    let draw = |payload: &[u8]| {
        let symbol = Symbol::of(payload).expect("a symbol");
        let width = 2 * symbol.side() + 20;
        let all = (0..width).flat_map(|y| (0..width).map(move |x| (y, x)));
        let is_dark =
            |y: usize, x: usize| y >= 10 && x >= 10 && symbol.is_dark((y - 10) / 2, (x - 10) / 2);
        let grey = all.map(|(y, x)| if is_dark(y, x) { 0 } else { 255 });
        let width = u8::try_from(width).expect("a small symbol");
        std::iter::once(width).chain(grey).collect()
    };
    [&b"\xdc"[..], b"some bytes", &[7; 60]].map(draw).to_vec()
}

/// Files that were stamped.
pub(crate) fn stamped() -> Vec<Vec<u8>> {
    let read = |name| std::fs::read(vectors().join("pki").join(name)).expect(name);
    ["stamped.pdf", "stamped-twice.pdf"].map(read).to_vec()
}

pub(crate) fn api_keys() -> Vec<Vec<u8>> {
    bytes(inputs("api-key"))
}

pub(crate) fn pdfs() -> Vec<Vec<u8>> {
    let far = format!("{}%PDF-1.4\n%%EOF", "\n".repeat(1019));
    let late = format!("%PDF-1.4 %%EOF{}", " ".repeat(1019));
    bytes([
        "%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n".to_owned(),
        "%PDF-".to_owned(),
        far,
        late,
    ])
}

pub(crate) fn credentials() -> Vec<Vec<u8>> {
    bytes(inputs("credential"))
}

pub(crate) fn credential_payloads() -> Vec<Vec<u8>> {
    payloads(credentials())
}

pub(crate) fn lifecycles() -> Vec<Vec<u8>> {
    bytes(inputs("lifecycle-statement"))
}

pub(crate) fn lifecycle_payloads() -> Vec<Vec<u8>> {
    payloads(lifecycles())
}

pub(crate) fn bundles() -> Vec<Vec<u8>> {
    let mut all = inputs("trust");
    all.extend(pki("trust-", ".jws").iter().map(|name| given(name)));
    bytes(all)
}

pub(crate) fn bundle_payloads() -> Vec<Vec<u8>> {
    payloads(bundles())
}

pub(crate) fn certificates() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = pki("", ".pem")
        .iter()
        .map(|name| certificate(name).der().to_vec())
        .collect();
    for chain in inputs("certificate") {
        for pem in chain.split_inclusive("-----END CERTIFICATE-----") {
            let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            all.extend(base64::engine::general_purpose::STANDARD.decode(body));
        }
    }
    all.retain(|der| !der.is_empty());
    all.sort();
    all.dedup();
    all
}

pub(crate) fn pems() -> Vec<Vec<u8>> {
    bytes(pki("", ".pem").iter().map(|name| given(name)))
}

pub(crate) fn lists() -> Vec<Vec<u8>> {
    let mut all = inputs("status");
    all.extend(pki("list-", ".jws").iter().map(|name| given(name)));
    bytes(all)
}

pub(crate) fn list_payloads() -> Vec<Vec<u8>> {
    payloads(lists())
}

pub(crate) fn tables() -> Vec<Vec<u8>> {
    let hex = |text: &String| -> Vec<u8> {
        let digits = text.as_bytes().chunks_exact(2);
        let byte =
            |pair: &[u8]| u8::from_str_radix(&String::from_utf8_lossy(pair), 16).unwrap_or(0);
        digits.map(byte).collect()
    };
    inputs("status-table").iter().map(hex).collect()
}

/// What the W3C lists of the vectors are packed into.
pub(crate) fn bitstrings() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for payload in list_payloads() {
        let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
        let packed = claims["credentialSubject"]["encodedList"].as_str();
        let packed = packed.and_then(|text| text.strip_prefix('u'));
        all.extend(packed.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()));
    }
    all
}

/// The first byte chooses the list.
pub(crate) fn cursors() -> Vec<Vec<u8>> {
    let cursor =
        URL_SAFE_NO_PAD.encode([0x01, 0x89, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1]);
    bytes(["0", "1", "2", "3"].map(|list| format!("{list}{cursor}")))
        .into_iter()
        .chain(bytes(["20123456789AB", "0", "1====", "3AZ_-"]))
        .collect()
}

/// The first byte chooses the list.
pub(crate) fn queries() -> Vec<Vec<u8>> {
    bytes([
        "0limit=2&status=Active&recipient=ada&issuedAfter=2026-11-24T00:00:00Z",
        "0templateId=01890000-0000-7000-8000-000000000000&externalId=A-1&issuedBefore=2026-11-24T00:00:00%2B02:00",
        "0reference=TRF-%2091a5kywkanks3",
        "1isActive=true&isArchived=false&limit=200",
        "2limit=1",
        "3verdict=valid&after=2026-11-24T00:00:00Z&before=9999-12-31T00:00:00Z&reference=TRF-91A5KYWKANKS3",
        "0limit=1&limit=2",
        "0recipient=%00&x=%F0%9F%92%A9",
    ])
}

/// The first byte chooses the header.
pub(crate) fn headers() -> Vec<Vec<u8>> {
    bytes([
        "0{key}",
        "0ak_live_0123456789ABabcdefghijklmnopqrstuvwxyz0123454W2Uj1",
        "1a7c7f7a0-idempotent",
        "2\"1\"",
        "2W/\"1\", *",
        "300-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "4application/json; charset=utf-8",
        "5text/html, application/json;q=0.9",
        "6https://elsewhere.example",
        "7client-1",
        "8bytes=0-1",
        "9en, de;q=0.5",
    ])
}

/// The first byte chooses the route; `{…}` stands for what the server made at its start.
pub(crate) fn json_bodies() -> Vec<Vec<u8>> {
    bytes([
        r#"0{"templateId":"{template}","recipientName":"Ada Lovelace","fields":[{"key":"degree","value":"Mathematics"}]}"#,
        r#"0{"templateId":"{template}","recipientName":"Ada","recipientEmail":"ada@example.org","documentTitle":"Diploma",
            "externalId":"A-1","awardedOn":"2026-02-28","expiresAt":"2027-01-31T12:00:00+01:00","deliver":false,
            "fields":[{"key":"degree","value":"M"},{"key":"grade","value":"A"},{"key":"when","value":"2026-02-28"},
            {"key":"score","value":"1.5"},{"key":"mail","value":"a@b.example"},{"key":"link","value":"https://a.example"}]}"#,
        r#"0{"templateId":"{template}","recipientName":"Ada","fields":[],"validityType":"Months","validityValue":1,
            "pdf":"JVBERi0xLjQgJSVFT0Y="}"#,
        r#"1{"name":"Diploma","docType":"certificate","languages":["en","de"],"isActive":true,"placementTemplateId":null,
            "schema":[{"key":"degree","label":"Degree","required":true,"maxLength":40,"help":"which"},
            {"key":"grade","label":"Grade","type":"enum","options":["A","B"]}],
            "validity":{"type":"Days","value":30},"presentation":{"publicFields":["recipientName"]}}"#,
        r#"2{"name":"Diploma","docType":"other"}"#,
        r#"3{"name":"copy"}"#,
        r#"4{"action":"suspend","note":"why"}"#,
        r#"4{"action":"revoke","reason":"issuedInError"}"#,
        r#"5{"templateId":"{template}","recipientName":"Ada","fields":[{"key":"degree","value":"M"}],"revokeOriginal":false}"#,
        r#"6{"reason":"asked for"}"#,
        r#"7{"reference":"{reference}"}"#,
        r#"8{"hash":"{hash}","issuerCode":"EXAMP1"}"#,
        r#"9{"name":"ci","mode":"live","environment":"staging","service":"s","note":"n","scopes":["*"],
            "expiresAt":"2027-01-31T12:00:00Z"}"#,
        "0[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ])
}

/// The first byte chooses the route; the separator is `x`.
pub(crate) fn multiparts() -> Vec<Vec<u8>> {
    let request = r#"{"templateId":"{template}","recipientName":"Ada","fields":[{"key":"degree","value":"M"}]}"#;
    let file = "--x\r\nContent-Disposition: form-data; name=\"pdf\"; filename=\"a.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4 %%EOF\r\n";
    bytes([
        format!(
            "0--x\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{request}\r\n{file}--x--\r\n"
        ),
        format!(
            "1{file}--x\r\nContent-Disposition: form-data; name=\"issuerCode\"\r\n\r\nEXAMP1\r\n--x--\r\n"
        ),
        format!("1{file}{file}--x--\r\n"),
        format!("0{file}"),
        "1--x--\r\n".to_owned(),
        "0--x\r\nContent-Disposition: form-data; name*=utf-8''pdf\r\n\r\n--x--".to_owned(),
    ])
}

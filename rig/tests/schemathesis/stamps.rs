//! Stamps and what they are made with, each asked once what only one that is there answers well.

use std::net::SocketAddr;

use ananke_rig::http;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A page without anything on it.
fn page() -> String {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let (mut file, mut table) = (String::from("%PDF-1.7\n"), String::new());
    for (object, number) in objects.iter().zip(1..) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let at = file.len();
    format!(
        "{file}xref\n0 4\n0000000000 65535 f \n{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"
    )
}

/// Asks all of it; every answer is a good one.
pub(crate) fn seed(address: SocketAddr, key: &str) {
    let asked = |method: &str, path: &str, body: Value| {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = http::send(
            address,
            method,
            path,
            &[("x-api-key", key)],
            body.as_bytes(),
        );
        let answer = answer.unwrap();
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {said}"
        );
        answer.json()
    };
    let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
    let stamp = json!({ "name": "Certificate 7", "documentTypeCode": "CER", "pdf": STANDARD.encode(page()) });
    let stamps = "/v1/tcode/stamps";
    let first = asked("POST", stamps, stamp.clone());
    let path = format!("{stamps}/{}", id(&first));
    for part in ["", "/events", "/pdf"] {
        asked("GET", &format!("{path}{part}"), Value::Null);
    }
    let reference = first["reference"].as_str().unwrap();
    asked(
        "GET",
        &format!("/v1/tcode/verify/reference/{reference}"),
        Value::Null,
    );
    asked("POST", &format!("{path}/suspend"), json!({}));
    asked("POST", &format!("{path}/reactivate"), json!({}));
    asked("POST", &format!("{path}/replace"), stamp.clone());
    let second = asked("POST", stamps, stamp);
    let path = format!("{stamps}/{}", id(&second));
    asked("POST", &format!("{path}/revoke"), json!({}));
    asked(
        "POST",
        &format!("{path}/erase"),
        json!({ "reason": "asked for" }),
    );
    let templates = "/v1/tcode/templates";
    let schema = json!([{ "key": "holder", "label": "Holder" }]);
    let made = asked(
        "POST",
        templates,
        json!({ "name": "Degree", "schema": schema }),
    );
    let path = format!("{templates}/{}", id(&made));
    asked("GET", &format!("{path}/csv-fields"), Value::Null);
    let profile = http::get(
        address,
        &format!("{path}/profile.xml"),
        &[("x-api-key", key)],
    )
    .unwrap();
    let headers = [("x-api-key", key), ("content-type", "application/xml")];
    let again = http::send(
        address,
        "POST",
        &format!("{templates}/import"),
        &headers,
        &profile.body,
    );
    assert_eq!(again.unwrap().status, 201);
    for part in ["archive", "unarchive"] {
        asked("POST", &format!("{path}/{part}"), Value::Null);
    }
}

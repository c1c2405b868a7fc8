//! TCode over HTTP: templates, stamps, their lifecycle, their verification. Here is what these tests share.

mod changes;
mod doors;
mod erasure;
mod evidence;
mod history;
mod images;
mod keys;
mod placements;
mod profiles;
mod published;
mod questions;
mod refusals;
mod stamping;
mod tdoc;
mod theft;
mod told;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::tool;
use crate::world::{Answer, World};

/// A file of these objects, from 1, with a table and a trailer.
fn file(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let (table, size) = (out.len(), objects.len() + 1);
    out.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    out.extend(trailer.bytes());
    out
}

/// A page of A4 with these words.
fn page(words: &str) -> Vec<u8> {
    let drawing = format!("BT /F1 12 Tf 60 700 Td ({words}) Tj ET");
    let length = drawing.len();
    file(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        &format!("<< /Length {length} >>\nstream\n{drawing}\nendstream"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ])
}

/// The document that is stamped where it does not matter which.
fn original() -> Vec<u8> {
    page("A document")
}

/// A file that says it is signed.
fn signed() -> Vec<u8> {
    file(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] >>",
    ])
}

/// The least a stamp needs.
fn least() -> Value {
    json!({ "name": "Certificate 7", "documentTypeCode": "CER", "pdf": STANDARD.encode(original()) })
}

/// The same with these members.
fn with(members: Value) -> Value {
    let mut body = least();
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn stamp(world: &World, body: Value) -> Answer {
    world.post("/v1/tcode/stamps", body).await
}

/// The same with the file, if there is one, as a part.
async fn as_part(world: &World, mut request: Value, file: Option<Vec<u8>>) -> Answer {
    request.as_object_mut().unwrap().remove("pdf");
    let mut form = Form::new().text("request", request.to_string());
    if let Some(file) = file {
        form = form.part("pdf", Part::bytes(file));
    }
    let sent = world
        .request("POST", "/v1/tcode/stamps")
        .header("x-api-key", &world.live);
    Answer::of(sent.multipart(form)).await
}

/// A stamp of the first tenant, made now.
async fn stamped(world: &World) -> Value {
    stamp(world, least()).await.ok(201)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} of {value:#}"))
}

fn path(stamp: &Value) -> String {
    format!("/v1/tcode/stamps/{}", text(stamp, "id"))
}

/// The body of a TDoc template.
fn fields() -> Value {
    json!({
        "name": "Degree",
        "schema": [
            { "key": "holder", "label": "Holder", "required": true, "maxLength": 40 },
            { "key": "grade", "label": "Grade", "type": "enum", "options": ["A", "B"] },
            { "key": "day", "label": "Day", "type": "date" },
        ],
    })
}

/// A TDoc template of the first tenant.
async fn tdoc(world: &World, body: Value) -> String {
    let made = world.post("/v1/tcode/templates", body).await.ok(201);
    text(&made, "id").to_owned()
}

/// A placement template of the first tenant.
async fn placement(world: &World, body: Value) -> String {
    let made = world.post("/v1/tcode/placement-templates", body).await;
    text(&made.ok(201), "id").to_owned()
}

/// The stamped file.
async fn pdf(world: &World, stamp: &Value) -> Vec<u8> {
    let answer = world.get(&format!("{}/pdf", path(stamp))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.bytes
}

/// What is answered to whoever has no key.
async fn look(world: &World, path: &str) -> Value {
    Answer::of(world.request("GET", path)).await.ok(200)
}

async fn by_reference(world: &World, stamp: &Value) -> Value {
    let path = format!("/v1/tcode/verify/reference/{}", text(stamp, "reference"));
    look(world, &path).await
}

async fn by_hash(world: &World, hash: &Value) -> Value {
    let path = format!("/v1/tcode/verify/hash/{}", hash.as_str().unwrap());
    look(world, &path).await
}

async fn by_payload(world: &World, seal: &[u8]) -> Value {
    let question = json!({ "payload": STANDARD.encode(seal) });
    world.ask("/v1/tcode/verify", question).await.ok(200)
}

/// The bytes of a stamp's seal.
fn seal(stamp: &Value) -> Vec<u8> {
    STANDARD.decode(text(stamp, "seal")).unwrap()
}

async fn send_image(world: &World, file: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(file));
    let sent = world.request("POST", "/v1/tcode/verify/image");
    Answer::of(sent.multipart(form)).await
}

async fn by_image(world: &World, file: Vec<u8>) -> Value {
    send_image(world, file).await.ok(200)
}

/// A verdict and the first reason of those that are not that of the log.
fn seen(answer: &Value) -> (&str, Option<&str>) {
    let checks = answer["checks"].as_array().unwrap();
    let reasons = checks.iter().filter(|check| check["name"] != "log");
    let mut reasons = reasons.filter_map(|check| check["reason"].as_str());
    (text(answer, "verdict"), reasons.next())
}

/// What a program of the system makes of a file, in a folder of its own; `None` where it is not installed.
fn made_of(
    program: &str,
    arguments: &[&str],
    file: &[u8],
    out: &str,
    made: &str,
) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("in");
    std::fs::write(&from, file).unwrap();
    let out = folder.path().join(out);
    tool::run_into(program, arguments, &from, out.to_str().unwrap())?;
    Some(std::fs::read(folder.path().join(made)).unwrap())
}

fn by_qpdf(arguments: &[&str], file: &[u8]) -> Option<Vec<u8>> {
    made_of("qpdf", arguments, file, "out.pdf", "out.pdf")
}

/// The first page of a file as a picture: `png` or `jpeg`.
fn picture(file: &[u8], kind: &str) -> Option<Vec<u8>> {
    let (option, made) = match kind {
        "png" => ("-png", "page.png"),
        _ => ("-jpeg", "page.jpg"),
    };
    let arguments = ["-r", "200", "-singlefile", option];
    made_of("pdftoppm", &arguments, file, "page", made)
}

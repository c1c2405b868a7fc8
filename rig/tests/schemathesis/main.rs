//! G-23: schemathesis asks a running server whatever the contract allows, and what it forbids; nothing it hears may
//! contradict `openapi.json`, and no answer may be a fault of the server.
//!
//! It has a test binary of its own, so that nothing else runs beside these minutes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod stamps;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};
use serde_json::{Value, json};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");

/// Documents there are at first; of everything else there are a few.
const DOCUMENTS: usize = 40;
const OTHERS: usize = 8;

/// Where `./run test` puts it.
fn schemathesis() -> Option<PathBuf> {
    let found = Path::new(ROOT).join("interop/.venv/bin/schemathesis");
    if found.exists() {
        return Some(found);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "schemathesis was not found, and CI=true allows no skipping"
    );
    say(
        "\n*** SKIPPED: schemathesis was not found (./run test installs it); its tests did not run ***\n",
    );
    None
}

/// The product, not the rig's binary: built here, since another build may have left another binary.
fn product() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--package", "ananke", "--locked", "--quiet"])
        .current_dir(ROOT)
        .status();
    assert!(built.unwrap().success(), "the product builds");
    Path::new(env!("CARGO_BIN_EXE_ananke-rig")).with_file_name("ananke")
}

/// A run of schemathesis: whether it found nothing, and its words.
fn run(
    program: &Path,
    instance: &Instance,
    arguments: &[&str],
    (key, there): (&str, &There),
) -> (bool, String) {
    let config = std::fs::read_to_string(Path::new(ROOT).join("interop/schemathesis.toml"));
    let config = config.unwrap().replace("EXAMP1", &instance.issuer);
    std::fs::write(instance.path("schemathesis.toml"), config).unwrap();
    let output = Command::new(program)
        .arg("--config-file")
        .arg(instance.path("schemathesis.toml"))
        .arg("run")
        .args(arguments)
        .args(["--checks", "all", "--continue-on-failure", "--no-color"])
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("PYTHONPATH", Path::new(ROOT).join("interop"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ANANKE_API_KEY", key)
        .env("ANANKE_KEY_ID", &key["ak_live_".len()..][..12])
        .env("ANANKE_DOCUMENT_IDS", there.documents.join(","))
        .env("ANANKE_TEMPLATE_ID", &there.template)
        // What it keeps of a run, so that the next begins with it, belongs to this one.
        .current_dir(instance.path("."))
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

/// What can be found, so that questions about it are answered.
#[derive(Default)]
struct There {
    documents: Vec<String>,
    /// One without fields.
    template: String,
}

fn seed(instance: &Instance, address: SocketAddr) -> There {
    let headers = [("x-api-key", instance.key.as_str())];
    let template = json!({ "name": "Certificate", "docType": "certificate", "schema": [] });
    let made = http::post(address, "/v1/trust/templates", &headers, &template).unwrap();
    assert_eq!(made.status, 201, "{}", made.json());
    let template = made.json()["id"].as_str().unwrap().to_owned();
    let mut documents = Vec::new();
    for n in 0..DOCUMENTS {
        let document = json!({ "templateId": instance.template, "recipientName": format!("Recipient {n}"),
            "fields": [{ "key": "course", "value": "Contracts" }] });
        let issued = http::post(address, "/v1/trust/issuances", &headers, &document).unwrap();
        assert_eq!(issued.status, 201);
        documents.push(issued.json()["id"].as_str().unwrap().to_owned());
        let question = json!({ "reference": issued.json()["reference"] });
        let verified = http::post(address, "/v1/trust/verify/by-reference", &[], &question);
        assert_eq!(verified.unwrap().status, 200);
        if n >= OTHERS {
            continue;
        }
        let key = json!({ "name": format!("Key {n}") });
        let made = http::post(address, "/v1/api-keys", &headers, &key).unwrap();
        assert_eq!(made.status, 201);
        // Somebody finds it, and there is an alert to see to.
        let found = json!({ "keys": [made.json()["secret"]] });
        let reported = http::post(address, "/v1/leaks", &[], &found);
        assert_eq!(reported.unwrap().status, 202);
        // Nobody listens there, which is an answer, too.
        let channel = json!({ "kind": "webhook", "target": "https://127.0.0.1:9/" });
        let made = http::post(address, "/v1/alert-channels", &headers, &channel);
        assert_eq!(made.unwrap().status, 201);
    }
    stamps::seed(address, &instance.key);
    There {
        documents,
        template,
    }
}

/// How often each operation was answered, by the first digit of the status, as the server's log has it.
fn answers(log: &str) -> BTreeMap<(String, String), [usize; 6]> {
    let mut all: BTreeMap<(String, String), [usize; 6]> = BTreeMap::new();
    for line in log.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        if let (Some(method), Some(route), Some(status)) =
            (text("method"), text("route"), line["status"].as_u64())
        {
            all.entry((method, route)).or_default()[usize::try_from(status / 100).unwrap()] += 1;
        }
    }
    all
}

fn contract() -> Value {
    let text = std::fs::read_to_string(CONTRACT);
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// A server whose log has a line for every request.
fn serve(instance: &Instance) -> ananke_rig::server::Server {
    let variables = [
        // Questions of health are told of at this level only.
        ("ANANKE__LOG__LEVEL", "debug"),
        ("ANANKE__LOG__FORMAT", "json"),
        // Receivers of alerts.
        ("ANANKE__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ];
    instance.start(&variables).unwrap()
}

#[test]
fn nothing_contradicts_the_contract() {
    let Some(program) = schemathesis() else {
        return;
    };
    let mut random = Seed::of_run("G-23");
    let instance = Instance::create(&product(), None);
    let server = serve(&instance);
    let there = seed(&instance, server.address);
    let seconds = number("ANANKE_SCHEMATHESIS_SECONDS", 300).to_string();
    let (address, draw) = (
        format!("http://{}", server.address),
        random.below(1 << 32).to_string(),
    );
    let arguments = [
        CONTRACT,
        "--url",
        &address,
        "--max-time",
        &seconds,
        "--seed",
        &draw,
    ];
    let (clean, words) = run(&program, &instance, &arguments, (&instance.key, &there));
    assert!(clean, "{words}");
    // It asked with a key that was good to the end, and heard yes from every operation.
    let headers = [("x-api-key", instance.key.as_str())];
    assert_eq!(
        http::get(server.address, "/v1/whoami", &headers)
            .unwrap()
            .status,
        200
    );
    server.stop();
    let answers = answers(&instance.log());
    let (mut operations, mut unheard) = (0, Vec::new());
    for (path, methods) in contract()["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let operation = (method.to_uppercase(), path.clone());
            let count = answers.get(&operation).copied().unwrap_or_default();
            operations += 1;
            if count[2] == 0 {
                unheard.push((operation, count));
            }
        }
    }
    assert!(unheard.is_empty(), "never answered well: {unheard:?}");
    let sum = |digit: usize| answers.values().map(|count| count[digit]).sum::<usize>();
    assert_eq!(sum(5), 0, "{answers:?}");
    let cases = words
        .lines()
        .find(|line| line.contains(" generated, "))
        .unwrap_or_default();
    say(&format!(
        "G-23: schemathesis, all checks, {seconds} s, seed {draw}: {operations} operations, {}; 0 failures; answers of \
         the server: {} of 2xx, {} of 4xx, 0 of 5xx",
        cases.trim(),
        sum(2),
        sum(4)
    ));
}

#[test]
fn a_contract_that_promises_something_else_is_found_out() {
    let Some(program) = schemathesis() else {
        return;
    };
    let instance = Instance::create(&product(), None);
    let server = serve(&instance);
    let mut found = 0;
    let lies = [
        (
            "whoami",
            "/components/schemas/Whoami/properties/issuerCode/type",
            json!("integer"),
        ),
        (
            "whoami",
            "/paths/~1v1~1whoami/get/responses",
            json!({ "204": { "description": "Nothing." } }),
        ),
        (
            "healthz",
            "/paths/~1healthz/get",
            json!({ "operationId": "healthz", "security": [{ "apiKey": [] }],
            "responses": { "200": { "description": "Well." } } }),
        ),
        (
            "verify_by_hash",
            "/components/schemas/ByHash/properties/hash/pattern",
            json!("^[0-9a-z]{64}$"),
        ),
        (
            "list_api_keys",
            "/paths/~1v1~1api-keys/get/parameters/0/schema/maximum",
            json!(1000),
        ),
    ];
    for (operation, place, lie) in &lies {
        let mut contract = contract();
        *contract.pointer_mut(place).unwrap() = lie.clone();
        let path = instance.path("openapi.json");
        std::fs::write(&path, contract.to_string()).unwrap();
        let address = format!("http://{}", server.address);
        let arguments = [
            path.to_str().unwrap(),
            "--url",
            &address,
            "--include-operation-id",
            operation,
            "--seed",
            "1",
        ];
        let (clean, words) = run(
            &program,
            &instance,
            &arguments,
            (&instance.key, &There::default()),
        );
        assert!(!clean && words.contains("FAILURES"), "{place}: {words}");
        found += 1;
    }
    server.stop();
    say(&format!(
        "G-23 control: {found} of {} false contracts found out",
        lies.len()
    ));
}

//! Seals: cases of our own, and those of other people (`vectors/vds`).

use ananke_format::certificate::Certificate;
use ananke_format::seal::{Field, ForeignKey, Header, Lengths, Seal, Statement, Version};
use serde_json::Value;

use crate::case::{Case, from_hex, refused};
use crate::keys::vectors;
use crate::signed::given;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a seal; what was read, written again, is the same.
pub(crate) fn seal(case: &Case) -> String {
    let bytes = from_hex(&case.input);
    let seal = match Seal::parse(&bytes) {
        Ok(seal) => seal,
        Err(error) => return refused(&error),
    };
    assert_eq!(
        seal.to_bytes().as_deref(),
        Some(bytes.as_slice()),
        "{}",
        case.path
    );
    let Header {
        version,
        country,
        signer,
        reference,
        issued,
        signed,
        feature_definition,
        type_category,
    } = &seal.header;
    let version = match version {
        Version::Three => 3,
        Version::Four => 4,
    };
    let tags: Vec<String> = seal.fields.iter().map(|field| hex(&[field.tag])).collect();
    let tags = if tags.is_empty() {
        "-".to_owned()
    } else {
        tags.join(",")
    };
    let end = if seal.signature.is_some() {
        "signed"
    } else {
        "unsigned"
    };
    format!(
        "{version} {country} {signer} {reference} {issued} {signed} {} {tags} {end}",
        hex(&[*feature_definition, *type_category])
    )
}

/// A seal of this system, against the certificate of its key.
pub(crate) fn own_seal(case: &Case) -> String {
    let read = Seal::parse(&from_hex(&case.input)).map_err(|error| refused(&error));
    let read = read.and_then(|seal| {
        let statement = Statement::read(&seal).map_err(|error| refused(&error))?;
        Ok((seal, statement))
    });
    let (seal, statement) = match read {
        Ok(read) => read,
        Err(error) => return error,
    };
    let key = Certificate::from_pem(&given(case.header("key"))).unwrap();
    let signed = seal.signed_bytes().unwrap();
    if !key.public_key().verifies(&signed, &seal.signature.unwrap()) {
        return "refused signature_mismatch".to_owned();
    }
    let Statement {
        mode,
        certificate,
        reference,
        status,
        issued_at,
        type_code,
        fields,
        ..
    } = &statement;
    let fields: Vec<String> = fields
        .iter()
        .map(|(at, value)| format!("{at}={value}"))
        .collect();
    format!(
        "{mode} {certificate} {reference} {status} {issued_at} {type_code} {}",
        fields.join(";")
    )
}

#[test]
fn seals_of_other_people() {
    let file = vectors().join("vds/seals.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let (mut read, mut verified) = (0, 0);
    for known in all["seals"].as_array().unwrap() {
        let bytes = from_hex(known["hex"].as_str().unwrap());
        let seal = Seal::parse(&bytes).unwrap();
        assert_eq!(
            seal.to_bytes().as_deref(),
            Some(bytes.as_slice()),
            "{known}"
        );
        read += 1;
        let Some(signer) = known["signer"].as_str() else {
            continue;
        };
        let pem = std::fs::read_to_string(vectors().join(format!("vds/{signer}.pem"))).unwrap();
        let key = ForeignKey::from_certificate(&pem).unwrap();
        assert!(key.verifies(&seal), "{known}");
        verified += 1;
        // No other content and no other signature.
        let mut other = seal.clone();
        if let Some(Field { value, .. }) = other
            .fields
            .iter_mut()
            .find(|field| !field.value.is_empty())
        {
            value[0] ^= 1;
        }
        assert!(!key.verifies(&other));
        for at in 0..64 {
            let mut other = seal.clone();
            other.signature.as_mut().unwrap()[at] ^= 1;
            assert!(!key.verifies(&other), "{at}");
        }
        assert!(!key.verifies(&Seal {
            signature: None,
            ..seal
        }));
    }
    assert_eq!((read, verified), (7, 3));
    for known in all["headers"].as_array().unwrap() {
        let text = |name: &str| known[name].as_str().unwrap().to_owned();
        let byte = |name: &str| from_hex(&text(name))[0];
        let header = Header {
            version: match known["version_byte"].as_u64() {
                Some(2) => Version::Three,
                _ => Version::Four,
            },
            country: text("issuing_country"),
            signer: text("signer_id"),
            // Version 3 has five characters, padded.
            reference: match known["version_byte"].as_u64() {
                Some(2) => format!("{:0>5}", text("certificate_reference")),
                _ => text("certificate_reference"),
            },
            issued: text("issue_date").parse().unwrap(),
            signed: text("signature_date").parse().unwrap(),
            feature_definition: byte("feature_definition"),
            type_category: byte("document_type"),
        };
        let seal = Seal {
            header,
            fields: Vec::new(),
            lengths: Lengths::Der,
            signature: None,
        };
        assert_eq!(
            seal.to_bytes().map(|bytes| hex(&bytes)),
            Some(text("hex")),
            "{known}"
        );
        assert_eq!(Seal::parse(&from_hex(&text("hex"))), Ok(seal));
    }
}

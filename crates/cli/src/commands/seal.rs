//! `ananke seal decode`: what any Visible Digital Seal says, ours or somebody else's.

use std::path::{Path, PathBuf};

use ananke_format::seal::{ForeignKey, Seal, Statement, Version, is_own};
use serde::Serialize;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Output, Paint, Table, print};
use crate::verify::target::{read, standard_input};
use crate::verify::{barcode, payload};

/// Looks into seals, offline.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What to do with a seal.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print what a seal says. Nothing of it is believed: with --certificate its signature is checked, and nothing else.
    /// Exit code 0 where that holds, 3 where it does not, 6 where nothing was checked
    Decode {
        /// The bytes of a barcode in hexadecimal or base64, a file with them, or a PNG, JPEG or PDF with the barcode on it; - for
        /// standard input
        #[arg(value_name = "FILE|HEX|BASE64")]
        seal: String,
        /// Certificate (PEM) of the one who signs such seals; whether that is to be believed is yours to know
        #[arg(long, value_name = "FILE")]
        certificate: Option<PathBuf>,
        /// The answer as JSON
        #[arg(long)]
        json: bool,
    },
}

/// A seal, taken apart. Members of the header are named as in ICAO Doc 9303-13.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Decoded {
    header: Header,
    messages: Vec<Message>,
    signature: Signature,
    /// r, then s, in hexadecimal.
    signature_bytes: Option<String>,
    /// Of a seal that names this system: what it says in our words, and as little believed.
    ananke: Option<Own>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    magic_constant: &'static str,
    version: u8,
    issuing_country: String,
    signer_identifier: String,
    certificate_reference: String,
    document_issue_date: String,
    signature_creation_date: String,
    document_feature_definition_reference: String,
    document_type_category: String,
}

#[derive(Debug, Serialize)]
struct Message {
    tag: String,
    hex: String,
    text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Signature {
    Valid,
    Invalid,
    NotChecked,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    mode: String,
    reference: String,
    document_type_code: String,
    issued_at: String,
    valid_to: Option<String>,
    status_list: Option<String>,
    status_index: Option<u64>,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let Command::Decode {
        seal,
        certificate,
        json,
    } = arguments.command;
    let key = certificate.as_deref().map(read_key).transpose()?;
    let bytes = find(&seal).await?;
    let seal = Seal::parse(&bytes)
        .map_err(|error| Failure::with(Exit::NotValid, format!("no seal can be read: {error}")))?;
    let decoded = Decoded::new(&seal, key.as_ref());
    let output = context.output.json_if(json);
    if output.is_for_people() {
        print(&present(&decoded, Paint::stdout()))?;
    } else {
        output.one(&decoded, String::new)?;
        warn(&decoded, output);
    }
    Ok(match decoded.signature {
        Signature::Valid => Exit::Ok,
        Signature::Invalid => Exit::NotValid,
        Signature::NotChecked => Exit::CannotDecide,
    })
}

const END: &str = "-----END CERTIFICATE-----";

fn read_key(path: &Path) -> Result<ForeignKey, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()));
    let pem = String::from_utf8(read(path)?).map_err(|_| failed(&"not a PEM file"))?;
    // What signed stands first, and its issuers behind it.
    let end = pem.find(END).map_or(pem.len(), |at| at + END.len());
    let first = pem.get(..end).unwrap_or_default();
    ForeignKey::from_certificate(first).map_err(|error| failed(&error))
}

/// The bytes of a seal, wherever they are.
async fn find(text: &str) -> Result<Vec<u8>, Failure> {
    let path = Path::new(text);
    let bytes = match text {
        "-" => standard_input()?,
        _ if path.exists() => read(path)?,
        _ => {
            return payload::in_text(text).ok_or_else(|| {
                Failure::error(format!(
                    "{text:?} is neither a file nor the bytes of a seal, which begin with DC"
                ))
            });
        }
    };
    if let Some(seal) = payload::in_file(&bytes) {
        return Ok(seal);
    }
    let found = barcode::read(bytes).await?;
    found.map(|found| found.payload).ok_or_else(|| {
        Failure::with(
            Exit::NotFound,
            "there is no barcode to be read: try a sharper picture, or only the part with the barcode",
        )
    })
}

impl Decoded {
    fn new(seal: &Seal, key: Option<&ForeignKey>) -> Self {
        let header = &seal.header;
        let fields = seal.fields.iter().map(|field| Message {
            tag: format!("{:02X}", field.tag),
            hex: hex(&field.value),
            text: text(&field.value),
        });
        Self {
            header: Header {
                magic_constant: "DC",
                version: match header.version {
                    Version::Three => 3,
                    Version::Four => 4,
                },
                issuing_country: header.country.clone(),
                signer_identifier: header.signer.clone(),
                certificate_reference: header.reference.clone(),
                document_issue_date: header.issued.to_string(),
                signature_creation_date: header.signed.to_string(),
                document_feature_definition_reference: format!("{:02X}", header.feature_definition),
                document_type_category: format!("{:02X}", header.type_category),
            },
            messages: fields.collect(),
            signature: match key {
                None => Signature::NotChecked,
                Some(key) if key.verifies(seal) => Signature::Valid,
                Some(_) => Signature::Invalid,
            },
            signature_bytes: seal.signature.as_ref().map(|bytes| hex(bytes)),
            ananke: own(seal),
        }
    }
}

fn own(seal: &Seal) -> Option<Own> {
    let statement = Statement::read(seal).ok().filter(|_| is_own(seal))?;
    let position = statement.status_position();
    let list = position.map(|position| {
        let issuer = statement.certificate.issuer();
        format!("/s/{issuer}/{}/{}", statement.mode, position.list)
    });
    Some(Own {
        mode: statement.mode.to_string(),
        reference: statement.reference.to_string(),
        document_type_code: statement.type_code.clone(),
        issued_at: statement.issued_at.to_string(),
        valid_to: statement.valid_to.map(|date| date.to_string()),
        status_list: list,
        status_index: position.map(|position| u64::from(position.index)),
    })
}

/// A value as text, where it is one.
fn text(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let is_plain = !text.is_empty() && !text.chars().any(char::is_control);
    is_plain.then(|| text.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a tag stands for: in seals after BSI TR-03171, ours among them, and in ours.
fn meaning(tag: &str, header: &Header, is_own: bool) -> &'static str {
    let definition = (
        header.document_feature_definition_reference.as_str(),
        header.document_type_category.as_str(),
    );
    match tag {
        _ if definition != ("01", "C9") => "",
        "00" => "profile",
        "01" => "valid from",
        "02" => "valid to",
        "03" => "profile at",
        "04" => "certificate at",
        "05" => "status at",
        "06" => "status index",
        _ if !is_own => "",
        "0A" => "reference",
        "0B" => "original",
        "0C" => "issued",
        "0D" => "kind",
        "0E" => "stamp",
        _ => "field",
    }
}

const UNCHECKED: &str = "Nothing was verified: anybody can write this.";

fn warn(decoded: &Decoded, output: Output) {
    if decoded.signature == Signature::NotChecked {
        output.say(UNCHECKED);
    }
}

fn present(decoded: &Decoded, paint: Paint) -> String {
    let header = &decoded.header;
    let is_ours = decoded.ananke.is_some();
    let verdict = match (decoded.signature, &decoded.signature_bytes) {
        (Signature::Valid, _) => paint.good(
            "SIGNED with the key of the certificate you named; neither that nor the seal's status was looked at.",
        ),
        (Signature::Invalid, Some(_)) => {
            paint.bad("NOT SIGNED with the key of the certificate you named, or altered since.")
        }
        (Signature::Invalid, None) => paint.bad("NOT SIGNED at all."),
        (Signature::NotChecked, Some(_)) if is_ours => {
            let ask = format!("{UNCHECKED} `ananke verify` takes the same argument and does.");
            paint.doubtful(&ask)
        }
        (Signature::NotChecked, Some(_)) => paint.doubtful(&format!(
            "{UNCHECKED} Its signature is checked with --certificate."
        )),
        (Signature::NotChecked, None) => paint.doubtful(
            "Nothing was verified, and nothing can be: this seal is not signed.",
        ),
    };
    let facts = Facts::new()
        .with("Version", header.version.to_string())
        .with("Issuing country", &header.issuing_country)
        .with("Signer identifier", &header.signer_identifier)
        .with("Certificate reference", &header.certificate_reference)
        .with("Document issue date", &header.document_issue_date)
        .with("Signature creation date", &header.signature_creation_date)
        .with(
            "Document feature definition reference",
            &header.document_feature_definition_reference,
        )
        .with("Document type category", &header.document_type_category)
        .maybe(
            "Status list",
            decoded.ananke.as_ref().and_then(|own| {
                Some(format!(
                    "{}, index {}",
                    own.status_list.as_ref()?,
                    own.status_index?
                ))
            }),
        );
    let table = decoded.messages.iter().fold(
        Table::new(&["TAG", "MEANING", "VALUE"]),
        |table, message| {
            let value = message.text.as_ref().unwrap_or(&message.hex);
            table.row([
                message.tag.as_str(),
                meaning(&message.tag, header, is_ours),
                value,
            ])
        },
    );
    let signature = decoded.signature_bytes.as_deref().unwrap_or("none");
    format!(
        "{verdict}\n\n{}\n{}\nSignature\n{signature}\n",
        facts.render(),
        table.render()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_as_texts() {
        assert_eq!(text("Zoë".as_bytes()).as_deref(), Some("Zoë"));
        for value in [&b""[..], b"\xdc\x03", b"a\x1b[2J", b"\x00"] {
            assert_eq!(text(value), None);
        }
        assert_eq!(hex(&[0, 0xdc]), "00dc");
    }
}

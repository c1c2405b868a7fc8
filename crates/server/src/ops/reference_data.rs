//! The closed lists of the contract.

use crate::alerts::Kind;
use ananke_api::reference_data::Entry;
use ananke_api::template::DocType;

fn entries(list: &[(&str, &str)]) -> Vec<Entry> {
    list.iter()
        .map(|(code, label)| Entry {
            code: (*code).to_owned(),
            label: (*label).to_owned(),
        })
        .collect()
}

/// Kinds of document in a stamp, and the codes printed with them.
#[must_use]
pub fn document_types() -> Vec<Entry> {
    entries(&[
        ("CER", "Certificate"),
        ("CON", "Contract"),
        ("INV", "Invoice"),
        ("DIP", "Diploma"),
        ("TRA", "Transcript"),
        ("LIC", "Licence"),
        ("PER", "Permit"),
        ("ATT", "Attestation"),
        ("STA", "Statement"),
        ("OTH", "Other"),
    ])
}

/// A template's kind of document, for people.
#[must_use]
pub const fn document_kind(kind: DocType) -> &'static str {
    match kind {
        DocType::Certificate => "Certificate",
        DocType::Credential => "Credential",
        DocType::Contract => "Contract",
        DocType::Other => "Document",
    }
}

/// Languages a template can name (ISO 639-1).
pub const LANGUAGES: [(&str, &str); 24] = [
    ("en", "English"),
    ("fr", "French"),
    ("de", "German"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("el", "Greek"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("ro", "Romanian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sv", "Swedish"),
    ("uk", "Ukrainian"),
];

/// Languages a template can name.
#[must_use]
pub fn languages() -> Vec<Entry> {
    entries(&LANGUAGES)
}

/// Why a document is revoked.
#[must_use]
pub fn lifecycle_reasons() -> Vec<Entry> {
    entries(&[
        ("keyCompromise", "The signing key was compromised"),
        ("issuedInError", "Issued in error"),
        ("superseded", "Replaced by another document"),
        (
            "affiliationEnded",
            "The holder no longer belongs to the issuer",
        ),
        ("fraud", "Fraud"),
        ("other", "Another reason"),
    ])
}

/// The words of a verification.
#[must_use]
pub fn verdicts() -> Vec<Entry> {
    entries(&[
        ("valid", "Genuine and in force"),
        ("suspended", "Genuine, taken out of force for now"),
        ("revoked", "Genuine, taken out of force for good"),
        ("expired", "Genuine, its time has passed"),
        (
            "invalid",
            "Not what the issuer signed, or not by an issuer known here",
        ),
        ("not_found", "No such document"),
        ("indeterminate", "Something could not be checked"),
    ])
}

/// What is recorded.
#[must_use]
pub fn event_types() -> Vec<Entry> {
    entries(&[
        ("issuance.issued", "A document was issued"),
        ("issuance.suspended", "A document was suspended"),
        ("issuance.revoked", "A document was revoked"),
        ("issuance.reinstated", "A suspended document was reinstated"),
        (
            "issuance.expired",
            "A document was expired ahead of its time",
        ),
        ("issuance.lapsed", "The time of a document has passed"),
        ("issuance.replaced", "A document was replaced by another"),
        ("issuance.rendered", "A PDF was made from the record"),
        (
            "issuance.erased",
            "The personal data of a document were removed",
        ),
        ("stamp.issued", "A document was stamped"),
        ("stamp.suspended", "A stamp was suspended"),
        ("stamp.revoked", "A stamp was revoked"),
        ("stamp.reinstated", "A suspended stamp was reinstated"),
        ("stamp.lapsed", "The time of a stamp has passed"),
        ("stamp.replaced", "A stamp was replaced by another"),
        ("stamp.erased", "The personal data of a stamp were removed"),
        (
            "revocation.started",
            "Somebody asked for everything a key issued, or of a time, to be revoked",
        ),
        (
            "restoration.started",
            "Somebody asked for what a key took out of force to be put right",
        ),
        ("template.created", "A template was made"),
        ("template.updated", "A template was changed"),
        ("template.archived", "A template was archived"),
        (
            "template.unarchived",
            "A template was taken out of the archive",
        ),
        ("template.deleted", "A template was deleted"),
        ("tdoc_template.created", "A TDoc template was made"),
        ("tdoc_template.updated", "A TDoc template was changed"),
        ("tdoc_template.archived", "A TDoc template was archived"),
        (
            "tdoc_template.unarchived",
            "A TDoc template was taken out of the archive",
        ),
        ("tdoc_template.deleted", "A TDoc template was deleted"),
        (
            "placement_template.created",
            "A placement template was made",
        ),
        (
            "placement_template.updated",
            "A placement template was changed",
        ),
        (
            "placement_template.deleted",
            "A placement template was deleted",
        ),
        ("api_key.created", "An API key was made"),
        ("api_key.updated", "An API key was changed"),
        ("api_key.rolled", "An API key got a successor"),
        (
            "api_key.roll_cancelled",
            "A roll of an API key was taken back",
        ),
        (
            "api_key.leaked",
            "An API key was found where it does not belong",
        ),
        ("api_key.deleted", "An API key was deleted"),
        ("signing_key.created", "A signing key was made"),
        ("signing_key.retired", "A signing key was retired"),
        (
            "signing_key.compromised",
            "A signing key was declared compromised",
        ),
        (
            "alert.raised",
            "Something people should know of was noticed",
        ),
        ("alert.acknowledged", "Somebody saw to an alert"),
        ("alert.ended", "Nothing was seen of an alert for a day"),
        (
            "checklist.attested",
            "Somebody vouched for an item of the checklist",
        ),
        (
            "checklist.attestation_removed",
            "Somebody took back their word on an item of the checklist",
        ),
        ("alert_channel.created", "A channel for alerts was made"),
        ("alert_channel.tested", "A channel for alerts was tried"),
        (
            "alert_channel.secret_rotated",
            "A webhook for alerts got another secret",
        ),
        (
            "alert_channel.failed",
            "People could not be told of an alert by a channel",
        ),
        ("alert_channel.deleted", "A channel for alerts was deleted"),
        ("tenant.created", "A tenant was made"),
        ("tenant.updated", "A tenant was changed"),
        ("tenant.limited", "A tenant got other quotas or caps"),
        ("tenant.suspended", "A tenant was suspended"),
        ("tenant.resumed", "A tenant was resumed"),
        ("tenant.closed", "A tenant was closed"),
        (
            "tenant.domain_proved",
            "A tenant proved control of its domain",
        ),
    ])
}

/// What alerts tell of.
#[must_use]
pub fn alert_kinds() -> Vec<Entry> {
    let entry = |kind: Kind| Entry {
        code: kind.as_str().to_owned(),
        label: kind.text().to_owned(),
    };
    Kind::ALL.into_iter().map(entry).collect()
}

/// Countries (ISO 3166-1), assigned codes.
#[must_use]
pub fn countries() -> Vec<Entry> {
    include_str!("countries.txt")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(code, label)| Entry {
            code: code.to_owned(),
            label: label.to_owned(),
        })
        .collect()
}

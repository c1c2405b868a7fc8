//! The closed lists of words, one file each, and the table of states and actions.

use crate::case::case;

/// Name, what, words in their order.
const LISTS: &[(&str, &str, &[&str])] = &[
    ("mode", "the two worlds", &["live", "test"]),
    ("product", "the prefixes of references", &["TRF", "TCR"]),
    (
        "status",
        "the states of a document",
        &["Active", "Suspended", "Revoked", "Expired"],
    ),
    (
        "action",
        "what an issuer can do",
        &["suspend", "revoke", "reinstate", "reactivate", "expire"],
    ),
    (
        "revocation-reason",
        "why a document was revoked",
        &[
            "keyCompromise",
            "issuedInError",
            "superseded",
            "affiliationEnded",
            "fraud",
            "other",
        ],
    ),
    (
        "verdict",
        "the one word",
        &[
            "valid",
            "suspended",
            "revoked",
            "expired",
            "invalid",
            "not_found",
            "indeterminate",
        ],
    ),
    (
        "check",
        "what is checked, in order",
        &["integrity", "issuer", "time", "status", "log"],
    ),
    (
        "check-result",
        "how a check came out",
        &["passed", "failed", "not_checked"],
    ),
    (
        "trust-source",
        "why a root is believed",
        &["pinned", "succession", "bundle_file", "first_use", "server"],
    ),
    (
        "identity",
        "how an issuer's name is backed",
        &["self_asserted", "domain_proved"],
    ),
    (
        "status-purpose",
        "what a status list tells",
        &["token", "revocation", "suspension"],
    ),
    (
        "typ",
        "what a JWS is",
        &[
            "vc+jwt",
            "statuslist+jwt",
            "ananke-lifecycle+jwt",
            "ananke-trust+jwt",
            "ananke-head+jwt",
        ],
    ),
    (
        "etsi-indication",
        "main indications of ETSI EN 319 102-1",
        &["TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"],
    ),
    (
        "etsi-sub-indication",
        "sub-indications in use",
        &[
            "FORMAT_FAILURE",
            "HASH_FAILURE",
            "SIG_CRYPTO_FAILURE",
            "REVOKED",
            "EXPIRED",
            "SIG_CONSTRAINTS_FAILURE",
            "CHAIN_CONSTRAINTS_FAILURE",
            "CRYPTO_CONSTRAINTS_FAILURE",
            "NO_SIGNING_CERTIFICATE_FOUND",
            "NO_CERTIFICATE_CHAIN_FOUND",
            "REVOKED_NO_POE",
            "OUT_OF_BOUNDS_NO_POE",
            "TRY_LATER",
            "SIGNED_DATA_NOT_FOUND",
        ],
    ),
    (
        "reason",
        "why a check failed or was not done: word and result",
        &[
            "malformed_credential failed",
            "credential_too_large failed",
            "encoding_not_canonical failed",
            "duplicate_member failed",
            "algorithm_not_allowed failed",
            "critical_header failed",
            "embedded_key failed",
            "wrong_type failed",
            "header_not_allowed failed",
            "high_s failed",
            "signature_mismatch failed",
            "malformed_statement failed",
            "reference_mismatch failed",
            "file_mismatch failed",
            "record_altered failed",
            "no_seal failed",
            "malformed_seal failed",
            "foreign_seal not_checked",
            "certificate_unknown not_checked",
            "stamp_altered failed",
            "appended_after_stamp failed",
            "certificate_malformed failed",
            "certificate_untrusted failed",
            "certificate_not_listed not_checked",
            "key_id_mismatch failed",
            "issuer_mismatch failed",
            "mode_mismatch failed",
            "test_not_allowed failed",
            "outside_certificate_validity failed",
            "key_retired failed",
            "key_compromised failed",
            "existence_not_proved not_checked",
            "trust_bundle_expired not_checked",
            "expired failed",
            "not_yet_valid not_checked",
            "revoked failed",
            "suspended failed",
            "expired_early failed",
            "status_unavailable not_checked",
            "status_list_malformed not_checked",
            "status_list_untrusted not_checked",
            "status_list_mismatch not_checked",
            "status_list_incomplete not_checked",
            "status_list_expired not_checked",
            "status_list_not_yet_valid not_checked",
            "not_logged not_checked",
            "malformed_reference not_checked",
            "unknown_reference not_checked",
            "unknown_hash not_checked",
            "erased not_checked",
            "document_not_at_hand not_checked",
            "not_reached not_checked",
        ],
    ),
];

pub(crate) fn write() {
    for (name, what, words) in LISTS {
        case("words", name, what, &words.len().to_string()).write(&words.join("\n"));
    }
    lifecycle();
}

/// The contract's five lines, turned into every combination of state, action, reason and clock.
fn lifecycle() {
    const ACTIONS: [&str; 5] = ["suspend", "revoke", "reinstate", "reactivate", "expire"];
    const REASONS: [&str; 7] = [
        "-",
        "keyCompromise",
        "issuedInError",
        "superseded",
        "affiliationEnded",
        "fraud",
        "other",
    ];
    let mut lines = vec![
        "# recorded clock action reason -> from to recorded reason | refused allowed".to_owned(),
    ];
    for recorded in ["Active", "Suspended", "Revoked", "Expired"] {
        for clock in ["before", "after"] {
            for action in ACTIONS {
                for reason in REASONS.iter().take(if action == "revoke" { 7 } else { 1 }) {
                    let result = outcome(recorded, clock == "after", action, reason);
                    lines.push(format!("{recorded} {clock} {action} {reason} -> {result}"));
                }
            }
        }
    }
    case(
        "lifecycle",
        "table",
        "every state, action and reason, before and after the document's time",
        &(lines.len() - 1).to_string(),
    )
    .write(&lines.join("\n"));
}

fn outcome(recorded: &str, is_late: bool, action: &str, reason: &str) -> String {
    let from = if recorded == "Active" && is_late {
        "Expired"
    } else {
        recorded
    };
    let given = if reason == "-" { "other" } else { reason };
    let is_grave = ["keyCompromise", "issuedInError", "fraud"].contains(&given);
    match (from, action) {
        ("Active", "suspend") => "Active Suspended Suspended -".to_owned(),
        ("Active" | "Suspended", "revoke") => format!("{from} Revoked Revoked {given}"),
        ("Suspended", "reinstate" | "reactivate") if is_late => {
            "Suspended Expired Active -".to_owned()
        }
        ("Suspended", "reinstate" | "reactivate") => "Suspended Active Active -".to_owned(),
        ("Active", "expire") => "Active Expired Expired -".to_owned(),
        ("Expired", "revoke") if is_grave => format!("Expired Revoked Revoked {given}"),
        ("Active", _) => "refused suspend,revoke,expire".to_owned(),
        ("Suspended", _) => "refused revoke,reinstate,reactivate".to_owned(),
        ("Expired", _) => "refused revoke".to_owned(),
        _ => "refused -".to_owned(),
    }
}

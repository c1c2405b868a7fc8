//! What the contract says of every operation: who may call it, and every place where something can be named.
//!
//! Read from the document itself. A name that is not on this page is a fault of the test, not a thing to pass over:
//! whoever adds a parameter or a member says here what it names.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A template's id; templates are shared between the modes of a tenant.
    Template,
    /// A TDoc template's id, shared likewise.
    Tdoc,
    /// A placement template's id, shared likewise.
    Placement,
    /// An issued document's id.
    Document,
    /// A stamp's id.
    Stamp,
    /// An API key's id.
    Key,
    /// The id of a revocation of many documents.
    Revocation,
    /// The id of a restoration.
    Restoration,
    /// A signing key's id.
    SigningKey,
    /// An alert's id; alerts are shared between the modes of a tenant.
    Alert,
    /// The id of a channel for alerts, shared like them.
    AlertChannel,
    /// An issued document's reference, where a list is narrowed by it.
    Reference,
    /// A stamp's, likewise.
    StampReference,
    /// An issuer's own number of a document.
    ExternalId,
    /// Where a list goes on.
    Cursor,
    /// A request.
    IdempotencyKey,
    /// Words of a template's name.
    Name,
    /// Words of a recipient's name.
    Recipient,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Path,
    Query,
    Header,
    Body,
}

/// A place of a request where something can be named.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// An operation of the contract.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    /// The scope a key needs, `""` where any key will do; `None` where anybody may ask.
    pub(super) scope: Option<String>,
    pub(super) places: Vec<Place>,
    /// Name of the body's schema, and whether it is multipart only.
    pub(super) body: Option<(String, bool)>,
    pub(super) success: u16,
}

/// Query parameters, headers and members that name nothing of a tenant's.
const PLAIN: &[&str] = &[
    // Filters by what every document has, and the size of a page.
    "status issuedAfter issuedBefore isActive isArchived verdict after before limit",
    // Of the record: by whom, in which request, of what kind, and how it is written.
    "actor requestId type order format",
    // Of what was used: on which days, and added up by what.
    "from to by",
    // Of alerts: whether somebody has seen to them.
    "state",
    // Of channels for alerts: where they lead.
    "target",
    // Conditions on what the path names, and whether it is done.
    "force If-Match dryRun",
    // An item of the checklist, which every tenant has, and who vouches for it.
    "item attestedBy link",
    // From when on a signing key signs, and since when it was in wrong hands.
    "startsAt at",
    // Words of one's own: what is made or done, and how it looks.
    "name note service environment scopes[] allowedCidrs[] reason languages[] presentation.publicFields[]",
    "schema[].key schema[].label schema[].help schema[].options[]",
    "recipientName recipientEmail documentTitle fields[].key fields[].value expiresAt awardedOn",
    "pdf mode",
    // Of stamps: what kind of document it is, and what stands beside the barcode.
    "documentTypeCode labelText publicFields[]",
];

/// Members and parameters of what anybody may ask: they name what is public.
const PUBLIC: &[&str] =
    &["code mode number purpose bundle name reference hash issuerCode pdf keys[] payload file"];

/// The one type of body that is neither JSON nor made of parts.
pub(super) const XML: &str = "application/xml";

fn words(list: &[&'static str]) -> impl Iterator<Item = &'static str> {
    list.iter().flat_map(|line| line.split(' '))
}

fn kind_in_path(path: &str, name: &str) -> Option<Kind> {
    let place = format!("{{{name}}}");
    let before = path.split('/').take_while(|part| *part != place);
    match before.last()? {
        "templates" if path.starts_with("/v1/tcode/") => Some(Kind::Tdoc),
        "templates" => Some(Kind::Template),
        "placement-templates" => Some(Kind::Placement),
        "stamps" => Some(Kind::Stamp),
        "issuances" => Some(Kind::Document),
        "api-keys" => Some(Kind::Key),
        "signing-keys" => Some(Kind::SigningKey),
        "alerts" => Some(Kind::Alert),
        "alert-channels" => Some(Kind::AlertChannel),
        "revocations" => Some(Kind::Revocation),
        "restorations" => Some(Kind::Restoration),
        _ => None,
    }
}

fn kind_of(path: &str, name: &str) -> Option<Kind> {
    match name {
        "reference" if path.starts_with("/v1/tcode/") => Some(Kind::StampReference),
        "tdocTemplateId" => Some(Kind::Tdoc),
        "templateId" | "templateIds[]" => Some(Kind::Template),
        "keyId" => Some(Kind::Key),
        "externalId" => Some(Kind::ExternalId),
        "subject" => Some(Kind::Document),
        "reference" => Some(Kind::Reference),
        "cursor" => Some(Kind::Cursor),
        "search" => Some(Kind::Name),
        "recipient" => Some(Kind::Recipient),
        "Idempotency-Key" => Some(Kind::IdempotencyKey),
        "placementTemplateId" => Some(Kind::Placement),
        _ => None,
    }
}

/// Every operation of the document; and every name in it that this page does not know, or knows in vain.
pub(super) fn read(document: &Value) -> (Vec<Operation>, Vec<String>) {
    let (mut operations, mut unknown, mut met) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(operation_of(
                document,
                path,
                method,
                operation,
                &mut unknown,
                &mut met,
            ));
        }
    }
    let in_vain = words(PLAIN)
        .chain(words(PUBLIC))
        .filter(|word| !met.contains(word));
    unknown.extend(
        in_vain.map(|word| format!("{word} stands in a list here, and nowhere in the contract")),
    );
    (operations, unknown)
}

fn operation_of(
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
    unknown: &mut Vec<String>,
    met: &mut BTreeSet<&'static str>,
) -> Operation {
    let id = operation["operationId"].as_str().unwrap().to_owned();
    let scopes = operation["security"][0]["apiKey"].as_array();
    let scope = scopes.map(|scopes| {
        scopes
            .first()
            .map_or("", |scope| scope.as_str().unwrap())
            .to_owned()
    });
    let mut places = Vec::new();
    let mut found = |at: At, name: &str, kind: Option<Kind>| {
        let (kind, list) = if scope.is_some() {
            (kind, PLAIN)
        } else {
            (None, PUBLIC)
        };
        if let Some(kind) = kind {
            places.push(Place {
                at,
                name: name.to_owned(),
                kind,
            });
        } else if let Some(word) = words(list).find(|word| *word == name) {
            met.insert(word);
        } else {
            unknown.push(format!("{id}: what {name} ({at:?}) names is not said"));
        }
    };
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        match parameter["in"].as_str().unwrap() {
            "path" => found(At::Path, name, kind_in_path(path, name)),
            "query" => found(At::Query, name, kind_of(path, name)),
            _ => found(At::Header, name, kind_of(path, name)),
        }
    }
    let content = operation["requestBody"]["content"].as_object();
    let mut body = None;
    if let Some(content) = content {
        let json = content.get("application/json");
        let media = json.or_else(|| content.values().next()).unwrap();
        let mut leaves = Vec::new();
        walk(document, &media["schema"], String::new(), &mut leaves);
        // A body that is one text names nothing: it is read for what stands in it.
        for leaf in leaves.iter().filter(|leaf| !leaf.is_empty()) {
            found(At::Body, leaf, kind_of(path, leaf));
        }
        let is_xml = content.contains_key(XML);
        body = match name_of(&media["schema"]) {
            Some(name) => Some((name, json.is_none())),
            None => is_xml.then(|| (XML.to_owned(), false)),
        };
    }
    let success = operation["responses"].as_object().unwrap().keys();
    let success = success
        .filter_map(|status| status.parse().ok())
        // What also has a preview is not only looked at.
        .filter(|status| (200..300).contains(status))
        .max();
    Operation {
        id,
        method: method.to_uppercase(),
        path: path.to_owned(),
        scope,
        places,
        body,
        success: success.unwrap(),
    }
}

/// Name of the schema this refers to, whether or not it may be left out.
fn name_of(schema: &Value) -> Option<String> {
    let own = schema["$ref"].as_str();
    let own = own.or_else(|| {
        schema["oneOf"]
            .as_array()?
            .iter()
            .find_map(|one| one["$ref"].as_str())
    });
    own.and_then(|reference| reference.rsplit('/').next())
        .map(str::to_owned)
}

/// Paths of all members that hold a text of no closed list. Numbers and flags name nothing.
fn walk(document: &Value, schema: &Value, path: String, leaves: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointed = document.pointer(reference.trim_start_matches('#')).unwrap();
        return walk(document, pointed, path, leaves);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        for one in schema[several].as_array().into_iter().flatten() {
            walk(document, one, path.clone(), leaves);
        }
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let dot = if path.is_empty() { "" } else { "." };
        walk(document, member, format!("{path}{dot}{name}"), leaves);
    }
    if schema["items"].is_object() {
        walk(document, &schema["items"], format!("{path}[]"), leaves);
    }
    let kind = &schema["type"];
    let is_text = kind == "string"
        || kind
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"));
    if is_text && schema["enum"].is_null() {
        leaves.push(path);
    }
}

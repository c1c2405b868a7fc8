//! TDoc templates as document profiles of BSI TR-03171, which readers of seals by other people use: out and in.

use std::collections::BTreeSet;

use ananke_api::tcode::template::TdocTemplateInput;
use ananke_api::template::{FieldType, SchemaField};
use quick_xml::se::Serializer;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Tdoc, find};
use crate::app::Shared;
use crate::http::auth::{May, TemplatesRead};
use crate::ops::error::{Error, FieldErrors};

/// Version of the guideline whose profiles these are.
const VERSION: &str = "0.9";
/// The tag of a template's first field (`spec/seal.md`).
const FIRST_FIELD: u8 = 15;
/// The most entries an imported profile may have: fields of a template.
const ENTRIES: usize = 60;
/// What every seal of ours has before its fields, by tag: name, what it is, its type, and its length where that is fixed.
const OWN: [(u8, &str, &str, EntryType, Option<u32>); 5] = [
    (
        10,
        "REFERENCE",
        "Reference",
        EntryType::Utf8String,
        Some(17),
    ),
    (
        11,
        "ORIGINAL_SHA256",
        "SHA-256 of the original file",
        EntryType::OctetString,
        Some(32),
    ),
    (
        12,
        "ISSUED_AT",
        "Time of issue",
        EntryType::Utf8String,
        Some(24),
    ),
    (
        13,
        "DOCUMENT_TYPE",
        "Code of the document type",
        EntryType::Utf8String,
        None,
    ),
    (
        14,
        "STAMP_SHA256",
        "Digest of the stamp",
        EntryType::OctetString,
        Some(32),
    ),
];

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "profile", rename_all = "camelCase")]
struct Profile {
    profile_number: String,
    #[serde(rename = "versionTR")]
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(rename = "leikaID", skip_serializing_if = "Option::is_none")]
    leika_id: Option<String>,
    valid_from_present: bool,
    valid_to_present: bool,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "@tag")]
    tag: u8,
    #[serde(rename = "@optional", skip_serializing_if = "Option::is_none")]
    optional: Option<bool>,
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u32>,
    #[serde(rename = "type")]
    kind: EntryType,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_value: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum EntryType {
    #[serde(rename = "BOOLEAN")]
    Boolean,
    #[serde(rename = "INTEGER")]
    Integer,
    #[serde(rename = "OCTET_STRING")]
    OctetString,
    #[serde(rename = "UTF8String")]
    Utf8String,
    #[serde(rename = "DATE")]
    Date,
    #[serde(rename = "DATE-TIME")]
    DateTime,
}

/// The profile of a template's current version.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn export(app: &Shared, may: &May<TemplatesRead>, id: Uuid) -> Result<String, Error> {
    let (row, body) = find::<Tdoc>(app, may.tenant.id, id).await?;
    let own = OWN
        .iter()
        .map(|(tag, name, description, kind, length)| Entry {
            tag: *tag,
            optional: Some(false),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            length: *length,
            kind: *kind,
            default_value: None,
        });
    let fields = body
        .schema
        .iter()
        .zip(FIRST_FIELD..)
        .map(|(field, tag)| Entry {
            tag,
            optional: Some(!field.required),
            name: field.key.clone(),
            description: field.label.clone(),
            length: field.max_length,
            // Values are texts in a seal, whatever the template asks of them.
            kind: EntryType::Utf8String,
            default_value: None,
        });
    let profile = Profile {
        profile_number: body.profile_id.simple().to_string().to_uppercase(),
        version: VERSION.to_owned(),
        profile_name: Some(row.name.clone()),
        creator: Some(may.tenant.name.clone()),
        category: None,
        leika_id: None,
        valid_from_present: false,
        valid_to_present: true,
        entry: own.chain(fields).collect(),
    };
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let mut serializer = Serializer::new(&mut xml);
    serializer.indent(' ', 4);
    profile
        .serialize(serializer)
        .map_err(|error| Error::Internal(format!("profile: {error}")))?;
    xml.push('\n');
    Ok(xml)
}

/// Reads a profile as a template: its entries, in the order of their tags, are the fields. Its number is not taken over, since
/// our seals have other tags.
///
/// # Errors
/// Everything that is wrong with it.
pub fn import(xml: &str) -> Result<TdocTemplateInput, Error> {
    let mut profile: Profile = quick_xml::de::from_str(xml).map_err(|error| {
        Error::invalid(
            "body",
            format!("is no document profile of BSI TR-03171: {error}"),
        )
    })?;
    let is_own = |entry: &Entry| {
        OWN.iter()
            .any(|own| (own.0, own.1) == (entry.tag, &*entry.name))
    };
    profile.entry.retain(|entry| !is_own(entry));
    profile.entry.sort_by_key(|entry| entry.tag);
    if profile.entry.len() > ENTRIES {
        let count = profile.entry.len();
        let surplus = format!("there are {count}; at most {ENTRIES} are allowed");
        return Err(Error::invalid("entry", surplus));
    }
    let mut errors = FieldErrors::new();
    let mut error = |path: String, message: String| errors.entry(path).or_default().push(message);
    let mut schema: Vec<SchemaField> = Vec::new();
    let mut tags = BTreeSet::new();
    for entry in profile.entry {
        let path = |member: &str| format!("entry[@tag={}].{member}", entry.tag);
        let (kind, options) = match entry.kind {
            EntryType::Boolean => (
                FieldType::Enum,
                Some(vec!["true".to_owned(), "false".to_owned()]),
            ),
            EntryType::Integer => (FieldType::Number, None),
            EntryType::Date => (FieldType::Date, None),
            EntryType::Utf8String | EntryType::DateTime => (FieldType::Text, None),
            EntryType::OctetString => {
                error(
                    path("type"),
                    "must be a type of texts: fields hold no bytes".to_owned(),
                );
                continue;
            }
        };
        let longest = ananke_api::FIELD_VALUE_MAX_CHARS as u32;
        if entry
            .length
            .is_some_and(|length| !(1..=longest).contains(&length))
        {
            error(path("length"), format!("must be from 1 to {longest}"));
        }
        if !tags.insert(entry.tag) {
            error(path("tag"), "stands twice".to_owned());
        }
        let label = line(&entry.description, 100);
        if label.is_empty() {
            error(path("description"), "is required".to_owned());
        }
        if label.contains(char::is_control) {
            error(
                path("description"),
                "must not contain control characters".to_owned(),
            );
        }
        schema.push(SchemaField {
            key: key(&entry.name, &schema),
            label,
            required: !entry.optional.unwrap_or(false),
            kind,
            max_length: entry.length,
            help: None,
            options,
        });
    }
    let named = profile.profile_name.map(|name| line(&name, 200));
    let named = named.filter(|name| !name.is_empty());
    let name = named.unwrap_or_else(|| {
        let number = format!("Profile {}", profile.profile_number);
        line(&number, 200)
    });
    if name.contains(char::is_control) {
        error(
            "profileName".to_owned(),
            "must not contain control characters".to_owned(),
        );
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(TdocTemplateInput {
        name,
        schema: Some(schema),
        public_fields: None,
        is_active: None,
    })
}

/// A text on one line, as it was meant: XML is indented and broken for those who read it. At most so many characters.
fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}

/// A key that is like the name, and none of those before.
fn key(name: &str, before: &[SchemaField]) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let mut stem: String = name.trim().chars().map(plain).take(50).collect();
    if !stem.starts_with(|c: char| c.is_ascii_alphabetic()) {
        stem.insert_str(0, "field_");
    }
    let is_free = |key: &String| before.iter().all(|field| field.key != *key);
    let mut keys = std::iter::once(stem.clone()).chain((2..).map(|n| format!("{stem}_{n}")));
    keys.find(is_free).unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_profile_is_read() {
        let xml = include_str!("../../../../../vectors/vds/profile-meldebescheinigung.xml");
        let template = import(xml).unwrap();
        assert_eq!(template.name, "MELDEBESCHEINIGUNG");
        let schema = template.schema.unwrap();
        let first = &schema[0];
        assert_eq!(
            (first.key.as_str(), first.label.as_str(), first.required),
            ("SURNAME", "Familienname", true)
        );
        let date = schema.iter().find(|field| field.key == "MOVING_DATE");
        assert!(date.is_some_and(|field| matches!(field.kind, FieldType::Date | FieldType::Text)));
    }

    #[test]
    fn what_is_no_profile_is_told() {
        for xml in [
            "",
            "<a/>",
            "<profile/>",
            "<!DOCTYPE a [<!ENTITY e \"x\">]><profile>&e;</profile>",
            "{}",
        ] {
            assert!(matches!(import(xml), Err(Error::Invalid(_))), "{xml}");
        }
    }

    #[test]
    fn keys_are_made_of_names() {
        let mut schema = Vec::new();
        for (name, expected) in [
            ("Straße 1", "Stra_e_1"),
            ("1a", "field_1a"),
            ("Straße 1", "Stra_e_1_2"),
        ] {
            let key = key(name, &schema);
            assert_eq!(key, expected);
            schema.push(SchemaField {
                key,
                label: String::new(),
                required: false,
                kind: FieldType::Text,
                max_length: None,
                help: None,
                options: None,
            });
        }
    }
}

//! Reads the body of a template, with all that is wrong with it at once.

use ananke_api::FIELD_VALUE_MAX_CHARS;
use ananke_api::template::{FieldType, Presentation, SchemaField, TemplateInput, Validity};
use serde_json::Value;

use crate::http::form::Form;
use crate::ops::error::{Error, FieldErrors};
use crate::ops::reference_data::LANGUAGES;

const FIELDS: usize = 60;
const DOC_TYPES: &[&str] = &["certificate", "credential", "contract", "other"];
const FIELD_TYPES: &[&str] = &["text", "date", "number", "email", "url", "enum"];
const VALIDITY_TYPES: &[&str] = &["Days", "Months", "Years"];
const PUBLIC_FIELDS: &[&str] = &["recipientName"];
/// A hundred years of days.
const LONGEST_VALIDITY: u32 = 36_500;

/// Reads a template.
///
/// # Errors
/// [`Error::Invalid`] with every member at fault.
pub fn read(body: Value) -> Result<TemplateInput, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body, &mut errors);
    let name = form.required_text("name", 200);
    let doc_type = form.required_word("docType", DOC_TYPES);
    let languages = form.texts("languages", 24, 8);
    for (index, language) in languages.iter().flatten().enumerate() {
        if !LANGUAGES.iter().any(|(code, _)| code == language) {
            form.error(
                &format!("languages[{index}]"),
                "must be a code of /v1/reference-data/languages",
            );
        }
    }
    let schema = schema(&mut form);
    let validity = form.object("validity", |form| {
        let kind = form.required_word("type", VALIDITY_TYPES);
        let value = form.required_integer("value", 1, LONGEST_VALIDITY);
        Some(Validity {
            kind: kind?,
            value: value?,
        })
    });
    let presentation = form.object("presentation", |form| {
        let public_fields = form.texts("publicFields", 1, 64);
        for (index, field) in public_fields.iter().flatten().enumerate() {
            if !PUBLIC_FIELDS.contains(&field.as_str()) {
                form.error(&format!("publicFields[{index}]"), "must be recipientName");
            }
        }
        Some(Presentation { public_fields })
    });
    let placement_template_id = form.id("placementTemplateId");
    let is_active = form.flag("isActive");
    form.finish();
    match doc_type {
        Some(doc_type) if errors.is_empty() => Ok(TemplateInput {
            name,
            doc_type,
            languages,
            schema,
            validity,
            presentation,
            placement_template_id,
            is_active,
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// Fields, each key once.
pub fn schema(form: &mut Form<'_>) -> Option<Vec<SchemaField>> {
    let schema = form.objects("schema", FIELDS, field);
    let mut seen: Vec<&str> = Vec::new();
    for (index, field) in schema.iter().flatten().enumerate() {
        if seen.contains(&field.key.as_str()) {
            form.error(
                &format!("schema[{index}].key"),
                format!("`{}` stands twice", field.key),
            );
        }
        seen.push(&field.key);
    }
    schema
}

fn field(form: &mut Form<'_>) -> Option<SchemaField> {
    let key = form.required_text("key", 64);
    let mut characters = key.chars();
    let named = characters
        .next()
        .is_none_or(|first| first.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if !named {
        form.error(
            "key",
            "must begin with a letter and go on with letters, digits, _ or -",
        );
    }
    let label = form.required_text("label", 100);
    let kind = form
        .word::<FieldType>("type", FIELD_TYPES)
        .unwrap_or_default();
    let longest = u32::try_from(FIELD_VALUE_MAX_CHARS).unwrap_or(500);
    let options = form.texts("options", 100, FIELD_VALUE_MAX_CHARS);
    match (kind, &options) {
        (FieldType::Enum, None) => {
            form.error("options", "is required: the values an enum field may have")
        }
        (FieldType::Enum, Some(options)) if options.is_empty() => {
            form.error("options", "must not be empty")
        }
        (FieldType::Enum, Some(_)) | (_, None) => {}
        (_, Some(_)) => form.error("options", "belongs to fields of type enum only"),
    }
    Some(SchemaField {
        key,
        label,
        required: form.flag("required").unwrap_or(false),
        kind,
        max_length: form.integer("maxLength", 1, longest),
        help: form.text("help", 500),
        options,
    })
}

//! Templates of issued documents.

use std::sync::Arc;

use ananke_api::FIELD_VALUE_MAX_CHARS;
use ananke_api::template::{
    CsvField, DocType, Presentation, SchemaField, Template, TemplateInput, Validity,
};
use ananke_store::{Command, Template as Row, TemplateKind, TemplateVersion, templates};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Kind, find, must_be_placement, version_of};
use crate::app::Shared;
use crate::believed::Believed;
use crate::http::auth::{May, TemplatesRead, TemplatesWrite};
use crate::ops::error::Error;
use crate::ops::fields::{EMAIL_MAX_CHARS, EXTERNAL_ID_MAX_CHARS};
use crate::ops::record::{Answer, commit, event};
use crate::ops::words::shown;

/// Templates of issued documents.
pub struct Trust;

impl Kind for Trust {
    const KIND: TemplateKind = TemplateKind::Trust;
    const EVENTS: &'static str = "template.";
    const IN_USE: &'static str =
        "documents were issued from this template, so it cannot be deleted: archive it instead";
    type Input = TemplateInput;
    type Body = Body;
    type Shown = Template;

    fn name(input: &TemplateInput) -> &str {
        &input.name
    }

    fn is_active(input: &TemplateInput) -> Option<bool> {
        input.is_active
    }

    fn placement(input: &TemplateInput) -> Option<Uuid> {
        input.placement_template_id
    }

    fn body(_: &Shared, input: &TemplateInput) -> Body {
        Body {
            doc_type: input.doc_type,
            languages: input
                .languages
                .clone()
                .filter(|list| !list.is_empty())
                .unwrap_or_else(|| vec!["en".to_owned()]),
            schema: input.schema.clone().unwrap_or_default(),
            validity: input.validity,
            presentation: input.presentation.clone().unwrap_or_default(),
        }
    }

    fn show(row: &Row, body: Body) -> Template {
        Template {
            id: row.id,
            name: row.name.clone(),
            doc_type: body.doc_type,
            languages: body.languages,
            schema: body.schema,
            validity: body.validity,
            presentation: body.presentation,
            placement_template_id: row.placement_id,
            is_active: row.is_active,
            is_archived: row.is_archived,
            version: version_of(row),
            created_at: shown(row.created_at),
            updated_at: shown(row.updated_at),
        }
    }
}

/// What a version holds, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Kind of document.
    pub doc_type: DocType,
    /// Languages, the default first.
    pub languages: Vec<String>,
    /// Fields.
    pub schema: Vec<SchemaField>,
    /// Validity rule.
    pub validity: Option<Validity>,
    /// Look and public fields.
    pub presentation: Presentation,
}

impl Body {
    /// Reads a stored version.
    ///
    /// # Errors
    /// It is not what this server writes.
    pub fn parse(version: &TemplateVersion) -> Result<Self, Error> {
        Ok(serde_json::from_str(&version.body)?)
    }
}

/// Templates that are issued from, by tenant and id.
pub type Templates = Believed<(Uuid, Uuid), (Row, Body)>;

/// A template and its current version, for issuing: as it was within the last second.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn lately(app: &Shared, tenant: Uuid, id: Uuid) -> Result<Arc<(Row, Body)>, Error> {
    let read = || find::<Trust>(app, tenant, id);
    app.templates.of(app, &(tenant, id), read).await
}

/// The version of a template that a document pins.
///
/// # Errors
/// It is gone, which only an edit behind the server's back can do.
pub async fn version(app: &Shared, tenant: Uuid, id: Uuid, version: i64) -> Result<Body, Error> {
    let found = app
        .read(move |view| templates::find_version(view, tenant, id, version))
        .await?;
    Body::parse(
        &found.ok_or_else(|| {
            Error::Internal(format!("version {version} of template {id} is gone"))
        })?,
    )
}

/// Says where stamps of this template's documents go, or takes that back.
///
/// # Errors
/// [`Error::NotFound`]; the placement template is not there.
pub async fn set_placement(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    placement_id: Option<Uuid>,
) -> Result<Answer, Error> {
    may.may_use(id)?;
    let (mut row, body) = find::<Trust>(app, may.tenant.id, id).await?;
    must_be_placement(app, may.tenant.id, placement_id).await?;
    let record = serde_json::json!({ "placementTemplateId": placement_id });
    let event = event(
        app,
        may.tenant.id,
        "template.updated",
        id,
        &may.actor,
        &record,
    );
    (row.placement_id, row.updated_at) = (placement_id, event.at);
    let command = Command::SetTemplatePlacement { id, placement_id };
    commit(app, None, command, event, &Trust::show(&row, body), None).await
}

/// The columns of the CSV a template accepts.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn csv_fields(
    app: &Shared,
    may: &May<TemplatesRead>,
    id: Uuid,
) -> Result<Vec<CsvField>, Error> {
    let (_, body) = find::<Trust>(app, may.tenant.id, id).await?;
    let own = [
        ("recipientName", "Recipient", true, FIELD_VALUE_MAX_CHARS),
        ("recipientEmail", "E-mail", false, EMAIL_MAX_CHARS),
        ("externalId", "Your number", false, EXTERNAL_ID_MAX_CHARS),
    ];
    Ok(columns(&own, body.schema))
}

/// The columns every row has, and those of the schema.
pub(super) fn columns(
    own: &[(&str, &str, bool, usize)],
    schema: Vec<SchemaField>,
) -> Vec<CsvField> {
    let max = u32::try_from(FIELD_VALUE_MAX_CHARS).unwrap_or(u32::MAX);
    let own = own.iter().map(|(column, label, required, most)| CsvField {
        column: (*column).to_owned(),
        label: (*label).to_owned(),
        required: *required,
        kind: ananke_api::template::FieldType::Text,
        max_length: u32::try_from(*most).unwrap_or(max),
    });
    let fields = schema.into_iter().map(|field| CsvField {
        column: format!("fields.{}", field.key),
        label: field.label,
        required: field.required,
        kind: field.kind,
        max_length: field.max_length.unwrap_or(max),
    });
    own.chain(fields).collect()
}

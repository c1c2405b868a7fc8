//! TDoc templates: what goes into seals.

use ananke_api::tcode::template::{TdocTemplate, TdocTemplateInput};
use ananke_api::template::{CsvField, SchemaField};
use ananke_store::{
    Error as StoreError, Template as Row, TemplateFilter, TemplateKind, View, templates,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::trust::columns;
use super::{Kind, find, version_of};
use crate::app::Shared;
use crate::http::auth::{May, TemplatesRead};
use crate::ops::error::Error;
use crate::ops::fields::EXTERNAL_ID_MAX_CHARS;
use crate::ops::words::shown;

/// TDoc templates.
pub struct Tdoc;

/// What a version holds, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Fields in the order of the seal.
    pub schema: Vec<SchemaField>,
    /// Keys of the fields shown to whoever has no seal; `None`: all.
    pub public_fields: Option<Vec<String>>,
    /// Id of this version, which its seals name.
    pub profile_id: Uuid,
}

impl Kind for Tdoc {
    const KIND: TemplateKind = TemplateKind::Tdoc;
    const EVENTS: &'static str = "tdoc_template.";
    const IN_USE: &'static str =
        "stamps were made from this template, so it cannot be deleted: archive it instead";
    type Input = TdocTemplateInput;
    type Body = Body;
    type Shown = TdocTemplate;

    fn name(input: &TdocTemplateInput) -> &str {
        &input.name
    }

    fn is_active(input: &TdocTemplateInput) -> Option<bool> {
        input.is_active
    }

    fn body(app: &Shared, input: &TdocTemplateInput) -> Body {
        Body {
            schema: input.schema.clone().unwrap_or_default(),
            public_fields: input.public_fields.clone(),
            profile_id: app.ctx.id(),
        }
    }

    fn copy(app: &Shared, body: &Body) -> Body {
        Body {
            profile_id: app.ctx.id(),
            ..body.clone()
        }
    }

    fn show(row: &Row, body: Body) -> TdocTemplate {
        TdocTemplate {
            id: row.id,
            name: row.name.clone(),
            schema: body.schema,
            public_fields: body.public_fields,
            profile_id: body.profile_id,
            is_active: row.is_active,
            is_archived: row.is_archived,
            version: version_of(row),
            created_at: shown(row.created_at),
            updated_at: shown(row.updated_at),
        }
    }
}

/// The version that a stamp pins; `None` for a stamp without one.
///
/// # Errors
/// [`StoreError::Corrupt`] where it is gone.
pub fn pinned(
    view: &mut View<'_>,
    tenant: Uuid,
    id: Uuid,
    version: i64,
) -> Result<Option<Body>, StoreError> {
    if id.is_nil() {
        return Ok(None);
    }
    let gone = || StoreError::Corrupt {
        table: "template_versions",
        column: None,
        row: id.to_string(),
    };
    let found = templates::find_version(view, tenant, id, version)?.ok_or_else(gone)?;
    serde_json::from_str(&found.body)
        .map(Some)
        .map_err(|_| gone())
}

/// How many there are of a tenant, as far as this number.
///
/// # Errors
/// The store cannot be read.
pub async fn count(app: &Shared, tenant: Uuid, most: i64) -> Result<i64, Error> {
    let filter = TemplateFilter {
        kind: TemplateKind::Tdoc,
        ..TemplateFilter::default()
    };
    let found = app
        .read(move |view| templates::list(view, tenant, &filter, None, most))
        .await?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
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
    let (_, body) = find::<Tdoc>(app, may.tenant.id, id).await?;
    let own = [
        ("pdf", "File name of the PDF", true, 255),
        ("name", "Name", true, ananke_api::FIELD_VALUE_MAX_CHARS),
        ("documentTypeCode", "Kind of document", true, 16),
        ("externalId", "Your number", false, EXTERNAL_ID_MAX_CHARS),
        ("expiresAt", "Last day of validity", false, 10),
    ];
    Ok(columns(&own, body.schema))
}

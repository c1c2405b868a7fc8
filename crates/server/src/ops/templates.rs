//! Templates: made, changed, put away.

use std::sync::Arc;

use ananke_api::FIELD_VALUE_MAX_CHARS;
use ananke_api::Page;
use ananke_api::template::{
    CsvField, DocType, Presentation, SchemaField, Template, TemplateInput, Validity,
};
use ananke_store::{Command, Template as Row, TemplateFilter, TemplateVersion, templates};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::Error;
use super::fields::{EMAIL_MAX_CHARS, EXTERNAL_ID_MAX_CHARS};
use super::record::{Answer, Once, commit, event};
use super::words::shown;
use crate::app::Shared;
use crate::believed::Believed;
use crate::http::auth::{May, TemplatesRead, TemplatesWrite};
use crate::http::query::{PageQuery, cursor};

/// How often a change nobody gave a version for is tried against changes made meanwhile.
const TRIES: usize = 4;

/// What a version of a template holds, as it is stored.
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
    fn of(input: &TemplateInput) -> Self {
        Self {
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

    /// Reads a stored version.
    ///
    /// # Errors
    /// It is not what this server writes.
    pub fn parse(version: &TemplateVersion) -> Result<Self, Error> {
        Ok(serde_json::from_str(&version.body)?)
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
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        created_at: shown(row.created_at),
        updated_at: shown(row.updated_at),
    }
}

/// A template and its current version.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(app: &Shared, tenant: Uuid, id: Uuid) -> Result<(Row, Body), Error> {
    let (row, version) = app
        .read(move |view| templates::find_current(view, tenant, id))
        .await?
        .ok_or(Error::NotFound)?;
    Ok((row, Body::parse(&version)?))
}

/// Templates that are issued from, by tenant and id.
pub type Templates = Believed<(Uuid, Uuid), (Row, Body)>;

/// A template and its current version, for issuing: as it was within the last second.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn lately(app: &Shared, tenant: Uuid, id: Uuid) -> Result<Arc<(Row, Body)>, Error> {
    let read = || find(app, tenant, id);
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

/// One template.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(app: &Shared, may: &May<TemplatesRead>, id: Uuid) -> Result<Template, Error> {
    let (row, body) = find(app, may.tenant.id, id).await?;
    Ok(show(&row, body))
}

/// A page of templates, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(
    app: &Shared,
    may: &May<TemplatesRead>,
    filter: TemplateFilter,
    page: PageQuery,
) -> Result<Page<Template>, Error> {
    let tenant = may.tenant.id;
    let rows = app
        .read(move |view| {
            let rows = templates::list(view, tenant, &filter, page.before, page.limit + 1)?;
            rows.into_iter()
                .map(|row| {
                    let version = templates::find_version(view, tenant, row.id, row.version)?;
                    Ok((row, version))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    let mut items = Vec::with_capacity(rows.len());
    for (row, version) in rows.into_iter().take(limit) {
        let version = version
            .ok_or_else(|| Error::Internal(format!("template {} has lost its version", row.id)))?;
        items.push(show(&row, Body::parse(&version)?));
    }
    let next_cursor = items.last().filter(|_| more).map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}

/// Makes a template.
///
/// # Errors
/// The server cannot write.
pub async fn create(
    app: &Shared,
    may: &May<TemplatesWrite>,
    input: &TemplateInput,
    once: Option<Once>,
) -> Result<Answer, Error> {
    insert(
        app,
        may,
        &input.name,
        &Body::of(input),
        input.is_active.unwrap_or(true),
        once,
    )
    .await
}

async fn insert(
    app: &Shared,
    may: &May<TemplatesWrite>,
    name: &str,
    body: &Body,
    is_active: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_make_templates()?;
    let id = app.ctx.id();
    let event = event(
        app,
        may.tenant.id,
        "template.created",
        id,
        &may.actor,
        &serde_json::json!({ "name": name }),
    );
    let row = Row {
        tenant: may.tenant.id,
        id,
        name: name.to_owned(),
        version: 1,
        is_active,
        is_archived: false,
        archive_reason: None,
        placement_id: None,
        created_at: event.at,
        updated_at: event.at,
        deleted_at: None,
    };
    let command = Command::CreateTemplate {
        id,
        name: name.to_owned(),
        body: serde_json::to_string(body)?,
        is_active,
    };
    commit(app, once, command, event, &show(&row, body.clone()), None).await
}

/// Writes the next version of a template. `expected` is the version of `If-Match`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Precondition`] where it is at another version.
pub async fn update(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    expected: Option<u32>,
    input: &TemplateInput,
) -> Result<Answer, Error> {
    may.may_use(id)?;
    for _ in 1..TRIES {
        match try_update(app, may, id, expected, input).await {
            // Nobody asked for a version: the last word counts.
            Err(Error::Precondition { .. }) if expected.is_none() => {}
            other => return other,
        }
    }
    try_update(app, may, id, expected, input).await
}

async fn try_update(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    expected: Option<u32>,
    input: &TemplateInput,
) -> Result<Answer, Error> {
    let (mut row, _) = find(app, may.tenant.id, id).await?;
    if let Some(expected) = expected
        && i64::from(expected) != row.version
    {
        return Err(Error::Precondition {
            current: u32::try_from(row.version).unwrap_or(u32::MAX),
        });
    }
    let body = Body::of(input);
    let event = event(
        app,
        may.tenant.id,
        "template.updated",
        id,
        &may.actor,
        &serde_json::json!({ "version": row.version + 1 }),
    );
    let command = Command::UpdateTemplate {
        id,
        expected: row.version,
        name: input.name.clone(),
        body: serde_json::to_string(&body)?,
        is_active: input.is_active,
    };
    row.name.clone_from(&input.name);
    row.version += 1;
    row.is_active = input.is_active.unwrap_or(row.is_active);
    row.updated_at = event.at;
    commit(app, None, command, event, &show(&row, body), None).await
}

/// Puts a template away, or takes it out again.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it is there already.
pub async fn archive(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    archived: bool,
    reason: Option<String>,
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_use(id)?;
    let (mut row, body) = find(app, may.tenant.id, id).await?;
    if row.is_archived == archived {
        return Err(Error::conflict(if archived {
            "this template is archived already"
        } else {
            "this template is not archived"
        }));
    }
    let kind = if archived {
        "template.archived"
    } else {
        "template.unarchived"
    };
    let event = event(
        app,
        may.tenant.id,
        kind,
        id,
        &may.actor,
        &serde_json::json!({ "reason": reason }),
    );
    row.is_archived = archived;
    row.updated_at = event.at;
    let command = Command::SetTemplateFlags {
        id,
        is_active: None,
        is_archived: Some((archived, reason)),
    };
    commit(app, once, command, event, &show(&row, body), None).await
}

/// Copies a template under another name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn duplicate(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    name: &str,
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_make_templates()?;
    let (row, body) = find(app, may.tenant.id, id).await?;
    insert(app, may, name, &body, row.is_active, once).await
}

/// Deletes a template nothing was issued from.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where documents were issued from it.
pub async fn delete(app: &Shared, may: &May<TemplatesWrite>, id: Uuid) -> Result<(), Error> {
    may.may_use(id)?;
    let event = event(
        app,
        may.tenant.id,
        "template.deleted",
        id,
        &may.actor,
        &serde_json::json!({}),
    );
    commit(app, None, Command::DeleteTemplate { id }, event, &(), None)
        .await
        .map(|_| ())
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
    let (_, body) = find(app, may.tenant.id, id).await?;
    let max = u32::try_from(FIELD_VALUE_MAX_CHARS).unwrap_or(u32::MAX);
    let own = [
        ("recipientName", "Recipient", true, FIELD_VALUE_MAX_CHARS),
        ("recipientEmail", "E-mail", false, EMAIL_MAX_CHARS),
        ("externalId", "Your number", false, EXTERNAL_ID_MAX_CHARS),
    ];
    let own = own
        .into_iter()
        .map(|(column, label, required, most)| CsvField {
            column: column.to_owned(),
            label: label.to_owned(),
            required,
            kind: ananke_api::template::FieldType::Text,
            max_length: u32::try_from(most).unwrap_or(max),
        });
    let fields = body.schema.into_iter().map(|field| CsvField {
        column: format!("fields.{}", field.key),
        label: field.label,
        required: field.required,
        kind: field.kind,
        max_length: field.max_length.unwrap_or(max),
    });
    Ok(own.chain(fields).collect())
}

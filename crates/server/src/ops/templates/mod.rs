//! Templates of every kind: made, changed, put away. What a kind holds is its own file's.

pub mod placement;
pub mod profile;
pub mod tdoc;
mod trust;

use ananke_api::Page;
use ananke_store::{Command, Template as Row, TemplateFilter, TemplateKind, templates};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use self::placement::Placement;
pub use self::tdoc::Tdoc;
pub use self::trust::{Body, Templates, Trust, csv_fields, lately, set_placement, version};
use super::error::Error;
use super::record::{Answer, Once, commit, event};
use crate::app::Shared;
use crate::http::auth::{May, TemplatesRead, TemplatesWrite};
use crate::http::query::{PageQuery, cursor};

/// How often a change nobody gave a version for is tried against changes made meanwhile.
const TRIES: usize = 4;

/// A kind of template.
pub trait Kind {
    /// As rows name it.
    const KIND: TemplateKind;
    /// What its events begin with.
    const EVENTS: &'static str;
    /// Why one that is used is not deleted, and the way out.
    const IN_USE: &'static str;
    /// What a request says.
    type Input: Sync;
    /// What a version holds, as it is stored.
    type Body: Clone + Serialize + DeserializeOwned + Send + Sync;
    /// What is answered.
    type Shown: Serialize;

    /// Name for people.
    fn name(input: &Self::Input) -> &str;

    /// Whether it is offered, if the request says so.
    fn is_active(input: &Self::Input) -> Option<bool>;

    /// The placement template it names, if the request says so.
    fn placement(_: &Self::Input) -> Option<Uuid> {
        None
    }

    /// A new version's body.
    fn body(app: &Shared, input: &Self::Input) -> Self::Body;

    /// The body of a copy.
    fn copy(_: &Shared, body: &Self::Body) -> Self::Body {
        body.clone()
    }

    /// The answer.
    fn show(row: &Row, body: Self::Body) -> Self::Shown;
}

/// The version of a row, on the wire.
fn version_of(row: &Row) -> u32 {
    u32::try_from(row.version).unwrap_or(u32::MAX)
}

fn kind_of<K: Kind>(what: &str) -> String {
    [K::EVENTS, what].concat()
}

/// A template and its current version.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<K: Kind>(app: &Shared, tenant: Uuid, id: Uuid) -> Result<(Row, K::Body), Error> {
    let (row, version) = app
        .read(move |view| templates::find_current(view, tenant, K::KIND, id))
        .await?
        .ok_or(Error::NotFound)?;
    Ok((row, serde_json::from_str(&version.body)?))
}

/// One template.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn show<K: Kind>(
    app: &Shared,
    may: &May<TemplatesRead>,
    id: Uuid,
) -> Result<K::Shown, Error> {
    let (row, body) = find::<K>(app, may.tenant.id, id).await?;
    Ok(K::show(&row, body))
}

/// A page of templates, newest first, and the id of the last one where there are more.
///
/// # Errors
/// The store cannot be read.
pub async fn list<K: Kind>(
    app: &Shared,
    may: &May<TemplatesRead>,
    filter: TemplateFilter,
    page: PageQuery,
) -> Result<Page<K::Shown>, Error> {
    let tenant = may.tenant.id;
    let filter = TemplateFilter {
        kind: K::KIND,
        ..filter
    };
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
    let last = rows.get(limit.wrapping_sub(1)).map(|(row, _)| row.id);
    let next_cursor = last.filter(|_| rows.len() > limit).map(cursor);
    let mut items = Vec::with_capacity(rows.len());
    for (row, version) in rows.into_iter().take(limit) {
        let version = version
            .ok_or_else(|| Error::Internal(format!("template {} has lost its version", row.id)))?;
        items.push(K::show(&row, serde_json::from_str(&version.body)?));
    }
    Ok(Page { items, next_cursor })
}

/// Refuses a placement template that is not there.
async fn must_be_placement(app: &Shared, tenant: Uuid, id: Option<Uuid>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    match find::<Placement>(app, tenant, id).await {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => Err(Error::invalid(
            "placementTemplateId",
            "is not a placement template of this tenant; see GET /v1/tcode/placement-templates",
        )),
        Err(error) => Err(error),
    }
}

/// Makes a template.
///
/// # Errors
/// The server cannot write.
pub async fn create<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    input: &K::Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let is_active = K::is_active(input).unwrap_or(true);
    let (body, placement) = (K::body(app, input), K::placement(input));
    must_be_placement(app, may.tenant.id, placement).await?;
    insert::<K>(app, may, K::name(input), body, (is_active, placement), once).await
}

async fn insert<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    name: &str,
    body: K::Body,
    (is_active, placement_id): (bool, Option<Uuid>),
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_make_templates()?;
    let id = app.ctx.id();
    let record = serde_json::json!({ "name": name });
    let kind = kind_of::<K>("created");
    let event = event(app, may.tenant.id, &kind, id, &may.actor, &record);
    let row = Row {
        tenant: may.tenant.id,
        id,
        kind: K::KIND,
        name: name.to_owned(),
        version: 1,
        is_active,
        is_archived: false,
        archive_reason: None,
        placement_id,
        created_at: event.at,
        updated_at: event.at,
        deleted_at: None,
    };
    let command = Command::CreateTemplate {
        kind: K::KIND,
        id,
        name: name.to_owned(),
        body: serde_json::to_string(&body)?,
        is_active,
        placement_id,
    };
    commit(app, once, command, event, &K::show(&row, body), None).await
}

/// Writes the next version of a template. `expected` is the version of `If-Match`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Precondition`] where it is at another version.
pub async fn update<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    expected: Option<u32>,
    input: &K::Input,
) -> Result<Answer, Error> {
    may.may_use(id)?;
    for _ in 1..TRIES {
        match try_update::<K>(app, may, id, expected, input).await {
            // Nobody asked for a version: the last word counts.
            Err(Error::Precondition { .. }) if expected.is_none() => {}
            other => return other,
        }
    }
    try_update::<K>(app, may, id, expected, input).await
}

async fn try_update<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    expected: Option<u32>,
    input: &K::Input,
) -> Result<Answer, Error> {
    let (mut row, _) = find::<K>(app, may.tenant.id, id).await?;
    if let Some(expected) = expected
        && i64::from(expected) != row.version
    {
        return Err(Error::Precondition {
            current: version_of(&row),
        });
    }
    let placement = K::placement(input);
    must_be_placement(app, may.tenant.id, placement).await?;
    let body = K::body(app, input);
    let record = serde_json::json!({ "version": row.version + 1 });
    let kind = kind_of::<K>("updated");
    let event = event(app, may.tenant.id, &kind, id, &may.actor, &record);
    let command = Command::UpdateTemplate {
        id,
        expected: row.version,
        name: K::name(input).to_owned(),
        body: serde_json::to_string(&body)?,
        is_active: K::is_active(input),
        placement_id: placement,
    };
    K::name(input).clone_into(&mut row.name);
    row.version += 1;
    row.is_active = K::is_active(input).unwrap_or(row.is_active);
    row.placement_id = placement.or(row.placement_id);
    row.updated_at = event.at;
    commit(app, None, command, event, &K::show(&row, body), None).await
}

/// Puts a template away, or takes it out again.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it is there already.
pub async fn archive<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    archived: bool,
    reason: Option<String>,
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_use(id)?;
    let (mut row, body) = find::<K>(app, may.tenant.id, id).await?;
    if row.is_archived == archived {
        return Err(Error::conflict(if archived {
            "this template is archived already"
        } else {
            "this template is not archived"
        }));
    }
    let kind = kind_of::<K>(if archived { "archived" } else { "unarchived" });
    let record = serde_json::json!({ "reason": reason });
    let event = event(app, may.tenant.id, &kind, id, &may.actor, &record);
    row.is_archived = archived;
    row.updated_at = event.at;
    let command = Command::SetTemplateFlags {
        id,
        is_active: None,
        is_archived: Some((archived, reason)),
    };
    commit(app, once, command, event, &K::show(&row, body), None).await
}

/// Copies a template under another name.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn duplicate<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
    name: &str,
    once: Option<Once>,
) -> Result<Answer, Error> {
    may.may_make_templates()?;
    let (row, body) = find::<K>(app, may.tenant.id, id).await?;
    let flags = (row.is_active, row.placement_id);
    insert::<K>(app, may, name, K::copy(app, &body), flags, once).await
}

/// Deletes a template nothing was made from.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where something was.
pub async fn delete<K: Kind>(
    app: &Shared,
    may: &May<TemplatesWrite>,
    id: Uuid,
) -> Result<(), Error> {
    may.may_use(id)?;
    find::<K>(app, may.tenant.id, id).await?;
    let kind = kind_of::<K>("deleted");
    let record = serde_json::json!({});
    let event = event(app, may.tenant.id, &kind, id, &may.actor, &record);
    match commit(app, None, Command::DeleteTemplate { id }, event, &(), None).await {
        Ok(_) => Ok(()),
        Err(Error::Conflict { .. }) => Err(Error::conflict(K::IN_USE)),
        Err(error) => Err(error),
    }
}

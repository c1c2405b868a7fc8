//! Templates of every kind and their versions. A document pins the version it was made from, so versions stay.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TemplateKind {
    /// Issued documents.
    #[default]
    Trust,
    /// What goes into the seals of stamps.
    Tdoc,
    /// Where stamps go.
    Placement,
}

impl TemplateKind {
    /// How rows name it: the first one by nothing, since there was no other.
    pub(crate) const fn named(self) -> Option<&'static str> {
        match self {
            Self::Trust => None,
            Self::Tdoc => Some("tdoc"),
            Self::Placement => Some("placement"),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Tdoc, Self::Placement]
            .into_iter()
            .find(|kind| kind.named() == Some(word))
    }
}

/// A template: everything but its body, which is versioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Whose.
    pub tenant: Uuid,
    /// UUIDv7.
    pub id: Uuid,
    /// What it is for.
    pub kind: TemplateKind,
    /// Name of the current version.
    pub name: String,
    /// The current version, from 1.
    pub version: i64,
    /// Whether it is offered.
    pub is_active: bool,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Why it was put away.
    pub archive_reason: Option<String>,
    /// Where a barcode goes.
    pub placement_id: Option<Uuid>,
    /// When it was created.
    pub created_at: Micros,
    /// When it was changed last.
    pub updated_at: Micros,
    /// Since when it is gone; finders do not return it then.
    pub deleted_at: Option<Micros>,
}

/// One version of a template's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// Whose.
    pub tenant: Uuid,
    /// Of which template.
    pub template_id: Uuid,
    /// From 1.
    pub version: i64,
    /// JSON, in the server's own shape.
    pub body: String,
    /// When it was written.
    pub created_at: Micros,
}

/// Which templates a list shows.
#[derive(Debug, Clone, Default)]
pub struct TemplateFilter {
    /// Of this kind.
    pub kind: TemplateKind,
    /// Part of the name, without regard to case.
    pub search: Option<String>,
    /// Only active, or only inactive.
    pub is_active: Option<bool>,
    /// Only archived, or only not.
    pub is_archived: Option<bool>,
}

pub(crate) static TEMPLATES: Table = Table::new(
    "templates",
    2,
    &[
        "tenant_id",
        "id",
        "name",
        "name_folded",
        "version",
        "is_active",
        "is_archived",
        "archive_reason",
        "placement_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "kind",
    ],
)
.added(1);

impl Record for Template {
    fn table() -> &'static Table {
        &TEMPLATES
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.id.into(),
            (&self.name).into(),
            Value::Text(self.name.to_lowercase()),
            self.version.into(),
            self.is_active.into(),
            self.is_archived.into(),
            (&self.archive_reason).into(),
            self.placement_id.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.deleted_at.into(),
            self.kind.named().map_or(Value::Null, Into::into),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        let tenant = fields.uuid()?;
        let id = fields.uuid()?;
        let name = fields.text()?;
        let _folded = fields.text()?;
        let mut template = Self {
            tenant,
            id,
            kind: TemplateKind::Trust,
            name,
            version: fields.int()?,
            is_active: fields.bool()?,
            is_archived: fields.bool()?,
            archive_reason: fields.opt_text()?,
            placement_id: fields.opt_uuid()?,
            created_at: fields.int()?,
            updated_at: fields.int()?,
            deleted_at: fields.opt_int()?,
        };
        if let Some(kind) = fields.opt_word(TemplateKind::parse)? {
            template.kind = kind;
        }
        Ok(template)
    }
}

pub(crate) static TEMPLATE_VERSIONS: Table = Table::new(
    "template_versions",
    3,
    &["tenant_id", "template_id", "version", "body", "created_at"],
);

impl Record for TemplateVersion {
    fn table() -> &'static Table {
        &TEMPLATE_VERSIONS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.template_id.into(),
            self.version.into(),
            (&self.body).into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            template_id: fields.uuid()?,
            version: fields.int()?,
            body: fields.text()?,
            created_at: fields.int()?,
        })
    }
}

/// One template, of whatever kind.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Template>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// One version's body; also of a template deleted since, for documents that pin it.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_version(
    view: &mut View<'_>,
    tenant: Uuid,
    template_id: Uuid,
    version: i64,
) -> Result<Option<TemplateVersion>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND template_id = $2 AND version = $3",
        &[tenant.into(), template_id.into(), version.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A template of a kind with the body of its current version.
///
/// # Errors
/// [`Error::Corrupt`] when the version is gone, and what the database says.
pub fn find_current(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: TemplateKind,
    id: Uuid,
) -> Result<Option<(Template, TemplateVersion)>, Error> {
    let Some(template) = find(view, tenant, id)?.filter(|found| found.kind == kind) else {
        return Ok(None);
    };
    let version =
        find_version(view, tenant, id, template.version)?.ok_or_else(|| Error::Corrupt {
            table: TEMPLATE_VERSIONS.name,
            column: None,
            row: format!("{}/{}/{}", tenant.simple(), id.simple(), template.version),
        })?;
    Ok(Some((template, version)))
}

/// A page of templates, newest first, older than the cursor (the id of the last one seen).
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    filter: &TemplateFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Template>, Error> {
    let mut values = vec![Value::from(tenant)];
    values.push(filter.kind.named().unwrap_or_default().into());
    let mut text =
        String::from(" WHERE tenant_id = $1 AND coalesce(kind, '') = $2 AND deleted_at IS NULL");
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(&condition.replace('#', &format!("${}", values.len())));
    };
    if let Some(before) = before {
        also(" AND id < #", before.into());
    }
    if let Some(search) = &filter.search {
        let within = view.sql.engine().pick("instr", "strpos");
        also(
            &format!(" AND {within}(name_folded, #) > 0"),
            Value::Text(search.to_lowercase()),
        );
    }
    if let Some(is_active) = filter.is_active {
        also(" AND is_active = #", is_active.into());
    }
    if let Some(is_archived) = filter.is_archived {
        also(" AND is_archived = #", is_archived.into());
    }
    also(" ORDER BY id DESC LIMIT #", limit.into());
    view.rows(&text, &values)
}

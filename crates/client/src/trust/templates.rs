//! Templates.

use ananke_api::Page;
use ananke_api::template::{
    ArchiveRequest, CsvField, DuplicateRequest, PlacementChoice, Template, TemplateInput,
};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of templates.
#[derive(Debug, Clone)]
pub struct Templates(Client);

/// Which templates to list.
#[derive(Debug, Clone, Default)]
pub struct TemplateFilter {
    /// Part of the name.
    pub search: Option<String>,
    /// Only those documents can, or cannot, be issued from.
    pub is_active: Option<bool>,
    /// Only those put away, or not.
    pub is_archived: Option<bool>,
    /// Items of a page, 1 to 200; default 50.
    pub limit: Option<u8>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Templates {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of the templates, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, filter: &TemplateFilter) -> Result<Page<Template>, Error> {
        Request::get(&PATH)
            .query("search", filter.search.as_ref())
            .query("isActive", filter.is_active)
            .query("isArchived", filter.is_archived)
            .query("limit", filter.limit)
            .query("cursor", filter.cursor.as_ref())
            .page(&self.0)
            .await
    }

    /// All templates, newest first.
    pub fn list_all(&self, filter: TemplateFilter) -> Listing<Template> {
        let templates = self.clone();
        Listing::new(move |cursor| {
            let (templates, mut filter) = (templates.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { templates.list(&filter).await }
        })
    }

    /// One template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<Template, Error> {
        Request::get(&path(&id.to_string())).json(&self.0).await
    }

    /// Makes a template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, template: &TemplateInput) -> Result<Template, Error> {
        Request::post(&PATH).body(template).json(&self.0).await
    }

    /// Changes a template; with `version` only if that is still the current one, else 412.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update(
        &self,
        id: Uuid,
        template: &TemplateInput,
        version: Option<u32>,
    ) -> Result<Template, Error> {
        Request::put(&path(&id.to_string()))
            .if_match(version.map(|version| format!("\"{version}\"")))
            .body(template)
            .json(&self.0)
            .await
    }

    /// Deletes a template that was never used; a used one is 409: archive it instead.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn delete(&self, id: Uuid) -> Result<(), Error> {
        Request::delete(&path(&id.to_string()))
            .nothing(&self.0)
            .await
    }

    /// Puts a template away.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn archive(&self, id: Uuid, reason: Option<&str>) -> Result<Template, Error> {
        let body = ArchiveRequest {
            reason: reason.map(str::to_owned),
        };
        Request::post(&verb(&id.to_string(), "archive"))
            .body(&body)
            .json(&self.0)
            .await
    }

    /// Takes a template out again.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn unarchive(&self, id: Uuid) -> Result<Template, Error> {
        Request::post(&verb(&id.to_string(), "unarchive"))
            .json(&self.0)
            .await
    }

    /// Copies a template under another name.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn duplicate(&self, id: Uuid, name: &str) -> Result<Template, Error> {
        let body = DuplicateRequest {
            name: name.to_owned(),
        };
        Request::post(&verb(&id.to_string(), "duplicate"))
            .body(&body)
            .json(&self.0)
            .await
    }

    /// Says where a barcode goes on its documents, or takes that back.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn place(&self, id: Uuid, placement: Option<Uuid>) -> Result<Template, Error> {
        let body = PlacementChoice {
            placement_template_id: placement,
        };
        Request::put(&verb(&id.to_string(), "placement-template"))
            .body(&body)
            .json(&self.0)
            .await
    }

    /// The columns of a CSV file for a template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn csv_fields(&self, id: Uuid) -> Result<Vec<CsvField>, Error> {
        Request::get(&verb(&id.to_string(), "csv-fields"))
            .json(&self.0)
            .await
    }
}

const PATH: [&str; 3] = ["v1", "trust", "templates"];

const fn path(id: &str) -> [&str; 4] {
    ["v1", "trust", "templates", id]
}

const fn verb<'a>(id: &'a str, verb: &'a str) -> [&'a str; 5] {
    ["v1", "trust", "templates", id, verb]
}

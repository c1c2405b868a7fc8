//! TDoc templates: which fields a seal carries.

use ananke_api::tcode::template::{TdocTemplate, TdocTemplateInput};
use ananke_api::template::{ArchiveRequest, CsvField};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error};

/// Namespace of TDoc templates.
#[derive(Debug, Clone)]
pub struct TdocTemplates(Client);

/// Which templates to list.
#[derive(Debug, Clone, Default)]
pub struct TdocTemplateFilter {
    /// Part of the name.
    pub search: Option<String>,
    /// Only those stamps can, or cannot, be made from.
    pub is_active: Option<bool>,
    /// Only those put away, or not.
    pub is_archived: Option<bool>,
}

impl TdocTemplates {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// The templates, newest first: all of them, at most 1,000.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, filter: &TdocTemplateFilter) -> Result<Vec<TdocTemplate>, Error> {
        Request::get(&PATH)
            .query("search", filter.search.as_ref())
            .query("isActive", filter.is_active)
            .query("isArchived", filter.is_archived)
            .json(&self.0)
            .await
    }

    /// One template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<TdocTemplate, Error> {
        Request::get(&path(&id.to_string())).json(&self.0).await
    }

    /// Makes a template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, template: &TdocTemplateInput) -> Result<TdocTemplate, Error> {
        Request::post(&PATH).body(template).json(&self.0).await
    }

    /// Makes a template from a document profile of BSI TR-03171.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn import(&self, profile: impl Into<String>) -> Result<TdocTemplate, Error> {
        Request::post(&path("import"))
            .xml(profile.into())
            .json(&self.0)
            .await
    }

    /// Its present version as a document profile of BSI TR-03171.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn profile_xml(&self, id: Uuid) -> Result<String, Error> {
        Request::get(&verb(&id.to_string(), "profile.xml"))
            .accept("application/xml")
            .text(&self.0)
            .await
    }

    /// Changes a template; with `version` only if that is still the current one, else 412.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update(
        &self,
        id: Uuid,
        template: &TdocTemplateInput,
        version: Option<u32>,
    ) -> Result<TdocTemplate, Error> {
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
    pub async fn archive(&self, id: Uuid, reason: Option<&str>) -> Result<TdocTemplate, Error> {
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
    pub async fn unarchive(&self, id: Uuid) -> Result<TdocTemplate, Error> {
        Request::post(&verb(&id.to_string(), "unarchive"))
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

const PATH: [&str; 3] = ["v1", "tcode", "templates"];

const fn path(id: &str) -> [&str; 4] {
    ["v1", "tcode", "templates", id]
}

const fn verb<'a>(id: &'a str, verb: &'a str) -> [&'a str; 5] {
    ["v1", "tcode", "templates", id, verb]
}

//! Placement templates: where a stamp goes on a page.

use ananke_api::Page;
use ananke_api::tcode::placement::{PlacementInput, PlacementTemplate};
use ananke_api::template::DuplicateRequest;
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of placement templates.
#[derive(Debug, Clone)]
pub struct Placements(Client);

/// Which templates to list.
#[derive(Debug, Clone, Default)]
pub struct PlacementFilter {
    /// Part of the name.
    pub search: Option<String>,
    /// Items of a page, 1 to 200; default 50.
    pub limit: Option<u8>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Placements {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of the templates, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, filter: &PlacementFilter) -> Result<Page<PlacementTemplate>, Error> {
        Request::get(&PATH)
            .query("search", filter.search.as_ref())
            .query("limit", filter.limit)
            .query("cursor", filter.cursor.as_ref())
            .page(&self.0)
            .await
    }

    /// All templates, newest first.
    pub fn list_all(&self, filter: PlacementFilter) -> Listing<PlacementTemplate> {
        let placements = self.clone();
        Listing::new(move |cursor| {
            let (placements, mut filter) = (placements.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { placements.list(&filter).await }
        })
    }

    /// One template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<PlacementTemplate, Error> {
        Request::get(&path(&id.to_string())).json(&self.0).await
    }

    /// Makes a template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, template: &PlacementInput) -> Result<PlacementTemplate, Error> {
        Request::post(&PATH).body(template).json(&self.0).await
    }

    /// Changes a template; with `version` only if that is still the current one, else 412.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update(
        &self,
        id: Uuid,
        template: &PlacementInput,
        version: Option<u32>,
    ) -> Result<PlacementTemplate, Error> {
        Request::put(&path(&id.to_string()))
            .if_match(version.map(|version| format!("\"{version}\"")))
            .body(template)
            .json(&self.0)
            .await
    }

    /// Deletes a template.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn delete(&self, id: Uuid) -> Result<(), Error> {
        Request::delete(&path(&id.to_string()))
            .nothing(&self.0)
            .await
    }

    /// Copies a template under another name.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn duplicate(&self, id: Uuid, name: &str) -> Result<PlacementTemplate, Error> {
        let body = DuplicateRequest {
            name: name.to_owned(),
        };
        Request::post(&verb(&id.to_string(), "duplicate"))
            .body(&body)
            .json(&self.0)
            .await
    }
}

const PATH: [&str; 3] = ["v1", "tcode", "placement-templates"];

const fn path(id: &str) -> [&str; 4] {
    ["v1", "tcode", "placement-templates", id]
}

const fn verb<'a>(id: &'a str, verb: &'a str) -> [&'a str; 5] {
    ["v1", "tcode", "placement-templates", id, verb]
}

//! Who asks for keys: a key of the same tenant over the network, or the operator on the server's own machine.

use ananke_api::api_key::{CreateApiKey, RollApiKey, UpdateApiKey};
use serde::Serialize;
use serde_json::Value;

use super::super::tenants::no_tenant;
use crate::exit::{Exit, Failure};
use crate::operator::{Operator, items, segment};

/// Who asks.
pub(super) enum Via {
    Key(ananke_client::Client),
    Operator {
        operator: Box<Operator>,
        tenant: String,
    },
}

fn path(tenant: &str) -> String {
    format!("/tenants/{tenant}/keys")
}

impl Via {
    pub(super) async fn list(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Key(client) => {
                let keys = client.api_keys().list_all().collect().await?;
                keys.iter().map(to_value).collect()
            }
            Self::Operator { operator, tenant } => {
                let keys = operator.get(&path(tenant)).await;
                Ok(items(keys.map_err(no_tenant(tenant))?))
            }
        }
    }

    pub(super) async fn create(&self, request: &CreateApiKey) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.api_keys().create(request).await?),
            Self::Operator { operator, tenant } => {
                let created = operator.post(&path(tenant), to_value(request)?).await;
                created.map_err(no_tenant(tenant))
            }
        }
    }

    pub(super) async fn update(&self, id: &str, change: &UpdateApiKey) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&by_key(id, client.api_keys().update(id, change).await)?),
            Self::Operator { operator, .. } => {
                let at = self.key_path(id).await?;
                by_operator(id, operator.patch(&at, to_value(change)?).await)
            }
        }
    }

    pub(super) async fn roll(&self, id: &str, request: RollApiKey) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&by_key(id, client.api_keys().roll(id, request).await)?),
            Self::Operator { operator, .. } => {
                let at = format!("{}/roll", self.key_path(id).await?);
                by_operator(id, operator.post(&at, to_value(&request)?).await)
            }
        }
    }

    pub(super) async fn cancel_roll(&self, id: &str, force: bool) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => {
                to_value(&by_key(id, client.api_keys().cancel_roll(id, force).await)?)
            }
            Self::Operator { operator, .. } => {
                let at = format!("{}/cancel-roll", self.key_path(id).await?);
                by_operator(id, operator.post(&at, serde_json::json!({})).await)
            }
        }
    }

    pub(super) async fn delete(&self, id: &str, force: bool) -> Result<(), Failure> {
        match self {
            Self::Key(client) => by_key(id, client.api_keys().delete(id, force).await),
            Self::Operator { operator, .. } => {
                let at = self.key_path(id).await?;
                by_operator(id, operator.delete(&at).await).map(drop)
            }
        }
    }

    /// Where the operator finds a key. No such tenant is said as such; what is missing after that is the key.
    async fn key_path(&self, id: &str) -> Result<String, Failure> {
        self.list().await?;
        match self {
            Self::Operator { tenant, .. } => Ok(format!("{}/{}", path(tenant), segment(id)?)),
            Self::Key(_) => Err(no_key(id)),
        }
    }
}

pub(super) fn no_key(id: &str) -> Failure {
    Failure::not_found(format!("there is no key {id}"))
}

fn by_operator(id: &str, answer: Result<Value, Failure>) -> Result<Value, Failure> {
    answer.map_err(|failure| match failure.exit {
        Exit::NotFound => no_key(id),
        _ => failure,
    })
}

/// The server speaks to programs: what is a parameter to them is a flag here.
fn by_key<T>(id: &str, answer: Result<T, ananke_client::Error>) -> Result<T, Failure> {
    answer.map_err(|error| match error.api() {
        Some(api) if api.status == 404 => no_key(id),
        Some(api) if api.status == 409 => {
            Failure::error(api.to_string().replace("send ?force=true", "use --force"))
        }
        _ => error.into(),
    })
}

fn to_value(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::error(error.to_string()))
}

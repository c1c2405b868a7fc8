//! Where in a status list the next document stands: a leased block, scattered by a permutation.

use std::collections::HashMap;
use std::sync::Arc;

use ananke_format::credential::StatusPosition;
use ananke_format::status::Permutation;
use ananke_format::{IssuerCode, Mode};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::error::Error;
use crate::app::Shared;

/// Positions leased to this process and not used yet. What is left at its end stays a hole.
#[derive(Default)]
pub struct Positions {
    blocks: Mutex<HashMap<(Uuid, Mode), Leased>>,
}

type Leased = Arc<Mutex<Block>>;

#[derive(Default)]
struct Block {
    list: u32,
    permutation: Option<Permutation>,
    next: u32,
    end: u32,
}

impl Positions {
    /// The position of the next document of a tenant and mode; never the same twice.
    ///
    /// # Errors
    /// The store cannot lease a block.
    pub async fn next(
        &self,
        app: &Shared,
        tenant: Uuid,
        issuer: IssuerCode,
        mode: Mode,
    ) -> Result<StatusPosition, Error> {
        let block = Arc::clone(self.blocks.lock().await.entry((tenant, mode)).or_default());
        let mut block = block.lock().await;
        if block.next == block.end {
            let lease = app.store.lease_indexes(tenant, mode).await?;
            let number = |n: i64| {
                u32::try_from(n).map_err(|_| Error::Internal(format!("lease position {n}")))
            };
            let list = number(lease.list)?;
            // It may be a new one: a sealed server has nothing to go by until it is signed once.
            app.unsigned.list((tenant, mode, list));
            *block = Block {
                list,
                permutation: Some(Permutation::new(
                    &app.ring()?.derived.status_index,
                    issuer,
                    mode,
                    list,
                )),
                next: number(lease.start)?,
                end: number(lease.start + lease.len)?,
            };
        }
        let permutation = block
            .permutation
            .as_ref()
            .ok_or_else(|| Error::Internal("block without a list".to_owned()))?;
        let index = permutation.index(block.next).ok_or_else(|| {
            Error::Internal(format!("position {} is outside the list", block.next))
        })?;
        block.next += 1;
        Ok(StatusPosition {
            list: block.list,
            index,
        })
    }
}

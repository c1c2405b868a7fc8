//! Every operation in every state of its tenant: what a suspended or closed one may still do, and what not.

use super::estates::Owner;
use super::matrix::Tally;
use super::operations::Operation;
use super::refusals::forbidden;
use super::requests::Asked;
use crate::world::World;

/// Runs every operation as the tenant goes from active to suspended and back, and once more when it is closed.
pub(super) async fn run(world: &World, operations: &[Operation], owner: &Owner) -> Tally {
    let mut tally = Tally::default();
    for operation in operations {
        tally.operations += 1;
        let goods = owner.goods(world, operation).await;
        let asked = Asked::own(operation, owner, &goods);
        let writes = operation.scope.is_some() && operation.method != "GET";
        set(world, owner, "suspend").await;
        let answer = asked.send(world, Some(&owner.key)).await;
        let cell = format!("{} of a suspended tenant", operation.id);
        let held = match writes {
            true => forbidden(&answer, "tenant_suspended"),
            false => answer.status == operation.success,
        };
        tally.holds(&cell, held, &answer);
        set(world, owner, "resume").await;
        let answer = asked.send(world, Some(&owner.key)).await;
        let cell = format!("{} of a tenant that was resumed", operation.id);
        tally.holds(&cell, answer.status == operation.success, &answer);
        owner.discard(world, &goods).await;
    }
    let mut prepared = Vec::new();
    for operation in operations {
        let goods = owner.goods(world, operation).await;
        prepared.push((operation, Asked::own(operation, owner, &goods)));
    }
    set(world, owner, "close").await;
    for (operation, asked) in prepared {
        let writes = operation.scope.is_some() && operation.method != "GET";
        let answer = asked.send(world, Some(&owner.key)).await;
        let held = match writes {
            true => forbidden(&answer, "tenant_suspended"),
            false => answer.status == operation.success,
        };
        tally.holds(
            &format!("{} of a closed tenant", operation.id),
            held,
            &answer,
        );
    }
    tally
}

async fn set(world: &World, owner: &Owner, action: &str) {
    let path = format!("/tenants/{}/{action}", owner.tenant);
    let reason = serde_json::json!({ "reason": "tried out" });
    let (status, body) = world.operator("POST", &path, Some(reason)).await;
    assert_eq!(status, 200, "{action}: {body}");
}

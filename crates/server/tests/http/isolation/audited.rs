//! Every operation that changes something leaves an event that says who did it, in which request, and from where.

use serde_json::Value;

use super::estates::Owner;
use super::matrix::Tally;
use super::operations::Operation;
use super::requests::Asked;
use crate::world::World;

/// Runs every operation with a key of this owner, and asks the record what it knows of the request.
pub(super) async fn run(world: &World, operations: &[Operation], owner: &Owner) -> Tally {
    let mut tally = Tally::default();
    for operation in operations {
        tally.operations += 1;
        let goods = owner.goods(world, operation).await;
        let asked = Asked::own(operation, owner, &goods);
        let answer = asked.send(world, Some(&owner.key)).await;
        assert_eq!(
            answer.status,
            operation.success,
            "{}: {}",
            operation.id,
            answer.text()
        );
        let request = answer.header("x-request-id");
        let path = format!("/v1/audit-events?requestId={request}");
        let record = world.with(&owner.key, "GET", &path, None).await;
        let events = record.json()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let changes = operation.scope.is_some() && operation.method != "GET";
        let held = match changes {
            true => !events.is_empty() && events.iter().all(|event| says(event, owner, request)),
            // Reading leaves nothing, but for a PDF that is made when it is asked for first.
            false => events.is_empty() || operation.id == "get_issuance_pdf",
        };
        tally.holds(&format!("{} in the record", operation.id), held, &record);
        owner.discard(world, &goods).await;
    }
    tally
}

fn says(event: &Value, owner: &Owner, request: &str) -> bool {
    let actor = format!("key:{}", &owner.key["ak_live_".len()..][..12]);
    let by = &event["data"]["by"];
    event["actor"] == actor.as_str()
        && event["requestId"] == request
        && event["traceId"]
            .as_str()
            .is_some_and(|trace| trace.len() == 32)
        && by["environment"] == "production"
        && by["network"] == "127.0.0.0/24"
}

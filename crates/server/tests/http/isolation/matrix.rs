//! The matrix: every operation, every place where something can be named, everybody who must not.
//!
//! What is foreign is answered like what does not exist, byte for byte but for the ids of the request; a key that
//! opens nothing is refused like no key at all, whatever is wrong with it.

use std::collections::BTreeSet;

use super::estates::{Goods, Owner, beside, nobodys, owners, refused_keys};
use super::operations::{Kind, Operation, Place};
use super::requests::{Asked, refuses_nothing};
use crate::shape::{bytes_but_ids, shape};
use crate::world::{Answer, World};

/// What is done to answers about foreign things before they are compared, to see that the comparison finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doctor {
    /// Nothing.
    Honest,
    /// "Not yours" instead of "not found".
    Status,
    /// One letter of the body.
    Letter,
    /// A header that is not there otherwise.
    Header,
    /// What its owner would see: a server that forgot to ask whose it is.
    Owner,
    /// A refusal that says why.
    Refusal,
}

/// What a run came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) operations: usize,
    pub(super) cells: usize,
    /// Cells that name what is somebody else's; and those of them in which both may use the name.
    pub(super) foreign: usize,
    pub(super) taken: usize,
    pub(super) findings: Vec<String>,
}

/// Runs the matrix over these operations.
pub(super) async fn run(world: &World, operations: &[Operation], doctor: Doctor) -> Tally {
    let owners = owners(world).await;
    let matrix = Matrix {
        world,
        refused: refused_keys(world).await,
        scopes: operations
            .iter()
            .filter_map(|operation| operation.scope.clone())
            .collect(),
        owners: &owners,
        doctor,
    };
    let mut tally = Tally::default();
    for operation in operations {
        tally.operations += 1;
        let [one, two, three] = &owners;
        let (one, two, three) = tokio::join!(
            one.goods(world, operation),
            two.goods(world, operation),
            three.goods(world, operation)
        );
        let goods = [one, two, three];
        let before = matrix.states(&goods).await;
        matrix.refusals(operation, &goods[0], &mut tally).await;
        for place in &operation.places {
            matrix.place(operation, place, &goods, &mut tally).await;
        }
        let after = matrix.states(&goods).await;
        tally.compare(&format!("{} did something", operation.id), &after, &before);
        matrix.success(operation, &goods, &mut tally).await;
        for (owner, goods) in matrix.owners.iter().zip(&goods) {
            owner.discard(world, goods).await;
        }
    }
    tally
}

pub(super) struct Matrix<'a> {
    pub(super) world: &'a World,
    pub(super) owners: &'a [Owner; 3],
    pub(super) refused: Vec<(&'static str, String)>,
    pub(super) scopes: BTreeSet<String>,
    pub(super) doctor: Doctor,
}

impl Tally {
    /// One cell: two answers that must be the same.
    pub(super) fn compare(&mut self, cell: &str, found: &str, wanted: &str) {
        self.cells += 1;
        if found != wanted {
            self.findings
                .push(format!("{cell}:\n{found}\nis not\n{wanted}"));
        }
    }

    /// One cell: something that must hold.
    pub(super) fn holds(&mut self, cell: &str, held: bool, answer: &Answer) {
        self.cells += 1;
        if !held {
            self.findings
                .push(format!("{cell}: {} {}", answer.status, answer.text()));
        }
    }
}

impl Matrix<'_> {
    /// Everybody names, at this place, what is everybody else's.
    async fn place(
        &self,
        operation: &Operation,
        place: &Place,
        goods: &[Goods],
        tally: &mut Tally,
    ) {
        for (asker, own) in self.owners.iter().zip(goods) {
            for (owner, theirs) in self.owners.iter().zip(goods) {
                let barred = asker.is_barred_from(owner, place.kind);
                let barred = barred || asker != owner && place.kind == Kind::Cursor;
                if barred {
                    let cell = format!(
                        "{}, {} naming by {} what is {}'s",
                        operation.id, asker.name, place.name, owner.name
                    );
                    self.cell(
                        operation,
                        place,
                        &cell,
                        (asker, own),
                        (owner, theirs),
                        tally,
                    )
                    .await;
                }
            }
        }
    }

    async fn cell(
        &self,
        operation: &Operation,
        place: &Place,
        cell: &str,
        (asker, own): (&Owner, &Goods),
        (owner, theirs): (&Owner, &Goods),
        tally: &mut Tally,
    ) {
        tally.foreign += 1;
        let world = self.world;
        if !refuses_nothing(place.kind) {
            return self
                .taken(operation, place, cell, asker, owner, tally)
                .await;
        }
        let (foreign, nothing) = match place.kind {
            Kind::Cursor => {
                let first = Asked::own(operation, owner, theirs)
                    .query("limit", "1")
                    .send(world, Some(&owner.key))
                    .await;
                let next = first.ok(200)["nextCursor"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{cell}: no second page"))
                    .to_owned();
                (next.clone(), beside(&next))
            }
            kind => (theirs.named(owner, kind), nobodys(kind)),
        };
        let asked = Asked::own(operation, asker, own);
        let foreign = asked.clone().with(operation, place, &foreign);
        let mut answer = foreign.send(world, Some(&asker.key)).await;
        self.operate(&mut answer, &foreign, owner).await;
        let nothing = asked
            .with(operation, place, &nothing)
            .send(world, Some(&asker.key))
            .await;
        tally.compare(cell, &bytes_but_ids(&answer), &bytes_but_ids(&nothing));
        let shown = self.shows(&answer, &foreign, theirs, asker, owner);
        tally.holds(&format!("{cell}, shown"), !shown, &answer);
        let by_path = matches!(place.at, super::operations::At::Path);
        tally.holds(
            &format!("{cell}, missing"),
            !by_path || nothing.status == 404,
            &nothing,
        );
    }

    /// A name that both may use: that the other one uses it already changes nothing.
    async fn taken(
        &self,
        operation: &Operation,
        place: &Place,
        cell: &str,
        asker: &Owner,
        owner: &Owner,
        tally: &mut Tally,
    ) {
        tally.taken += 1;
        let world = self.world;
        let theirs = owner.goods(world, operation).await;
        let value = match place.kind {
            Kind::IdempotencyKey => {
                let asked = Asked::own(operation, owner, &theirs).with(operation, place, cell);
                let status = asked.send(world, Some(&owner.key)).await.status;
                assert_eq!(status, operation.success, "{cell}");
                cell.to_owned()
            }
            kind => theirs.named(owner, kind),
        };
        let mut answers = Vec::new();
        for value in [&value, &format!("nobodys, not {cell}")] {
            let own = asker.goods(world, operation).await;
            let asked = Asked::own(operation, asker, &own).with(operation, place, value);
            let mut answer = asked.send(world, Some(&asker.key)).await;
            if answers.is_empty() {
                self.operate(&mut answer, &asked, owner).await;
            }
            let made = answer.json()["id"].as_str().unwrap_or("-").to_owned();
            let leaked = answer.json()["details"]["key"]
                .as_str()
                .unwrap_or("-")
                .to_owned();
            let mut seen = shape(answer.json());
            // A stamp's drawing is as long as its reference and its seal make it.
            if seen["pdf"]["size"].is_number() {
                seen["pdf"]["size"] = "[size]".into();
            }
            let body = seen.to_string();
            let body = body
                .replace(value.as_str(), "[value]")
                .replace(&own.external_id, "[own]")
                .replace(&made, "[id]")
                .replace(&leaked, "[leaked]");
            answers.push(format!(
                "{} {}{body}",
                answer.status,
                answer.header("idempotent-replayed")
            ));
            asker.discard(world, &own).await;
        }
        owner.discard(world, &theirs).await;
        tally.compare(cell, &answers[0], &answers[1]);
    }

    /// Whether the answer shows what the request did not name.
    fn shows(
        &self,
        answer: &Answer,
        asked: &Asked,
        theirs: &Goods,
        asker: &Owner,
        owner: &Owner,
    ) -> bool {
        let text = answer.text();
        let shared = asker.tenant == owner.tenant;
        // Templates, alerts and their channels are the tenant's, in both of its modes.
        let of_both = [
            &theirs.template,
            &theirs.unused,
            &theirs.alert,
            &theirs.alert_channel,
            &theirs.tcode.tdoc,
            &theirs.tcode.placement,
        ];
        theirs.ids().into_iter().any(|id| {
            let is_shared = shared && of_both.iter().any(|both| *both == id);
            text.contains(id) && !asked.says(id) && !is_shared
        })
    }

    /// What their owners can ask for of all these goods.
    async fn states(&self, goods: &[Goods]) -> String {
        let mut all = String::new();
        for (owner, goods) in self.owners.iter().zip(goods) {
            // There are more of them than a page holds.
            let path = format!("/tenants/{}/keys", owner.tenant);
            let keys = self.world.operator("GET", &path, None).await.1.to_string();
            all.push_str(if keys.contains(&goods.api_key) {
                "its key\n"
            } else {
                "no key\n"
            });
            let stamped = goods.tcode.paths();
            let issued = [
                format!("/v1/trust/issuances/{}", goods.document),
                format!("/v1/trust/issuances/{}/events", goods.document),
                format!("/v1/trust/templates/{}", goods.template),
                format!("/v1/trust/templates/{}", goods.unused),
            ];
            for path in issued.into_iter().chain(stamped) {
                all.push_str(&bytes_but_ids(
                    &self.world.with(&owner.key, "GET", &path, None).await,
                ));
            }
        }
        all
    }

    /// The right key with just the right scope; and nobody else's things are in the answer.
    async fn success(&self, operation: &Operation, goods: &[Goods], tally: &mut Tally) {
        let asked = Asked::own(operation, &self.owners[0], &goods[0]);
        let answer = match operation.scope.as_deref() {
            None => asked.send(self.world, None).await,
            Some(scope) => self.with_scopes(&asked, &[scope]).await,
        };
        tally.holds(
            &format!("{} rightly asked", operation.id),
            answer.status == operation.success,
            &answer,
        );
        for (owner, theirs) in self.owners.iter().zip(goods).skip(1) {
            let shown = self.shows(&answer, &asked, theirs, &self.owners[0], owner);
            tally.holds(
                &format!("{} shows what is {}'s", operation.id, owner.name),
                !shown,
                &answer,
            );
        }
        if operation.scope.is_none() {
            for owner in self.owners {
                let with = asked.send(self.world, Some(&owner.key)).await;
                tally.compare(
                    &format!("{} with {}'s key", operation.id, owner.name),
                    &bytes_but_ids(&with),
                    &bytes_but_ids(&answer),
                );
            }
        }
    }

    async fn operate(&self, answer: &mut Answer, asked: &Asked, owner: &Owner) {
        match self.doctor {
            Doctor::Honest | Doctor::Refusal => {}
            Doctor::Status => answer.status = 403,
            Doctor::Letter => answer.bytes.insert(answer.bytes.len() / 2, b'x'),
            Doctor::Header => {
                answer.headers.insert("x-cache", "hit".parse().unwrap());
            }
            Doctor::Owner => *answer = asked.send(self.world, Some(&owner.key)).await,
        }
    }
}

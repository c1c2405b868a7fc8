//! The production checklist: the rows of the hardening guide for a tenant, and what an operator looks at for the instance.
//!
//! What the server sees is looked at when somebody asks; what it cannot see a person vouches for, for 180 days
//! (`docs/decisions/0110`).

mod instance;
mod item;
mod machine;
mod rows;

use ananke_api::checklist::{Checklist, ChecklistAttestation, ChecklistItem, ChecklistState};
use ananke_format::IssuerCode;
use ananke_store::{Attestation, Command, INSTANCE_TENANT, Tenant, Write, attestations};
use serde_json::{Value, json};
use uuid::Uuid;

pub use self::item::{Item, Word};
use super::error::Error;
use super::record::{Actor, event};
use super::words::shown;
use crate::app::Shared;

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A person's word lapses after so many microseconds: 180 days.
const LAPSES: i64 = 180 * DAY;

/// What the server sees of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Good,
    Bad,
    /// Not enough to say either.
    Unseen,
}

/// An item as it was looked at.
#[derive(Debug)]
struct Look {
    item: Item,
    sight: Sight,
    evidence: String,
    details: Value,
    /// What to do where it is not good.
    fix: String,
}

impl Look {
    /// How the item stands, with the word of a person that has not lapsed.
    fn settled(self, word: Option<&Attestation>) -> ChecklistItem {
        let kind = self.item.word();
        let vouched = || match word {
            Some(_) => ChecklistState::Attested,
            None => ChecklistState::CannotBeSeen,
        };
        let state = match (kind, self.sight) {
            (Word::Nothing | Word::Beyond | Word::Instead, Sight::Good) => ChecklistState::Pass,
            (Word::Nothing | Word::Needed | Word::Beyond, Sight::Bad) => ChecklistState::Fail,
            (Word::Instead, Sight::Bad) if word.is_none() => ChecklistState::Fail,
            (Word::Nothing, Sight::Unseen) => ChecklistState::CannotBeSeen,
            _ => vouched(),
        };
        let is_open = matches!(state, ChecklistState::Fail | ChecklistState::CannotBeSeen);
        ChecklistItem {
            item: self.item.as_str().to_owned(),
            title: self.item.title().to_owned(),
            state,
            evidence: self.evidence,
            details: self.details,
            fix: is_open.then_some(self.fix),
            attestable: kind != Word::Nothing,
            attestation: word.map(|word| ChecklistAttestation {
                attested_by: word.attested_by.clone(),
                link: word.link.clone(),
                attested_at: shown(word.at),
                lapses_at: shown(word.at + LAPSES),
            }),
        }
    }
}

/// How everything of a tenant stands now.
///
/// # Errors
/// The server is sealed, or the store cannot be read.
pub async fn of_tenant(app: &Shared, tenant: &Tenant) -> Result<Checklist, Error> {
    let looks = rows::look(app, tenant.id).await?;
    Ok(Checklist {
        tenant: tenant.name.clone(),
        issuer_code: tenant.code.clone(),
        checked_at: shown(app.ctx.now_micros()),
        items: settled(app, tenant.id, looks).await?,
    })
}

/// How everything of the instance stands now.
///
/// # Errors
/// The server is sealed, or the store cannot be read.
pub async fn of_instance(app: &Shared) -> Result<Checklist, Error> {
    let looks = instance::look(app).await?;
    Ok(Checklist {
        tenant: "this server".to_owned(),
        issuer_code: IssuerCode::INSTANCE.to_string(),
        checked_at: shown(app.ctx.now_micros()),
        items: settled(app, INSTANCE_TENANT, looks).await?,
    })
}

async fn settled(
    app: &Shared,
    tenant: Uuid,
    looks: Vec<Look>,
) -> Result<Vec<ChecklistItem>, Error> {
    let now = app.ctx.now_micros();
    let words = app
        .read(move |view| attestations::list(view, tenant))
        .await?;
    let of = |item: Item| {
        let word = words.iter().find(|word| word.item == item.as_str());
        word.filter(|word| item.word() != Word::Nothing && now < word.at + LAPSES)
    };
    let settle = |look: Look| {
        let word = of(look.item);
        look.settled(word)
    };
    Ok(looks.into_iter().map(settle).collect())
}

/// A person's word, before it is recorded.
#[derive(Debug, Clone)]
pub struct Given {
    /// Who vouches.
    pub attested_by: String,
    /// Where it is written down.
    pub link: Option<String>,
}

/// The item of this name, of a tenant or of the instance.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub fn find(tenant: Uuid, name: &str) -> Result<Item, Error> {
    let among: &[Item] = match tenant {
        INSTANCE_TENANT => &Item::OF_INSTANCE,
        _ => &Item::OF_TENANT,
    };
    Item::find(among, name).ok_or(Error::NotFound)
}

/// Records that somebody vouches for an item; a newer word takes the place of the older one.
///
/// # Errors
/// The item is for the server to see; a procedure without a link; the server cannot write.
pub async fn attest(
    app: &Shared,
    actor: &Actor,
    (tenant, item): (Uuid, Item),
    given: Given,
) -> Result<(), Error> {
    if item.word() == Word::Nothing {
        return Err(Error::unprocessable(format!(
            "nobody can vouch for `{}`: the server sees by itself how it stands; do what `fix` of it says",
            item.as_str()
        )));
    }
    if item == Item::Rotation && given.link.is_none() {
        return Err(Error::invalid(
            "link",
            "is required here: where the procedure is written down, such as https://wiki.example.org/rotation",
        ));
    }
    let body =
        json!({ "item": item.as_str(), "attestedBy": given.attested_by, "link": given.link });
    let event = event(app, tenant, "checklist.attested", Uuid::nil(), actor, &body);
    let command = Command::Attest(Attestation {
        tenant,
        item: item.as_str().to_owned(),
        attested_by: given.attested_by,
        link: given.link,
        at: event.at,
    });
    app.write(Write::new(None, command, event)).await?;
    Ok(())
}

/// Takes that back.
///
/// # Errors
/// [`Error::NotFound`] where nobody vouches; the server cannot write.
pub async fn withdraw(
    app: &Shared,
    actor: &Actor,
    (tenant, item): (Uuid, Item),
) -> Result<(), Error> {
    let body = json!({ "item": item.as_str() });
    let event = event(
        app,
        tenant,
        "checklist.attestation_removed",
        Uuid::nil(),
        actor,
        &body,
    );
    let command = Command::Unattest {
        item: item.as_str().to_owned(),
    };
    app.write(Write::new(None, command, event)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(item: Item, sight: Sight, vouched: bool) -> ChecklistState {
        let word = Attestation {
            tenant: Uuid::nil(),
            item: item.as_str().to_owned(),
            attested_by: "Ada".to_owned(),
            link: None,
            at: 0,
        };
        let look = Look {
            item,
            sight,
            evidence: String::new(),
            details: json!({}),
            fix: "do it".to_owned(),
        };
        let settled = look.settled(vouched.then_some(&word));
        let is_open = matches!(
            settled.state,
            ChecklistState::Fail | ChecklistState::CannotBeSeen
        );
        assert_eq!(settled.fix.is_some(), is_open);
        settled.state
    }

    #[test]
    fn a_word_is_good_for_what_is_not_seen_and_never_against_what_is() {
        use ChecklistState::{Attested, CannotBeSeen, Fail, Pass};
        for (item, sight, alone, vouched) in [
            (Item::Https, Sight::Good, Pass, Pass),
            (Item::Https, Sight::Bad, Fail, Fail),
            (Item::Https, Sight::Unseen, CannotBeSeen, CannotBeSeen),
            (Item::SecretsManager, Sight::Good, CannotBeSeen, Attested),
            (Item::SecretsManager, Sight::Bad, Fail, Fail),
            (Item::Alerting, Sight::Good, Pass, Pass),
            (Item::Alerting, Sight::Bad, Fail, Attested),
            (Item::Clock, Sight::Good, Pass, Pass),
            (Item::Clock, Sight::Bad, Fail, Fail),
            (Item::Clock, Sight::Unseen, CannotBeSeen, Attested),
        ] {
            assert_eq!(state(item, sight, false), alone, "{item:?} {sight:?}");
            assert_eq!(state(item, sight, true), vouched, "{item:?} {sight:?}");
        }
    }

    #[test]
    fn every_item_has_a_name_of_its_own() {
        let all = [&Item::OF_TENANT[..], &Item::OF_INSTANCE[..]].concat();
        for item in &all {
            assert_eq!(Item::find(&all, item.as_str()), Some(*item));
        }
        assert_eq!(Item::find(&all, "nothing"), None);
    }
}

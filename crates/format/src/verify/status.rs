//! The status check: what a row or the lists say of a document.

use super::document::Document;
use super::facts::{Facts, StatusEvidence};
use super::judge::SKEW_SECONDS;
use super::reason::Reason;
use crate::instant::Instant;
use crate::lifecycle::{self, Status};
use crate::status::{ListError, Purpose, StatusList, Value};
use crate::verified::Verified;

/// What the status check found.
#[derive(Default)]
pub(super) struct StatusFinding {
    pub(super) reason: Option<Reason>,
    pub(super) status: Option<Status>,
    pub(super) revoked_for: Option<lifecycle::Reason>,
    pub(super) as_of: Option<Instant>,
}

impl StatusFinding {
    pub(super) fn not_checked(reason: Reason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }
}

/// Reads the evidence there is for a document.
pub(super) fn status(facts: &Facts<'_>, document: &Document<'_>) -> StatusFinding {
    let (recorded, revoked_for, as_of) = match facts.status {
        StatusEvidence::Authenticated { status, reason } => (status, reason, None),
        StatusEvidence::Lists(lists) => match from_lists(facts, document, lists) {
            Ok((status, as_of)) => (status, None, Some(as_of)),
            Err(reason) => return StatusFinding::not_checked(reason),
        },
        StatusEvidence::ListRejected(error) => {
            return StatusFinding::not_checked(match error {
                ListError::Key(_) | ListError::Mode => Reason::StatusListUntrusted,
                ListError::Jws(_) | ListError::Payload | ListError::Table(_) => {
                    Reason::StatusListMalformed
                }
            });
        }
        StatusEvidence::Unavailable => {
            return StatusFinding::not_checked(Reason::StatusUnavailable);
        }
        StatusEvidence::Tampered => return StatusFinding::not_checked(Reason::NotReached),
    };
    StatusFinding {
        reason: match recorded {
            Status::Active => None,
            Status::Suspended => Some(Reason::Suspended),
            Status::Revoked => Some(Reason::Revoked),
            Status::Expired => Some(Reason::ExpiredEarly),
        },
        status: Some(recorded.at(document.expires_at, facts.now)),
        revoked_for: revoked_for.filter(|_| recorded == Status::Revoked),
        as_of,
    }
}

/// The recorded state by the newest usable token list, or by both W3C lists together.
fn from_lists(
    facts: &Facts<'_>,
    document: &Document<'_>,
    lists: &[Verified<StatusList>],
) -> Result<(Status, Instant), Reason> {
    let mut unusable = if lists.is_empty() {
        Reason::StatusUnavailable
    } else {
        Reason::StatusListMismatch
    };
    let mut newest: [Option<&StatusList>; 3] = [None; 3];
    for list in lists
        .iter()
        .filter(|list| document.names_list(list.id(), facts.trust.base_urls()))
    {
        if facts.now >= list.expires() {
            unusable = Reason::StatusListExpired;
        } else if list.issued_at() > facts.now.plus_seconds(SKEW_SECONDS) {
            unusable = Reason::StatusListNotYetValid;
        } else {
            let place = match list.purpose() {
                Purpose::Token => &mut newest[0],
                Purpose::Revocation => &mut newest[1],
                Purpose::Suspension => &mut newest[2],
            };
            if place.is_none_or(|known| known.issued_at() < list.issued_at()) {
                *place = Some(list);
            }
        }
    }
    let value = |list: &StatusList| {
        let place = document.status.ok_or(Reason::StatusListMismatch)?;
        let value = list.value(place.index);
        value.map_err(|_| Reason::StatusListMismatch)
    };
    match newest {
        [Some(token), _, _] => {
            let status = match value(token)? {
                Value::Valid => Status::Active,
                Value::Invalid => Status::Revoked,
                Value::Suspended => Status::Suspended,
                Value::ExpiredEarly => Status::Expired,
            };
            Ok((status, token.issued_at()))
        }
        [None, Some(revocation), Some(suspension)] => {
            let status = match (value(revocation)?, value(suspension)?) {
                (Value::Valid, Value::Valid) => Status::Active,
                (Value::Valid, _) => Status::Suspended,
                _ => Status::Revoked,
            };
            Ok((status, revocation.issued_at().min(suspension.issued_at())))
        }
        [None, Some(_), None] | [None, None, Some(_)] if unusable == Reason::StatusListMismatch => {
            Err(Reason::StatusListIncomplete)
        }
        _ => Err(unusable),
    }
}

//! The state x action table as code; `vectors/lifecycle` holds it as a file.

use super::{Action, Reason, Status};

/// The reasons that revoke a document whose time has passed.
const AFTER_EXPIRY: &[Reason] = &[Reason::KeyCompromise, Reason::IssuedInError, Reason::Fraud];

/// What an allowed action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The state before, the clock considered.
    pub from: Status,
    /// The state after, the clock considered.
    pub to: Status,
    /// The state to record. It differs from `to` in one case: a document reinstated after its time
    /// is recorded as active and shown as expired, like any other whose time has passed.
    pub recorded: Status,
    /// The reason on record: given for `revoke` (`other` when none was named), else none.
    pub reason: Option<Reason>,
}

/// An action the table does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{action} is not allowed while the document is {from}")]
pub struct Illegal {
    /// The state the document is in, the clock considered.
    pub from: Status,
    /// What was asked.
    pub action: Action,
    /// The actions allowed in this state.
    pub allowed: &'static [Action],
    /// The reasons `revoke` takes in this state; empty when it is not allowed.
    pub reasons: &'static [Reason],
}

/// Applies `action` to a document whose recorded state is `recorded`.
///
/// `expired_by_clock` says whether the document's time has passed. A revocation without a reason
/// is taken as `other`; a reason with any other action is not looked at.
///
/// # Errors
/// [`Illegal`], which says what is allowed instead.
pub fn apply(
    recorded: Status,
    action: Action,
    reason: Option<Reason>,
    expired_by_clock: bool,
) -> Result<Transition, Illegal> {
    let from = match recorded {
        Status::Active if expired_by_clock => Status::Expired,
        other => other,
    };
    let given = reason.unwrap_or(Reason::Other);
    let refused = Illegal {
        from,
        action,
        allowed: from.allowed_actions(),
        reasons: from.revocation_reasons(),
    };
    let (to, reason) = match (from, action) {
        (Status::Active, Action::Suspend) => (Status::Suspended, None),
        (Status::Active, Action::Expire) => (Status::Expired, None),
        (Status::Suspended, Action::Reinstate | Action::Reactivate) if expired_by_clock => {
            (Status::Expired, None)
        }
        (Status::Suspended, Action::Reinstate | Action::Reactivate) => (Status::Active, None),
        (_, Action::Revoke) if from.revocation_reasons().contains(&given) => {
            (Status::Revoked, Some(given))
        }
        _ => return Err(refused),
    };
    let recorded = match action {
        Action::Reinstate | Action::Reactivate => Status::Active,
        Action::Suspend | Action::Revoke | Action::Expire => to,
    };
    Ok(Transition {
        from,
        to,
        recorded,
        reason,
    })
}

impl Status {
    /// The actions allowed in this state.
    #[must_use]
    pub const fn allowed_actions(self) -> &'static [Action] {
        match self {
            Self::Active => &[Action::Suspend, Action::Revoke, Action::Expire],
            Self::Suspended => &[Action::Revoke, Action::Reinstate, Action::Reactivate],
            Self::Revoked => &[],
            Self::Expired => &[Action::Revoke],
        }
    }

    /// The reasons `revoke` takes in this state.
    #[must_use]
    pub const fn revocation_reasons(self) -> &'static [Reason] {
        match self {
            Self::Active | Self::Suspended => Reason::ALL,
            Self::Expired => AFTER_EXPIRY,
            Self::Revoked => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_word<T: Copy + std::fmt::Debug + 'static>(
        all: &'static [T],
    ) -> impl Strategy<Value = T> {
        (0..all.len()).prop_map(|position| all[position])
    }

    #[test]
    fn expired_is_revoked_for_grave_reasons_only() {
        for reason in Reason::ALL {
            let grave = AFTER_EXPIRY.contains(reason);
            let early = apply(Status::Expired, Action::Revoke, Some(*reason), false);
            let late = apply(Status::Active, Action::Revoke, Some(*reason), true);
            assert_eq!(early.is_ok(), grave);
            assert_eq!(early, late);
        }
        let refused = apply(Status::Expired, Action::Revoke, None, false).unwrap_err();
        assert_eq!(refused.allowed, [Action::Revoke]);
        assert_eq!(refused.reasons, AFTER_EXPIRY);
    }

    proptest! {
        #[test]
        fn revoked_is_final_and_the_allowed_list_is_true(
            status in any_word(Status::ALL),
            action in any_word(Action::ALL),
            reason in proptest::option::of(any_word(Reason::ALL)),
            late in any::<bool>(),
        ) {
            match apply(status, action, reason, late) {
                Ok(done) => {
                    prop_assert_ne!(status, Status::Revoked);
                    prop_assert!(done.from.allowed_actions().contains(&action));
                    prop_assert_eq!(done.reason.is_some(), action == Action::Revoke);
                    prop_assert!(!(late && done.to == Status::Active));
                }
                Err(refused) => {
                    let listed = refused.allowed.contains(&action);
                    let by_reason = action == Action::Revoke && !refused.reasons.is_empty();
                    prop_assert_eq!(listed, by_reason);
                }
            }
        }
    }
}

//! Work on a foreign file: what is asked of a process that does nothing else, and what it answers. How the two cross a pipe each
//! is `wire.rs`'s.

mod wire;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::wire::{
    BODY_MAX, Broken, HEAD_MAX, read_answer, read_job, serve, write_answer, write_job,
};
use crate::intake::{self, IntakeError};
use crate::read::{self, Cover, Found, ReadError};
use crate::repair::{self, RepairError};
use crate::stamp::{self, Mark, Placement, StampError, Update, Warning};

/// So many symbols of a file are told of: the largest have 3,116 bytes, and all of them go into the head of an answer.
const SYMBOLS: usize = 4;

/// What is to be done with a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Job {
    /// Makes the update that stamps it, [`stamp::update`].
    Stamp {
        /// The file.
        #[serde(skip)]
        original: Vec<u8>,
        /// Where the stamp goes.
        placement: Placement,
        /// What is drawn.
        mark: Mark,
        /// Whether a file that carries a signature may be stamped.
        allow_signed: bool,
        /// Whether a damaged file is repaired, [`repair::repair`], and the repaired one is stamped.
        #[serde(default)]
        repair: bool,
    },
    /// Finds the symbols in a picture or a PDF, [`read::find`].
    Read {
        /// The file.
        #[serde(skip)]
        file: Vec<u8>,
    },
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Done {
    /// It is stamped.
    Stamped {
        /// The update that stamps the file.
        update: Update,
        /// The file it stamps, where that is the repaired one.
        #[serde(skip)]
        original: Option<Vec<u8>>,
    },
    /// What its symbols hold, those that may be seals first.
    Read(Vec<Found>),
}

/// Why a file was refused: the words for people, and what they are about for programs.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{text}")]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// What is at fault.
    pub fault: Fault,
    /// What is wrong, and the way out.
    pub text: String,
}

/// What is at fault where a file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The file is too large.
    Size,
    /// It is of another kind, or breaks off.
    Kind,
    /// It is encrypted.
    Encryption,
    /// It carries a signature.
    Signature,
    /// It is damaged.
    Damage,
    /// The page that was asked for.
    Page,
    /// The place that was asked for.
    Place,
    /// The size that was asked for.
    SymbolSize,
    /// The words beside the symbol.
    Label,
    /// The address to be drawn.
    Drawing,
}

impl From<IntakeError> for Refusal {
    fn from(error: IntakeError) -> Self {
        let fault = match error {
            IntakeError::TooLarge { .. } => Fault::Size,
            IntakeError::NotPdf | IntakeError::Incomplete => Fault::Kind,
        };
        Self {
            fault,
            text: error.to_string(),
        }
    }
}

impl From<StampError> for Refusal {
    fn from(error: StampError) -> Self {
        let fault = match error {
            StampError::Encrypted => Fault::Encryption,
            StampError::Signed => Fault::Signature,
            StampError::Damaged(_) => Fault::Damage,
            StampError::NoPage { .. } => Fault::Page,
            StampError::Outside { .. } => Fault::Place,
            StampError::TooSmall { .. } | StampError::Size { .. } => Fault::SymbolSize,
            StampError::Label { .. } | StampError::Character { .. } => Fault::Label,
            StampError::Drawing(_) => Fault::Drawing,
        };
        Self {
            fault,
            text: error.to_string(),
        }
    }
}

impl From<RepairError> for Refusal {
    fn from(error: RepairError) -> Self {
        let fault = match error {
            RepairError::Encrypted => Fault::Encryption,
            RepairError::Signed => Fault::Signature,
            RepairError::TooLarge => Fault::Size,
            RepairError::Hopeless(_) => Fault::Damage,
        };
        Self {
            fault,
            text: error.to_string(),
        }
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        let fault = match error {
            ReadError::TooLarge { .. } | ReadError::Pixels { .. } => Fault::Size,
            ReadError::Kind => Fault::Kind,
            ReadError::Encrypted => Fault::Encryption,
            ReadError::Picture { .. } | ReadError::Pdf | ReadError::NoPage | ReadError::Drawing => {
                Fault::Damage
            }
        };
        Self {
            fault,
            text: error.to_string(),
        }
    }
}

impl Job {
    /// What kind of work it is, in a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Stamp { .. } => "stamp",
            Self::Read { .. } => "read",
        }
    }

    /// Does it, in this process.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn perform(&self) -> Result<Done, Refusal> {
        match self {
            Self::Stamp {
                original,
                placement,
                mark,
                allow_signed,
                repair,
            } => {
                let unreadable = "it cannot be read";
                let stamp = |file: &[u8]| {
                    caught(StampError::Damaged(unreadable), || {
                        stamp::update(file, placement, mark, *allow_signed)
                    })
                };
                let made = match intake::check(original) {
                    // What breaks off is damaged too.
                    Err(IntakeError::Incomplete) if *repair => None,
                    checked => {
                        checked?;
                        match stamp(original) {
                            Err(StampError::Damaged(_)) if *repair => None,
                            made => Some(made?),
                        }
                    }
                };
                if let Some(mut update) = made {
                    warn_of_cover(original, &mut update);
                    let original = None;
                    return Ok(Done::Stamped { update, original });
                }
                let hopeless = RepairError::Hopeless(unreadable);
                let whole = caught(hopeless, || repair::repair(original))?;
                intake::check(&whole)?;
                let mut update = match stamp(&whole) {
                    Err(StampError::Damaged(why)) => return Err(RepairError::Hopeless(why).into()),
                    made => made?,
                };
                update.warnings.push(Warning::Repaired);
                warn_of_cover(&whole, &mut update);
                let original = Some(whole);
                Ok(Done::Stamped { update, original })
            }
            Self::Read { file } => {
                let mut found = read::find(file, &read::Limits::default())?;
                found.sort_by_key(|found| !found.is_seal());
                found.truncate(SYMBOLS);
                Ok(Done::Read(found))
            }
        }
    }
}

/// What comes of work on a foreign file. Where a library panics over it, the file is at fault.
fn caught<T, E>(fault: E, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    read::caught(work).unwrap_or(Err(fault))
}

fn warn_of_cover(file: &[u8], update: &mut Update) {
    let page = stamp::Page::Number(update.page);
    match read::covers(file, page, update.covered) {
        Ok(Cover::Nothing) => {}
        Ok(Cover::Something) => update.warnings.push(Warning::Covers),
        Ok(Cover::Unknown) | Err(_) => update.warnings.push(Warning::CoverUnknown),
    }
}

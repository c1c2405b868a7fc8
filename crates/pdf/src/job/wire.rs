//! How a job and its answer cross a pipe each.
//!
//! A message is two lengths (32 bits each, the lowest byte first), a head in JSON, and a body: the file, as it is. Neither
//! side believes a length: a head has at most [`HEAD_MAX`] bytes, a body [`BODY_MAX`], and memory is taken as bytes come.
//! Whoever reads an answer was told it by a process that a file may have taken over, and believes nothing of it.

use std::io::{Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Done, Job, Refusal};

/// Longest head of a message, in bytes.
pub const HEAD_MAX: usize = 64 * 1024;
/// Longest body of a message, in bytes (64 MiB).
pub const BODY_MAX: usize = 64 * 1024 * 1024;

/// The other side's part: takes one job, does it, and answers. Nothing happens where none comes.
///
/// # Errors
/// [`Broken`]; what is wrong with a file is part of the answer.
pub fn serve(mut input: impl Read, mut output: impl Write) -> Result<(), Broken> {
    match read_job(&mut input)? {
        Some(job) => write_answer(&job.perform(), &mut output),
        None => Ok(()),
    }
}

/// Sends a job.
///
/// # Errors
/// [`Broken`]
pub fn write_job(job: &Job, output: &mut impl Write) -> Result<(), Broken> {
    let (Job::Stamp { original: file, .. } | Job::Read { file }) = job;
    write(job, &[file], output)
}

/// Takes a job; `None` where the other side has none.
///
/// # Errors
/// [`Broken`]
pub fn read_job(input: &mut impl Read) -> Result<Option<Job>, Broken> {
    let Some((mut job, body)) = receive(input)? else {
        return Ok(None);
    };
    let (Job::Stamp { original: file, .. } | Job::Read { file }) = &mut job;
    *file = body;
    Ok(Some(job))
}

/// The head of an answer. Its body is the update, and behind it the repaired file, if there is one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<A> {
    answer: A,
    /// How long the repaired file is.
    repaired: Option<usize>,
}

/// Sends an answer.
///
/// # Errors
/// [`Broken`]
pub fn write_answer(answer: &Result<Done, Refusal>, output: &mut impl Write) -> Result<(), Broken> {
    let (update, original): (&[u8], _) = match answer {
        Ok(Done::Stamped { update, original }) => (&update.bytes, original.as_deref()),
        Ok(Done::Read(_)) | Err(_) => (&[], None),
    };
    let repaired = original.map(<[u8]>::len);
    let body = [update, original.unwrap_or_default()];
    write(&Head { answer, repaired }, &body, output)
}

/// Takes an answer.
///
/// # Errors
/// [`Broken`]
pub fn read_answer(input: &mut impl Read) -> Result<Result<Done, Refusal>, Broken> {
    type Answer = Result<Done, Refusal>;
    let (head, mut body) = receive::<Head<Answer>>(input)?.ok_or(Broken::Cut)?;
    let (mut answer, repaired) = (head.answer, head.repaired);
    match &mut answer {
        Ok(Done::Stamped { update, original }) => {
            if let Some(length) = repaired {
                let begin = body.len().checked_sub(length).ok_or(Broken::Parts)?;
                *original = Some(body.split_off(begin));
            }
            if update.hole.start > update.hole.end || update.hole.end > body.len() {
                return Err(Broken::Hole);
            }
            update.bytes = body;
        }
        Ok(Done::Read(_)) | Err(_) if !body.is_empty() => return Err(Broken::TooLong),
        Ok(Done::Read(_)) | Err(_) if repaired.is_some() => return Err(Broken::Parts),
        Ok(Done::Read(_)) | Err(_) => {}
    }
    Ok(answer)
}

/// Why a message did not come across.
#[derive(Debug, Error)]
pub enum Broken {
    /// The pipe failed.
    #[error("the pipe failed: {0}")]
    Pipe(#[from] std::io::Error),
    /// The other side ended within a message.
    #[error("a message was cut short")]
    Cut,
    /// More than a message may have.
    #[error("a message was too long")]
    TooLong,
    /// The head is not what it should be.
    #[error("a message was malformed: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The place of the drawing does not lie in the update.
    #[error("an update had its hole elsewhere")]
    Hole,
    /// A repaired file is said to be where none is.
    #[error("an answer had less than its parts")]
    Parts,
}

fn write(head: &impl Serialize, body: &[&[u8]], output: &mut impl Write) -> Result<(), Broken> {
    let head = serde_json::to_vec(head)?;
    let sum = body.iter().map(|part| part.len()).sum();
    output.write_all(&length(head.len(), HEAD_MAX)?)?;
    output.write_all(&length(sum, BODY_MAX)?)?;
    output.write_all(&head)?;
    for part in body {
        output.write_all(part)?;
    }
    Ok(output.flush()?)
}

fn length(length: usize, most: usize) -> Result<[u8; 4], Broken> {
    let short = u32::try_from(length).ok().filter(|_| length <= most);
    short.map(u32::to_le_bytes).ok_or(Broken::TooLong)
}

fn receive<T: DeserializeOwned>(input: &mut impl Read) -> Result<Option<(T, Vec<u8>)>, Broken> {
    let lengths = part(input, 8)?;
    let Ok([h0, h1, h2, h3, b0, b1, b2, b3]) = <[u8; 8]>::try_from(lengths.as_slice()) else {
        return match lengths.as_slice() {
            [] => Ok(None),
            _ => Err(Broken::Cut),
        };
    };
    let whole = |input: &mut _, length: [u8; 4], most: usize| {
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length > most {
            return Err(Broken::TooLong);
        }
        let bytes = part(input, length)?;
        match bytes.len() == length {
            true => Ok(bytes),
            false => Err(Broken::Cut),
        }
    };
    let head = whole(input, [h0, h1, h2, h3], HEAD_MAX)?;
    let body = whole(input, [b0, b1, b2, b3], BODY_MAX)?;
    Ok(Some((serde_json::from_slice(&head)?, body)))
}

/// So many bytes, or what there is until the end.
fn part(input: &mut impl Read, length: usize) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    let most = u64::try_from(length).unwrap_or(u64::MAX);
    input.by_ref().take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Fault;
    use super::*;
    use crate::intake::IntakeError;
    use crate::stamp::{self, Mark, Page, Placement, StampError, Update, Warning};

    fn job(original: &[u8], x: Option<f64>, size: f64) -> Job {
        Job::Stamp {
            original: original.to_vec(),
            placement: Placement {
                page: Page::Number(3),
                x,
                size,
                label: Some("Größe \u{2028} \"x\"".to_owned()),
                ..Placement::default()
            },
            mark: Mark {
                side: 64,
                reference: "TCR-0000000000000".to_owned(),
                url: "https://documents.example.org/v/TCR-0000000000000".to_owned(),
            },
            allow_signed: true,
            repair: false,
        }
    }

    fn stamped(bytes: &[u8], hole: std::ops::Range<usize>) -> Result<Done, Refusal> {
        let size = 0.1 + 0.2;
        let update = Update {
            covered: stamp::Area {
                x: 0.1 + 0.7,
                y: size,
                width: 1.0 / 3.0,
                height: size,
            },
            bytes: bytes.to_vec(),
            hole,
            page: 7,
            module_mm: 1.0 / 3.0,
            warnings: vec![
                Warning::SmallModules {
                    module_mm: 0.25,
                    size,
                },
                Warning::Signed,
            ],
        };
        let original = None;
        Ok(Done::Stamped { update, original })
    }

    /// The same of a file that was repaired.
    fn repaired(bytes: &[u8], hole: std::ops::Range<usize>, whole: &[u8]) -> Result<Done, Refusal> {
        let mut answer = stamped(bytes, hole);
        if let Ok(Done::Stamped { original, .. }) = &mut answer {
            *original = Some(whole.to_vec());
        }
        answer
    }

    fn sent(answer: &Result<Done, Refusal>) -> Vec<u8> {
        let mut frame = Vec::new();
        write_answer(answer, &mut frame).unwrap();
        frame
    }

    proptest! {
        #[test]
        fn a_job_arrives_as_it_was_sent(
            original in prop::collection::vec(any::<u8>(), 0..2_000),
            x in prop::option::of(prop::num::f64::NORMAL),
            size in prop::num::f64::NORMAL,
        ) {
            let job = job(&original, x, size);
            let mut frame = Vec::new();
            write_job(&job, &mut frame).unwrap();
            let mut rest = frame.as_slice();
            prop_assert_eq!(read_job(&mut rest).unwrap(), Some(job));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn no_bytes_are_a_panic(noise in prop::collection::vec(any::<u8>(), 0..200), at in 0..300_usize) {
            let _ = read_job(&mut noise.as_slice());
            let _ = read_answer(&mut noise.as_slice());
            let mut frame = sent(&stamped(b"12345", 2..4));
            let at = at % frame.len();
            frame.splice(at.., noise);
            let _ = read_answer(&mut frame.as_slice());
        }
    }

    #[test]
    fn an_answer_arrives_as_it_was_sent() {
        let refused = Err(Refusal::from(StampError::Damaged("no objects")));
        for answer in [
            stamped(b"", 0..0),
            stamped(b"12345", 2..4),
            repaired(b"12345", 2..5, b"678"),
            repaired(b"", 0..0, b""),
            repaired(b"1", 0..1, b""),
            refused,
        ] {
            let frame = sent(&answer);
            assert_eq!(read_answer(&mut frame.as_slice()).unwrap(), answer);
            for end in 0..frame.len() {
                let cut = read_answer(&mut &frame[..end]);
                assert!(matches!(cut, Err(Broken::Cut)), "{end}: {cut:?}");
            }
        }
    }

    #[test]
    fn a_hole_lies_in_its_update() {
        #[allow(clippy::reversed_empty_ranges, reason = "what is to be refused")]
        for hole in [4..6, 3..2, 6..6, 0..usize::MAX] {
            let frame = sent(&stamped(b"12345", hole.clone()));
            let read = read_answer(&mut frame.as_slice());
            assert!(matches!(read, Err(Broken::Hole)), "{hole:?}: {read:?}");
        }
    }

    #[test]
    fn a_repaired_file_lies_behind_its_update() {
        let head = |answer: &Result<Done, Refusal>, repaired| {
            let mut frame = Vec::new();
            let head = Head { answer, repaired };
            write(&head, &[b"12345"], &mut frame).unwrap();
            read_answer(&mut frame.as_slice())
        };
        let update = stamped(b"", 0..2);
        assert_eq!(
            head(&update, Some(3)).unwrap(),
            repaired(b"12", 0..2, b"345")
        );
        // The hole would lie in the file.
        assert!(matches!(head(&update, Some(4)), Err(Broken::Hole)));
        for length in [6, usize::MAX] {
            assert!(matches!(head(&update, Some(length)), Err(Broken::Parts)));
        }
        let mut frame = Vec::new();
        let answer = &Ok::<_, Refusal>(Done::Read(vec![]));
        let repaired = Some(0);
        write(&Head { answer, repaired }, &[], &mut frame).unwrap();
        let read = read_answer(&mut frame.as_slice());
        assert!(matches!(read, Err(Broken::Parts)), "{read:?}");
    }

    #[test]
    fn lengths_are_not_believed() {
        let frame = |head: u32, body: u32| [head.to_le_bytes(), body.to_le_bytes()].concat();
        for (head, body) in [(65_537, 0), (u32::MAX, 0)] {
            let read = read_job(&mut frame(head, body).as_slice());
            assert!(matches!(read, Err(Broken::TooLong)), "{read:?}");
        }
        let mut long = frame(2, 64 * 1024 * 1024 + 1);
        long.extend(b"{}");
        assert!(matches!(
            read_job(&mut long.as_slice()),
            Err(Broken::TooLong)
        ));
        let mut cut = frame(2, 64 * 1024 * 1024);
        cut.extend(b"{}and no more");
        assert!(matches!(read_job(&mut cut.as_slice()), Err(Broken::Cut)));
        assert!(matches!(read_job(&mut [].as_slice()), Ok(None)));
    }

    #[test]
    fn members_nobody_knows_are_refused() {
        let mut frame = Vec::new();
        write(
            &serde_json::json!({ "Read": { "pages": 3 } }),
            &[],
            &mut frame,
        )
        .unwrap();
        assert!(matches!(
            read_job(&mut frame.as_slice()),
            Err(Broken::Malformed(_))
        ));
    }

    #[test]
    fn what_is_no_pdf_is_refused_and_nothing_is_said_without_a_job() {
        let mut frame = Vec::new();
        write_job(&job(b"GIF89a", None, 90.0), &mut frame).unwrap();
        let mut answer = Vec::new();
        serve(frame.as_slice(), &mut answer).unwrap();
        let refusal = read_answer(&mut answer.as_slice()).unwrap().unwrap_err();
        assert_eq!(refusal.fault, Fault::Kind);
        assert_eq!(refusal.text, IntakeError::NotPdf.to_string());
        answer.clear();
        serve([].as_slice(), &mut answer).unwrap();
        assert!(answer.is_empty());
    }
}

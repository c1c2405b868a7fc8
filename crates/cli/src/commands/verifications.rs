//! Who asked about documents and stamps, and what was answered: what `documents` and `stamps` share.

use ananke_api::verification::{HistoryEntry, Verdict};
use ananke_client::trust::HistoryFilter;
use ananke_client::{Error, Listing};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Table;
use crate::verify::present::as_word;

/// Which verifications.
#[derive(Debug, clap::Args)]
pub(super) struct Filter {
    /// Of the one with this reference
    #[arg(long)]
    reference: Option<String>,
    /// With this answer: valid, suspended, revoked, expired, invalid, not_found or indeterminate
    #[arg(long, value_parser = parse_verdict)]
    verdict: Option<Verdict>,
    /// Asked at or after this instant
    #[arg(long, value_name = "INSTANT")]
    after: Option<String>,
    /// Asked before this instant
    #[arg(long, value_name = "INSTANT")]
    before: Option<String>,
    /// No more than this many
    #[arg(long, value_name = "COUNT", default_value = "50")]
    limit: usize,
}

fn parse_verdict(text: &str) -> Result<Verdict, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "it is valid, suspended, revoked, expired, invalid, not_found or indeterminate".to_owned()
    })
}

/// Lists them, newest first.
pub(super) async fn list(
    ask: impl Fn(HistoryFilter) -> Listing<HistoryEntry>,
    filter: Filter,
    context: &Context,
) -> Outcome {
    let most = filter.limit;
    let listing = ask(HistoryFilter {
        reference: filter.reference,
        verdict: filter.verdict,
        after: filter.after,
        before: filter.before,
        limit: page(most),
        cursor: None,
    });
    let found = first(listing, most).await?;
    context.output.list(&found, |entries| {
        let table = Table::new(&["AT", "REFERENCE", "VERDICT", "ASKED BY"]);
        entries.iter().fold(table, |table, entry| {
            let (verdict, door) = (as_word(entry.verdict), as_word(entry.door));
            table.row([entry.at.as_str(), &entry.reference, &verdict, &door])
        })
    })?;
    Ok(Exit::Ok)
}

/// Items of a page, where so many are wanted in all.
pub(super) fn page(most: usize) -> Option<u8> {
    u8::try_from(most.clamp(1, 200)).ok()
}

/// The first items of a list.
pub(super) async fn first<T: Unpin>(
    mut listing: Listing<T>,
    most: usize,
) -> Result<Vec<T>, Failure> {
    let mut found = Vec::new();
    while found.len() < most {
        match listing.next().await {
            Some(item) => found.push(item.map_err(|error: Error| Failure::from(error))?),
            None => break,
        }
    }
    Ok(found)
}

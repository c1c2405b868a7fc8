//! The contract of the store: every test runs on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

#[path = "../cluster/mod.rs"]
mod cluster;
mod harness;
mod made;

/// Each test takes a fresh database; the names are listed once.
macro_rules! on_both_engines {
    ($($module:ident: $($test:ident),+;)+) => {
        $(mod $module;)+
        mod sqlite {
            $(mod $module {
                $(#[test]
                fn $test() {
                    let db = crate::harness::Db::new(ananke_store::Engine::Sqlite);
                    crate::$module::$test(&db.unwrap());
                })+
            })+
        }
        mod postgres {
            $(mod $module {
                $(#[test]
                fn $test() {
                    if let Some(db) = crate::harness::Db::new(ananke_store::Engine::Postgres) {
                        crate::$module::$test(&db);
                    }
                })+
            })+
        }
    };
}

on_both_engines! {
    opening: first_start_then_again, sealed_store_reads_and_says_so, newer_schema_is_refused,
        nodes_migrating_at_once, a_tool_reads_beside_the_server, wrong_keys_are_refused,
        a_clock_behind_the_record_is_refused, a_clock_put_back_while_running_issues_nothing,
        five_seconds_behind_are_forgiven_and_no_more;
    issuers: tenants_and_keys, api_keys_and_their_uses, templates;
    documents: issue_and_find, lists_and_filters, conflicts_name_what_collided,
        events_must_fit_their_command, an_index_lies_in_its_list;
    lifecycle: lifecycle_moves_row_and_list, an_older_list_does_not_agree, replacing, renditions,
        artifacts_and_history, leases_never_overlap;
    idempotency: replay_mismatch_and_failure, twins_make_one_document, pruning;
    concurrency: parallel_writers, lifecycle_races_have_one_winner, external_id_race,
        pages_are_stable_under_inserts, many_commands_share_a_commit,
        a_failing_command_harms_no_other, full_queue_refuses, dropping_the_future_cancels_nothing;
    stamps: a_stamp_beside_a_document, a_stamp_that_was_edited, templates_of_three_kinds;
    erasure: the_name_is_in_no_table;
    rewrapping: all_of_it_or_nothing, a_data_key_of_another_node_is_not_passed_over;
    rolling: another_root_once, a_key_that_is_kept_elsewhere;
    tampering: every_column_of_every_authenticated_table, a_header_that_was_changed, rows_removed_or_put_back,
        every_row_is_looked_at_once, files_of_the_same_length;
    anchoring: old_copy_is_refused, missing_or_altered_anchor, empty_database_beside_an_anchor,
        the_anchor_follows_by_itself, a_copy_that_went_on_by_itself_is_refused,
        a_stream_put_back_alone_is_refused;
    leases: one_job_has_one_claim, a_lost_claim_writes_nothing, what_becomes_of_a_job, a_job_that_was_edited_is_left_alone;
    counting: a_limit_is_exact, a_limit_begins_with_the_record, counters_of_keys_and_periods;
    alerting: one_alert_while_it_lasts, channels_and_how_they_fare, a_word_is_given_renewed_and_taken_back, sightings_and_hours_add_up;
    crashing: stream_of_a_killed_process_is_closed;
    copies: a_copy_of_a_running_store_is_whole, a_copy_goes_to_an_engine_like_its_own;
}

mod postgres_only;
mod postgres_writer;
mod source;
mod sqlite_only;
mod sqlite_writer;

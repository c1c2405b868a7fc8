//! G-24 for the secrets of webhooks: they are changed while messages go out, and a receiver that has one secret at a time
//! believes every message.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::channels::{add, signed, test, text};
use crate::receivers::Receiver;
use crate::world::World;

const SENDERS: usize = 4;
const ROUNDS: usize = 8;
const OVERLAP_SECONDS: u32 = 60;

/// Has messages sent until it is over.
async fn send(world: &World, channel: &Value, sent: &AtomicUsize, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        let tested = test(world, channel).await;
        assert_eq!(tested["error"], Value::Null, "{tested}");
        sent.fetch_add(1, Ordering::SeqCst);
    }
}

/// Waits until each sender has sent whole messages that it began after now.
async fn passed(sent: &[AtomicUsize]) {
    for sender in sent {
        let enough = sender.load(Ordering::SeqCst) + 2;
        while sender.load(Ordering::SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Changes the secret again and again, each time with so much overlap. Returns how many messages there were, and how many
/// of them the receiver could not believe.
async fn rotate(world: &World, overlap: u32) -> (usize, usize) {
    let receiver = Receiver::new(&[], None).await;
    let target = format!("http://127.0.0.1:{}/", receiver.port);
    let made = add(world, "webhook", &target).await;
    let path = format!("/v1/alert-channels/{}/rotate-secret", text(&made, "id"));
    let (sent, over) = (
        [const { AtomicUsize::new(0) }; SENDERS],
        AtomicBool::new(false),
    );
    // The secrets it had, each with how many messages had come when it was given the next one.
    let mut secrets: Vec<(String, usize)> = Vec::new();
    let rounds = async {
        let mut secret = text(&made, "secret").to_owned();
        for _ in 0..ROUNDS {
            let rotated = world
                .post(&path, json!({ "overlapSeconds": overlap }))
                .await;
            passed(&sent).await;
            secrets.push((secret, receiver.got().len()));
            secret = text(&rotated.ok(200), "secret").to_owned();
            world.wait(i64::from(OVERLAP_SECONDS) * 1_000);
            passed(&sent).await;
        }
        secrets.push((secret, usize::MAX));
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(
        rounds,
        send(world, &made, &sent[0], &over),
        send(world, &made, &sent[1], &over),
        send(world, &made, &sent[2], &over),
        send(world, &made, &sent[3], &over),
    );
    let got = receiver.got();
    let is_believed = |(at, message): (usize, &crate::receivers::Got)| {
        let (secret, _) = secrets.iter().find(|(_, end)| at < *end).unwrap();
        let signatures = message.header("webhook-signature").split(' ');
        let own = signed(secret, message);
        signatures.into_iter().any(|signature| signature == own)
    };
    let believed = got.iter().enumerate().filter(|one| is_believed(*one));
    (got.len(), got.len() - believed.count())
}

on_both_engines! {
    async fn are_changed_while_messages_go_out(world) {
        let (messages, unbelieved) = rotate(&world, OVERLAP_SECONDS).await;
        assert!(messages > 2 * ROUNDS * SENDERS, "{messages}");
        assert_eq!(unbelieved, 0, "of {messages}");
        // The control: without an overlap the receiver has the wrong one for a while.
        let (messages, unbelieved) = rotate(&world, 0).await;
        assert!(unbelieved > 0, "of {messages}");
    }
}

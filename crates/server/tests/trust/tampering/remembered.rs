//! What a server remembers of a key's row.

use crate::raw::Raw;

on_both_engines! {
    async fn a_key_is_believed_for_a_second_and_no_longer(world) {
        world.get("/v1/whoami").await.ok(200);
        // Another node would delete it with a MAC that holds; here the row is just no longer what it was.
        let mut raw = Raw::open(&world);
        raw.execute("UPDATE api_keys SET deleted_at = 1 WHERE deleted_at IS NULL", &[]).unwrap();
        world.wait(999);
        world.get("/v1/whoami").await.ok(200);
        world.wait(1);
        world.get("/v1/whoami").await.fails(401, "UNAUTHORIZED");
    }
}

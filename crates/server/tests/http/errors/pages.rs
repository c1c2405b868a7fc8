//! The pages behind `type`, and what a browser sees of an error.

use ananke_api::Code;

use crate::world::Answer;

on_both_engines! {
    async fn the_type_of_every_error_is_a_page(world) {
        for code in Code::ALL {
            let page = world.request("GET", &format!("/errors/{}", code.slug())).header("accept", "text/html");
            let page = Answer::of(page).await;
            assert_eq!(page.status, 200, "{code:?}");
            assert!(page.header("content-type").starts_with("text/html"));
            let word = serde_json::to_value(code).unwrap();
            assert!(page.text().contains(word.as_str().unwrap()), "{code:?}");
            assert!(page.text().contains(&code.status().to_string()), "{code:?}");
        }
        let refused = Answer::of(world.request("GET", "/v1/whoami")).await.fails(401, "UNAUTHORIZED");
        let address = refused["type"].as_str().unwrap();
        assert_eq!(address, format!("{}/errors/unauthorized", world.url));
        assert_eq!(Answer::of(world.http.get(address)).await.status, 200);
        assert_eq!(Answer::of(world.request("GET", "/errors")).await.status, 200);
        Answer::of(world.request("GET", "/errors/nothing")).await.fails(404, "NOT_FOUND");
    }

    async fn a_browser_on_a_wrong_page_gets_a_page(world) {
        for (method, path, status) in [("GET", "/nothing", 404), ("GET", "/i/AAAAAA", 404), ("DELETE", "/v", 405)] {
            let answer = Answer::of(world.request(method, path).header("accept", "text/html,*/*;q=0.8")).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.header("content-type").starts_with("text/html"), "{path}");
            assert!(answer.text().contains(answer.header("x-request-id")), "{path}");
        }
        // A program gets its own kind of answer, and the API never answers with a page.
        Answer::of(world.request("GET", "/nothing")).await.fails(404, "NOT_FOUND");
        let answer = world.request("GET", "/v1/nothing").header("accept", "text/html");
        Answer::of(answer).await.fails(404, "NOT_FOUND");
    }

    async fn pages_allow_no_script_and_leak_no_address(world) {
        for path in ["/", "/v", "/v/TRF-ABCD1234", "/errors", "/errors/conflict", "/nothing"] {
            let page = Answer::of(world.request("GET", path).header("accept", "text/html")).await;
            let policy = page.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{path}: {policy}");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
            assert!(!page.text().contains("<script"), "{path}");
        }
    }
}

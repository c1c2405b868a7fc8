//! The two servers, and what an answer of each is compared by.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::names::Names;
use super::operation::{Body, Operation};
use super::operations::State;
use crate::raw::{Cell, Raw};
use crate::world::{Answer, Engine, World, pdf};

/// What one side does wrong on purpose, and on the other not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    None,
    /// `%` and `_` in a filter mean anything.
    Like,
    /// Only ASCII is folded.
    Case,
    /// A list comes in another order.
    Order,
    /// An idempotency key is forgotten.
    Twice,
}

impl Slip {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Like => "a filter read as a pattern",
            Self::Case => "case folded in ASCII only",
            Self::Order => "the first two of a list the other way round",
            Self::Twice => "an idempotency key forgotten",
        }
    }

    /// What this side is asked instead.
    fn ask(self, operation: &Operation) -> Operation {
        let mut slipped = operation.clone();
        for (name, value) in &mut slipped.query {
            let recipient = *name == "recipient";
            if recipient && self == Self::Like && value.contains(['%', '_']) {
                *name = "limit";
                "50".clone_into(value);
            } else if recipient
                && self == Self::Case
                && value.chars().any(|c| !c.is_ascii() && c.is_uppercase())
            {
                "nobody".clone_into(value);
            }
        }
        if self == Self::Twice && operation.repeats {
            slipped
                .headers
                .retain(|(name, _)| *name != "idempotency-key");
        }
        slipped
    }

    /// What this side answers instead.
    fn answer(self, answer: &mut Answer) {
        let mut page = answer.json();
        if self == Self::Order
            && let Some(items) = page.pointer_mut("/items").and_then(Value::as_array_mut)
            && items.len() > 1
        {
            items.swap(0, 1);
            answer.bytes = page.to_string().into_bytes();
        }
    }
}

/// One server, and the names of what is random in its answers.
struct Side {
    world: World,
    names: Names,
    slip: Slip,
}

pub(super) struct Sides {
    one: Side,
    two: Side,
}

impl Sides {
    /// Both servers with their first tenant; `None` where PostgreSQL is not installed. The slip is the second's.
    pub(super) async fn new(slip: Slip) -> Option<Self> {
        let one = Side::new(Engine::Sqlite, Slip::None).await?;
        let two = Side::new(Engine::Postgres, slip).await?;
        // The clock is put back now and then, but never behind the keys of the first start: nothing is signed there.
        for side in [&one, &two] {
            side.world.wait(10_000);
        }
        Some(Self { one, two })
    }

    /// The same on both. The status, or how the answers differ.
    pub(super) async fn both(
        &mut self,
        operation: &Operation,
        state: &mut State,
    ) -> Result<u16, String> {
        let mut tries = 0;
        loop {
            let (one, two) = tokio::join!(
                Box::pin(self.one.send(operation)),
                Box::pin(self.two.send(operation))
            );
            if one.said == two.said {
                state.learn(operation, one.status, &one.json, &mut self.one.names);
                return Ok(one.status);
            }
            // What is noted off the request path may not be noted yet; what is asked again must change nothing.
            tries += 1;
            if !operation.is_noted_later() || tries > 40 {
                return Err(format!("SQLite:\n{}\nPostgreSQL:\n{}", one.said, two.said));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A tenant with a live and a test key, of which the next operations make use.
    pub(super) async fn new_tenant(
        &mut self,
        state: &mut State,
        number: usize,
    ) -> Result<(), String> {
        let code = format!("T{number:05}");
        let tenant =
            json!({"name": format!("Tenant {number}"), "code": code, "timeZone": "Europe/Berlin"});
        let mut operations = vec![Operation::operator("POST", "/tenants", tenant)];
        for mode in ["live", "live", "test"] {
            let key = json!({"name": mode, "mode": mode});
            operations.push(Operation::operator(
                "POST",
                &format!("/tenants/{code}/keys"),
                key,
            ));
        }
        state.new_tenant(code);
        for operation in operations {
            let status = self.both(&operation, state).await?;
            assert_eq!(status, 201, "{operation}");
        }
        let template = state.first_template();
        self.both(&template, state).await.map(drop)
    }

    /// Both stop and start again, on the same data.
    pub(super) async fn restart(&mut self) {
        for side in [&mut self.one, &mut self.two] {
            side.world.stop().await;
            // No process starts within the millisecond in which the last one ended: ids are in order because of that.
            side.world.wait(1);
            side.world.start(&[]).await.unwrap();
            side.jobs_done().await;
        }
    }

    /// What is left: nothing was altered, and every list reads alike.
    pub(super) async fn end(&mut self, state: &State) -> Result<(), String> {
        let mut state = state.clone();
        for operation in state.last_questions() {
            self.both(&operation, &mut state).await?;
        }
        for side in [&self.one, &self.two] {
            let (status, report) = side.world.operator("GET", "/audit/verify", None).await;
            if status != 200 || report["findings"] != json!([]) {
                return Err(format!("{:?}: audit verify: {report}", side.world.engine));
            }
        }
        Ok(())
    }
}

/// An answer with names in the place of what is random.
struct Said {
    status: u16,
    said: String,
    json: Value,
}

impl Side {
    async fn new(engine: Engine, slip: Slip) -> Option<Self> {
        let world = World::new(engine).await?;
        let names = Names::of(world.public_url.trim_start_matches("http://"));
        Some(Self { world, names, slip })
    }

    /// What is due after a start or a move of the clock is done beside the next requests: until then either answer to one is
    /// right. Found with `ANANKE_RIG_SEED=8013535402124332672`.
    async fn jobs_done(&self) {
        let now = self.world.clock.load(Ordering::SeqCst) * 1_000;
        for _ in 0..800 {
            let text = "SELECT count(*) FROM jobs WHERE state = 'waiting' AND (run_at <= $1 OR attempts > 0)";
            let left = Raw::open(&self.world).query(text, &[now.into()]);
            if left == [[Cell::Int(0)]] {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("jobs are not done");
    }

    async fn send(&mut self, operation: &Operation) -> Said {
        let operation = &self.slip.ask(operation);
        match &operation.body {
            Body::Clock(milliseconds) => {
                self.world.wait(*milliseconds);
                self.jobs_done().await;
                Said {
                    status: 200,
                    said: String::new(),
                    json: Value::Null,
                }
            }
            Body::Operator(body) => {
                let body = (!body.is_null()).then(|| body.clone());
                let path = self.names.fill(&operation.path);
                let (status, json) = self.world.operator(operation.method, &path, body).await;
                self.names.learn(&json);
                let said = format!("{status}\n{}", self.names.plain(&json.to_string()));
                Said { status, said, json }
            }
            Body::AllKeys => self.all_keys(operation).await,
            _ => {
                let mut answer = self.answer(operation).await;
                self.slip.answer(&mut answer);
                let json = answer.json();
                self.names.learn(&json);
                let said = self.said(&answer);
                Said {
                    status: answer.status,
                    said,
                    json,
                }
            }
        }
    }

    async fn answer(&self, operation: &Operation) -> Answer {
        let mut request = self
            .world
            .request(operation.method, &self.names.fill(&operation.target()));
        for (name, value) in &operation.headers {
            request = request.header(*name, self.names.fill(value));
        }
        request = match &operation.body {
            Body::Text(text) => request
                .header("content-type", "application/json")
                .body(self.names.fill(text)),
            Body::Parts(text, file) => {
                let mut form = reqwest::multipart::Form::new();
                if let Some((name, text)) = text {
                    form = form.text(*name, self.names.fill(text));
                }
                if let Some(file) = file {
                    let file = reqwest::multipart::Part::bytes(file.clone()).file_name("a.pdf");
                    form = form.part("pdf", file);
                }
                request.multipart(form)
            }
            _ => request,
        };
        Answer::of(request).await
    }

    /// Status, headers but those that tell time and request, and body.
    fn said(&mut self, answer: &Answer) -> String {
        let mut said = format!("{}\n", answer.status);
        let mut headers: Vec<String> = Vec::new();
        for (name, value) in &answer.headers {
            if !["date", "content-length", "x-request-id", "traceparent"].contains(&name.as_str()) {
                headers.push(format!(
                    "{name}: {}",
                    String::from_utf8_lossy(value.as_bytes())
                ));
            }
        }
        headers.sort();
        said += &self.names.plain(&headers.join("\n"));
        said.push('\n');
        if answer.bytes.starts_with(b"%PDF") && answer.bytes != pdf() {
            // A rendition shows reference and hash, drawn and compressed.
            said += "a rendition";
        } else {
            said += &self.names.plain(&answer.text());
        }
        said
    }

    /// Keys are listed in the order of their ids, which are random: all pages, and then sorted.
    async fn all_keys(&mut self, operation: &Operation) -> Said {
        let (mut items, mut pages, mut cursor) = (Vec::new(), 0, None);
        loop {
            let mut page = operation.clone();
            page.query
                .extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let answer = self.answer(&page).await;
            let json = answer.json();
            let Some(found) = json["items"].as_array() else {
                let said = self.said(&answer);
                return Said {
                    status: answer.status,
                    said,
                    json,
                };
            };
            items.extend(found.iter().map(|item| self.names.plain(&item.to_string())));
            pages += 1;
            cursor = json["nextCursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        items.sort();
        let said = format!("{pages} pages\n{}", items.join("\n"));
        Said {
            status: 200,
            said,
            json: Value::Null,
        }
    }
}

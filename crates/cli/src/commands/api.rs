//! `ananke api`: any call of the HTTP contract, by its path.

use std::path::{Path, PathBuf};

use ananke_client::{Client, RawAnswer, RawCall};
use serde_json::{Map, Value};

use super::issue::parse_field;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Table, print_bytes};
use crate::verify::target::{read, standard_input};

/// Headers that say who asks, or where: a command line can be read by everybody on this machine.
const OURS: [&str; 5] = [
    "authorization",
    "content-length",
    "cookie",
    "host",
    "x-api-key",
];

/// Makes a call, and prints the answer as it came.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_parser = method)]
    method: String,
    /// Path on the server, such as /v1/whoami
    path: String,
    /// A text: of the query for GET and DELETE and beside --input, else a member of a JSON body; may be repeated
    #[arg(short = 'f', long = "field", value_name = "KEY=VALUE", value_parser = parse_field)]
    texts: Vec<(String, String)>,
    /// The same with a JSON value, such as 3, true, null or ["a"]
    #[arg(short = 'F', long = "json-field", value_name = "KEY=JSON", value_parser = parse_field)]
    values: Vec<(String, String)>,
    /// The body, from a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// What the body is
    #[arg(long, value_name = "TYPE", default_value = "application/json")]
    content_type: String,
    /// A further header; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME:VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Print status and headers first
    #[arg(short, long)]
    include: bool,
    /// Fetch every page of a list, and print the items of all
    #[arg(long, conflicts_with = "include")]
    paginate: bool,
    /// Say what would be called, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

fn method(text: &str) -> Result<String, String> {
    let method = text.to_ascii_uppercase();
    match method.as_str() {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => Ok(method),
        _ => Err("it is GET, POST, PUT, PATCH or DELETE; such as: api GET /v1/whoami".to_owned()),
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("write it as NAME:VALUE, such as If-Match:\"3\"")?;
    let name = name.trim().to_ascii_lowercase();
    if name == "content-type" {
        return Err("what the body is, --content-type says".to_owned());
    }
    if OURS.contains(&name.as_str()) {
        return Err(format!(
            "{name} is not set by hand: a key comes from `ananke login` or ANANKE_API_KEY"
        ));
    }
    Ok((name, value.trim().to_owned()))
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let call = arguments.call()?;
    let client = context.client()?;
    if arguments.dry_run {
        let (method, url) = (&call.method, client.raw_url(&call)?);
        let body = match &call.body {
            Some((bytes, media_type)) => format!(" with {} bytes of {media_type}", bytes.len()),
            None => String::new(),
        };
        let would = format!("would {method} {url}{body}; nothing was done");
        context.output.say(would);
        return Ok(Exit::Ok);
    }
    if arguments.paginate {
        return pages(&client, call, context).await;
    }
    let answer = client.raw(&call).await?;
    if arguments.include {
        let mut head = format!("{}\n", answer.status);
        for (name, value) in &answer.headers {
            head += &format!("{name}: {value}\n");
        }
        crate::output::print(&format!("{head}\n"))?;
    }
    print_bytes(&answer.body)?;
    // What people and scripts read ends with a line; a file is the same to the byte.
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.contains("json") && answer.body.last().is_some_and(|last| *last != b'\n') {
        print_bytes(b"\n")?;
    }
    refused(&answer)
}

/// The exit code of an answer, with the server's words.
fn refused(answer: &RawAnswer) -> Outcome {
    match answer.error() {
        None => Ok(Exit::Ok),
        Some(error) => Err(ananke_client::Error::Api(Box::new(error)).into()),
    }
}

/// The items of every page.
async fn pages(client: &Client, mut call: RawCall, context: &Context) -> Outcome {
    let query = call.query.clone();
    let mut all = Vec::new();
    loop {
        let answer = client.raw(&call).await?;
        refused(&answer)?;
        let page: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let Some(items) = page.get("items").and_then(Value::as_array) else {
            return Err(Failure::usage(format!(
                "{} answers no list with pages: leave --paginate out",
                call.path
            )));
        };
        all.extend(items.iter().cloned());
        let Some(cursor) = page.get("nextCursor").and_then(Value::as_str) else {
            break;
        };
        let of = ("cursor".to_owned(), cursor.to_owned());
        if call.query.contains(&of) {
            return Err(Failure::error(
                "the server gave the same cursor twice: the list has no end",
            ));
        }
        call.query = query.clone();
        call.query.push(of);
    }
    let output = context.output.json_if(true);
    output.list(&all, |_| Table::new(&[]))?;
    Ok(Exit::Ok)
}

impl Arguments {
    fn call(&self) -> Result<RawCall, Failure> {
        let is_get = self.method == "GET";
        if self.paginate && !is_get {
            return Err(Failure::usage("--paginate is for GET"));
        }
        let in_query = is_get || self.method == "DELETE" || self.input.is_some();
        let mut call = RawCall {
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            ..RawCall::default()
        };
        let mut members = Map::new();
        for (key, text) in &self.texts {
            members.insert(key.clone(), text.as_str().into());
        }
        for (key, text) in &self.values {
            let value = serde_json::from_str(text);
            let value = value.map_err(|error| {
                Failure::usage(format!(
                    "-F {key}={text} is not JSON: {error}; -f takes texts"
                ))
            })?;
            members.insert(key.clone(), value);
        }
        if in_query {
            for (key, value) in members {
                let text = match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                call.query.push((key, text));
            }
        } else if !members.is_empty() {
            let body = Value::Object(members).to_string().into_bytes();
            call.body = Some((body, self.content_type.clone()));
        }
        if let Some(path) = &self.input {
            let body = match path == Path::new("-") {
                true => standard_input()?,
                false => read(path)?,
            };
            call.body = Some((body, self.content_type.clone()));
        }
        Ok(call)
    }
}

//! `ananke serve`: the server, until somebody stops it.

use ananke_server::{Bootstrap, Options, Ready};
use secrecy::ExposeSecret;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::{Directive, LevelFilter};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Paint};
use crate::settings::Settings;

/// Runs the server. Without any setting it listens on this machine only and keeps its data in ./ananke-data.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// The address people reach this server by; it is signed into documents
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Written once the server is ready, as JSON
    #[arg(long, value_name = "FILE")]
    ready_file: Option<String>,
    /// File that holds the newest state of the record, outside the data directory
    #[arg(long, value_name = "FILE")]
    anchor: Option<String>,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let flags = [
        ("server.listen", arguments.listen, "--listen"),
        ("server.public_url", arguments.public_url, "--public-url"),
        ("server.ready_file", arguments.ready_file, "--ready-file"),
        ("data.anchor", arguments.anchor, "--anchor"),
    ];
    let config = arguments.settings.layers(&flags)?.check()?;
    log(&config.log.format, &config.log.level)?;
    let data = config.data.dir.clone();
    let options = Options {
        bootstrap: Bootstrap::from_env()?,
        ..Options::default()
    };
    // Before the server is ready, so that nobody who waits for it can stop it too early.
    let failed = |error: std::io::Error| Failure::error(format!("signals: {error}"));
    let mut terminated = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut running = Box::pin(ananke_server::start(config, options))
        .await
        .map_err(|error| Failure::error(crate::verify::evidence::chain(&error)))?;
    context
        .output
        .say(words(&running.ready, &data.display().to_string()));
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
        () = running.stopped() => return Err(Failure::error("the listener ended by itself; the log says why")),
    }
    context.output.say("stopping: running requests may end");
    running.stop().await;
    Ok(Exit::Ok)
}

/// Log lines on standard error.
fn log(format: &str, level: &str) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .map_err(|error| Failure::usage(format!("setting `log.level`: {error}")))?
        // The driver logs the values of statements: names, addresses, credentials. They belong into no log.
        .add_directive(at_most_warnings("tokio_postgres"))
        .add_directive(at_most_warnings("postgres"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(Paint::stderr().is_on())
        // A line that cannot be written is lost. To say so there, as this would, panics: with the disk of the log full,
        // whatever had something to log ended, the writer too.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let set = if format == "json" {
        // The span of the request says which one a line belongs to.
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init()
    } else {
        lines.with_target(false).try_init()
    };
    set.map_err(|error| Failure::error(format!("log: {error}")))
}

fn at_most_warnings(target: &str) -> Directive {
    format!("{target}=warn")
        .parse()
        .unwrap_or_else(|_| LevelFilter::WARN.into())
}

/// What people are told once the server is ready.
fn words(ready: &Ready, data: &str) -> String {
    let mode = if ready.sealed {
        "sealed: verification only"
    } else {
        "live and test"
    };
    let facts = Facts::new()
        .with("  url", &ready.url)
        .maybe(
            "  public url",
            Some(&ready.public_url).filter(|url| **url != ready.url),
        )
        .with("  data", format!("{data} ({})", ready.engine))
        .with("  mode", mode)
        .with("  issuer", &ready.issuer_code)
        .with("  root", &ready.root_fingerprint)
        .maybe(
            "  live key",
            ready.live_key.as_ref().map(ExposeSecret::expose_secret),
        )
        .maybe(
            "  test key",
            ready.test_key.as_ref().map(ExposeSecret::expose_secret),
        );
    let mut text = format!("\nananke {} is ready\n{}", ready.version, facts.render());
    if ready.live_key.is_some() {
        text += "  The keys are shown now and never again.\n";
    }
    text
}

//! `ananke serve`: the server, until somebody stops it.

use ananke_server::telemetry::lines::{Format, write_to_stderr};
use ananke_server::{Bootstrap, Options, Running};
use secrecy::ExposeSecret;
use tokio::signal::unix::{Signal, SignalKind, signal};

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
    let config = arguments.settings.layers(&flags)?.check_to_serve()?;
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
    // Only where there is something to read again: without, it ends the server, as when a terminal is closed.
    let mut hung_up = match config.server.tls_certificate.is_empty() {
        true => None,
        false => Some(signal(SignalKind::hangup()).map_err(failed)?),
    };
    let mut running = Box::pin(ananke_server::start(config, options))
        .await
        .map_err(|error| Failure::error(crate::verify::evidence::chain(&error)))?;
    context
        .output
        .say(words(&running, &data.display().to_string()));
    loop {
        tokio::select! {
            _ = terminated.recv() => break,
            _ = interrupted.recv() => break,
            () = next(&mut hung_up) => running.read_certificate_again().await,
            () = running.stopped() => return Err(Failure::error("the listener ended by itself; the log says why")),
        }
    }
    context.output.say("stopping: running requests may end");
    running.stop().await;
    Ok(Exit::Ok)
}

/// Waits for a signal; for ever, where nobody listens for it.
async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Log lines on standard error.
fn log(format: &str, level: &str) -> Result<(), Failure> {
    let format = match format {
        "json" => Format::Json,
        _ => Format::Text {
            colours: Paint::stderr().is_on(),
        },
    };
    write_to_stderr(format, level).map_err(|error| Failure::error(format!("log: {error}")))
}

/// What people are told once the server is ready.
fn words(running: &Running, data: &str) -> String {
    let ready = &running.ready;
    let mode = if ready.sealed {
        "sealed: verification only"
    } else {
        "live and test"
    };
    let facts = Facts::new()
        .with("  url", &ready.url)
        .maybe("  metrics", ready.metrics_url.as_deref())
        .maybe(
            "  public url",
            Some(&ready.public_url).filter(|url| **url != ready.url),
        )
        .maybe(
            "  certificate",
            running
                .certificate_expires()
                .map(|end| format!("until {end}")),
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

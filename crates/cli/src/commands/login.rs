//! `ananke login` and `ananke logout`: a key and its server, kept under a name.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use super::profile::{Shown, facts};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::passphrase;
use crate::profiles::choice::{builder, normal};
use crate::profiles::file::{KeptIn, Profile, Profiles};
use crate::profiles::{FIRST, alone, keys, name};

/// Keeps a key under the name of a profile.
#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Further certificate authorities to believe there, PEM [default: ANANKE_CA_FILE]
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

/// Forgets the key of a profile, and the profile.
#[derive(Debug, clap::Args)]
pub(crate) struct Logout {
    #[command(flatten)]
    which: Which,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Which {
    /// Which profile [default: ANANKE_PROFILE, else the one in use]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// All profiles
    #[arg(long)]
    all: bool,
}

/// Runs `login`.
pub(crate) async fn login(arguments: Login, context: &Context) -> Outcome {
    let profiles = Profiles::read()?;
    let said = &context.said;
    let named = said.named().map(|(_, name)| name.to_owned());
    let is_named = named.is_some();
    let name = name(&named.unwrap_or_else(|| {
        let in_use = profiles.in_use().map(|(name, _)| name);
        in_use.unwrap_or(FIRST).to_owned()
    }))
    .map_err(Failure::usage)?;
    let before = profiles.by_name.get(&name).cloned();
    // Of another server than before nothing is known.
    let address = said.address().map(|(_, address)| normal(address));
    let address = address.transpose()?;
    let same = before.as_ref().filter(|before| {
        address
            .as_ref()
            .is_none_or(|address| *address == before.base_url)
    });
    if let (Some(before), None, false) = (&before, same, is_named) {
        return Err(Failure::usage(format!(
            "profile {name:?} is for {}, and its key would be lost: name another one for this server with --profile NAME, or \
             this one, to put the new key in its place",
            before.base_url
        )));
    }
    let ca_file = ca_file(arguments.ca_file, same)?;
    let key = key(context)?;
    let mut settings = builder(said, same);
    if let Some(path) = &ca_file {
        settings = settings.ca_file(path);
    }
    let client = settings.api_key(key.clone()).build()?;
    let base_url = client.base_url().to_owned();
    let who = client.whoami().await.map_err(|error| {
        let failure = match error.api() {
            Some(api) if api.status == 401 => Failure::answer(401, format!("{base_url}: {api}")),
            _ => Failure::from(error),
        };
        Failure::with(
            failure.exit,
            format!("{}; nothing was stored", failure.message),
        )
    })?;
    let alone = alone()?;
    // As they are by now: another login may have come between.
    let mut profiles = Profiles::read()?;
    let before = profiles.by_name.get(&name).cloned();
    let (kept_in, words) = keys::store(&name, &base_url, &key, context.may_ask)?;
    if let Some(words) = words {
        // Said also to the quiet: a secret lies somewhere else than asked for.
        crate::output::say(&words);
    }
    let profile = Profile {
        base_url: base_url.clone(),
        ca_file,
        tenant: format!("{} ({})", who.tenant, who.issuer_code),
        key_prefix: who.key.prefix.clone(),
        kept_in,
    };
    profiles.by_name.insert(name.clone(), profile.clone());
    profiles.current = Some(name.clone());
    profiles.write()?;
    if let Some(before) = &before {
        if before.base_url != base_url {
            context.output.say(format!(
                "profile {name:?} was for {}, and is for {base_url} now",
                before.base_url
            ));
        }
        // Its key is another entry of the keyring, where it is not the one just written over.
        let is_other = before.base_url != base_url || kept_in == KeptIn::File;
        if before.kept_in == KeptIn::Keyring && is_other {
            warned(keys::forget(&name, before, context.may_ask));
        }
    }
    drop(alone);
    context.output.say(format!(
        "logged in; commands ask {base_url} as {} from now on",
        profile.tenant
    ));
    if said.has_variable_key {
        context
            .output
            .say("ANANKE_API_KEY is set and goes before every profile: unset it to use this one");
    }
    let shown = Shown::new(&name, &profile, true);
    context.output.one(&shown, || facts(&shown).render())?;
    Ok(Exit::Ok)
}

/// What could not be forgotten is told, and holds nothing up.
fn warned(forgotten: Result<(), Failure>) -> bool {
    let failure = forgotten.err();
    if let Some(failure) = &failure {
        crate::output::say(&failure.message);
    }
    failure.is_some()
}

/// The authorities' file by its whole path: commands are run in other directories.
fn ca_file(flag: Option<PathBuf>, before: Option<&Profile>) -> Result<Option<PathBuf>, Failure> {
    let variable = std::env::var("ANANKE_CA_FILE").ok();
    let variable = variable.filter(|path| !path.trim().is_empty());
    let path = match flag.or(variable.map(PathBuf::from)) {
        Some(path) => path,
        None => return Ok(before.and_then(|before| before.ca_file.clone())),
    };
    let whole = path.canonicalize();
    whole
        .map(Some)
        .map_err(|error| Failure::file(&path, &error))
}

fn key(context: &Context) -> Result<SecretString, Failure> {
    let key = passphrase::line("API key: ", context.may_ask)?;
    let key = SecretString::from(key.expose_secret().trim());
    if key.expose_secret().is_empty() {
        return Err(Failure::usage(
            "there is no key: type it, or give it on standard input, such as `ananke login < key-file`",
        ));
    }
    Ok(key)
}

/// Runs `logout`.
pub(crate) fn logout(arguments: Logout, context: &Context) -> Outcome {
    let _alone = match Profiles::read()?.by_name.is_empty() {
        true => None,
        false => Some(alone()?),
    };
    let mut profiles = Profiles::read()?;
    let names: Vec<String> = match (arguments.which.all, arguments.which.profile) {
        (true, _) => profiles.by_name.keys().cloned().collect(),
        (false, flag) => {
            let variable = context.said.variable_profile.clone();
            let in_use = profiles.in_use().map(|(name, _)| name.to_owned());
            let named = flag.or(variable).or(in_use);
            named.into_iter().collect()
        }
    };
    if names.is_empty() {
        context.output.say("there is no profile to log out of");
        return Ok(Exit::Ok);
    }
    let mut is_all_forgotten = true;
    for name in names {
        let profile = profiles.named(&name)?.clone();
        let (server, key) = (&profile.base_url, &profile.key_prefix);
        if arguments.dry_run {
            context.output.say(format!(
                "would forget profile {name:?} with its key {key} of {server}; nothing was done"
            ));
            continue;
        }
        is_all_forgotten &= !warned(keys::forget(&name, &profile, context.may_ask));
        profiles.by_name.remove(&name);
        if profiles.current.as_ref() == Some(&name) {
            profiles.current = None;
        }
        profiles.write()?;
        let id = key.rsplit('_').next().unwrap_or_default();
        context.output.say(format!(
            "forgot profile {name:?}; its key {key} goes on working for whoever has it, until `ananke keys delete {id}`"
        ));
    }
    match is_all_forgotten {
        true => Ok(Exit::Ok),
        false => Ok(Exit::Error),
    }
}

//! What a process may do that a foreign file may take over: it has so much memory and so many seconds, opens nothing, makes no
//! process and no thread, and reads and writes the pipes it was started with. It gives everything else up by itself, before
//! it reads a byte.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Memory it may have, as addresses: program, file, and what is made of it (1 GiB).
pub const MEMORY: u64 = 1 << 30;

/// Why a process could not be confined.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unconfined {
    /// The system sets no such limit.
    #[error("a limit cannot be set: {0}")]
    Limit(#[from] rustix::io::Errno),
    /// The system does not filter calls.
    #[error("system calls cannot be filtered: {0}")]
    Filter(String),
}

/// Takes from this process, for good, what it does not need. Without `filtered` it keeps its system calls, and only the
/// limits of the system hold.
pub(super) fn apply(seconds: u64, filtered: bool) -> Result<(), Unconfined> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    for (resource, most) in [
        (Resource::Cpu, seconds),
        (Resource::As, MEMORY),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ] {
        let most = Some(most);
        let limit = Rlimit {
            current: most,
            maximum: most,
        };
        setrlimit(resource, limit)?;
    }
    match filtered {
        true => filter(),
        false => Ok(()),
    }
}

/// Lets calls pass that touch nothing but this process's own memory and its pipes. Any other is its end. No program that
/// it might become has rights it has not.
#[cfg(target_os = "linux")]
fn filter() -> Result<(), Unconfined> {
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch,
    };

    let failed = |error: seccompiler::BackendError| Unconfined::Filter(error.to_string());
    let flag = |flag: libc::c_int| u64::try_from(flag).unwrap_or_default();
    let argument = |at, operator, value| {
        SeccompCondition::new(at, SeccompCmpArgLen::Dword, operator, value).map_err(failed)
    };
    let rule = |conditions| SeccompRule::new(conditions).map_err(failed);
    let descriptor = |number| rule(vec![argument(0, SeccompCmpOp::Eq, number)?]);
    let no_code = || argument(2, SeccompCmpOp::MaskedEq(flag(libc::PROT_EXEC)), 0);
    let no_file = || {
        let anonymous = flag(libc::MAP_ANONYMOUS);
        argument(3, SeccompCmpOp::MaskedEq(anonymous), anonymous)
    };
    let itself = || argument(0, SeccompCmpOp::Eq, std::process::id().into());
    let abort = || argument(2, SeccompCmpOp::Eq, flag(libc::SIGABRT));
    let always = Vec::new;
    let calls = [
        // Its pipes, whatever else it may have been started with.
        (libc::SYS_read, vec![descriptor(0)?]),
        (libc::SYS_write, vec![descriptor(1)?, descriptor(2)?]),
        // Memory that holds no code and shows no file.
        (libc::SYS_mmap, vec![rule(vec![no_code()?, no_file()?])?]),
        (libc::SYS_mprotect, vec![rule(vec![no_code()?])?]),
        (libc::SYS_munmap, always()),
        (libc::SYS_mremap, always()),
        (libc::SYS_madvise, always()),
        (libc::SYS_brk, always()),
        // What runs by itself: locks, seeds of tables, the end.
        (libc::SYS_futex, always()),
        (libc::SYS_getrandom, always()),
        (libc::SYS_clock_gettime, always()),
        (libc::SYS_sigaltstack, always()),
        (libc::SYS_rt_sigprocmask, always()),
        (libc::SYS_rt_sigreturn, always()),
        // To end itself where memory is short, and nobody else.
        (libc::SYS_getpid, always()),
        (libc::SYS_gettid, always()),
        (libc::SYS_tgkill, vec![rule(vec![itself()?, abort()?])?]),
        (libc::SYS_exit, always()),
        (libc::SYS_exit_group, always()),
    ];
    let machine = TargetArch::try_from(std::env::consts::ARCH).map_err(failed)?;
    let filter = SeccompFilter::new(
        calls.into_iter().collect(),
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        machine,
    );
    let program = BpfProgram::try_from(filter.map_err(failed)?).map_err(failed)?;
    seccompiler::apply_filter(&program).map_err(|error| Unconfined::Filter(error.to_string()))
}

#[cfg(not(target_os = "linux"))]
fn filter() -> Result<(), Unconfined> {
    Err(Unconfined::Filter("that takes Linux".to_owned()))
}

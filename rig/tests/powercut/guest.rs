//! The machine whose power is cut: QEMU without hardware help, Debian's cloud kernel, a shell, and the server on a disk
//! with a volatile write cache.
//!
//! What it boots is taken from packages that `./run soak powercut` unpacks; nothing of them is installed.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ananke_rig::http;
use ananke_rig::nbd::Cable;
use ananke_rig::platter::{Cut, Platter};
use ananke_rig::seed::Seed;
use ananke_rig::server::Process;

/// Emulated, and next to a build: only against waiting for ever.
const PATIENCE: Duration = Duration::from_secs(400);
/// As large as a few thousand documents need.
const DISK: u64 = 384 << 20;
/// In the order they are loaded.
const MODULES: [&str; 9] = [
    "virtio_ring",
    "virtio",
    "virtio_pci_modern_dev",
    "virtio_pci_legacy_dev",
    "virtio_pci",
    "virtio_blk",
    "failover",
    "net_failover",
    "virtio_net",
];

/// What every machine boots from: a kernel, and a first file system in memory.
#[derive(Debug)]
pub(crate) struct Boot {
    kernel: PathBuf,
    memory: PathBuf,
}

impl Boot {
    /// Collected from the unpacked packages, the program, and the libraries it names.
    pub(crate) fn collect(dir: &Path, program: &Path) -> Self {
        let parts = std::env::var_os("ANANKE_RIG_GUEST");
        let parts =
            PathBuf::from(parts.expect("./run soak powercut says where the guest's parts are"));
        let root = dir.join("memory");
        for folder in ["bin", "dev", "disk", "modules", "proc", "sys", "tmp"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        fs::copy(parts.join("bin/busybox"), root.join("bin/busybox")).expect("busybox");
        let modules = files(&parts.join("lib/modules"));
        for name in MODULES {
            let file = format!("{name}.ko");
            let found = modules.iter().find(|path| path.ends_with(&file));
            let found = found.unwrap_or_else(|| panic!("the kernel has no {file}"));
            fs::copy(found, root.join("modules").join(&file)).expect("a module");
        }
        let stripped = root.join("bin/ananke-rig");
        run(Command::new("strip").arg("-o").arg(&stripped).arg(program));
        let libraries = output(Command::new("ldd").arg(program));
        for library in libraries
            .split_whitespace()
            .filter(|word| word.starts_with('/'))
        {
            let into = root.join(library.trim_start_matches('/'));
            fs::create_dir_all(into.parent().expect("a folder")).expect("a folder");
            fs::copy(library, into).expect("a library");
        }
        for (name, text) in [
            ("init", include_str!("init.sh")),
            ("bin/audit", include_str!("audit.sh")),
        ] {
            let path = root.join(name);
            fs::write(&path, text).expect("a script");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        }
        let memory = dir.join("memory.cpio");
        let pack = "find . | ./bin/busybox cpio -o -H newc -R 0:0";
        run(Command::new("sh")
            .args(["-c", pack])
            .current_dir(&root)
            .stderr(Stdio::null())
            .stdout(fs::File::create(&memory).expect("a file")));
        let kernel = files(&parts.join("boot"));
        let kernel = kernel.into_iter().find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("vmlinuz-")
        });
        Self {
            kernel: kernel.expect("a kernel"),
            memory,
        }
    }
}

/// One disk, and the machines that run on it one after the other.
pub(crate) struct Guest<'a> {
    boot: &'a Boot,
    dir: PathBuf,
    platter: Arc<Mutex<Platter>>,
    /// What the guest's environment says besides.
    variables: &'a [&'a str],
    boots: usize,
}

impl<'a> Guest<'a> {
    /// A disk with the files of this directory.
    pub(crate) fn new(boot: &'a Boot, dir: &Path, files: &Path, variables: &'a [&'a str]) -> Self {
        let image = dir.join("disk");
        let file = fs::File::create_new(&image).expect("a new disk");
        file.set_len(DISK).expect("its size");
        run(Command::new("mke2fs")
            .args(["-q", "-F", "-t", "ext4", "-b", "4096", "-d"])
            .args([files, image.as_path()]));
        let platter = Platter::open(&image).expect("the disk");
        Self {
            boot,
            dir: dir.to_owned(),
            platter: Arc::new(Mutex::new(platter)),
            variables,
            boots: 0,
        }
    }

    /// Switches the machine on.
    pub(crate) fn on(&mut self) -> Machine {
        self.boots += 1;
        self.platter.lock().expect("the disk").power_on();
        let console = self.dir.join(format!("console.{}", self.boots));
        let socket = self.dir.join("socket");
        let cable = Cable::plug(&self.platter, &socket);
        let [http, audit] = [free(), free()];
        // On a busy host an emulated timer may come too late for the kernel's check, which then panics.
        let words = format!(
            "console=ttyS0 quiet panic=-1 no_timer_check rdinit=/init {}",
            self.variables.join(" ")
        );
        let mut command = Command::new("nice");
        command
            .args(["-n", "5", "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot"])
            .args(["-machine", "pc,accel=tcg", "-cpu", "max", "-smp", "1", "-m", "768"])
            .args(["-display", "none", "-append", &words])
            .arg("-kernel")
            .arg(&self.boot.kernel)
            .arg("-initrd")
            .arg(&self.boot.memory)
            .args(["-serial", &format!("file:{}", console.display())])
            .arg("-blockdev")
            .arg(format!(
                "driver=nbd,node-name=disk,server.type=unix,server.path={}",
                socket.display()
            ))
            .arg("-device")
            .arg("virtio-blk-pci,drive=disk,write-cache=on,logical_block_size=4096,physical_block_size=4096")
            .arg("-netdev")
            .arg(format!(
                "user,id=net,restrict=on,hostfwd=tcp:{http}-:8787,hostfwd=tcp:{audit}-:8788"
            ))
            .args(["-device", "virtio-net-pci,netdev=net,romfile="])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.dir.join("qemu")).expect("a file"));
        Machine {
            began: Instant::now(),
            qemu: Process::spawn(&mut command),
            cable,
            platter: Arc::clone(&self.platter),
            console,
            said: self.dir.join("qemu"),
            http,
            audit,
        }
    }

    /// How often the guests asked the disk to keep what it has.
    pub(crate) fn flushes(&self) -> u64 {
        self.platter.lock().expect("the disk").flushes()
    }
}

/// A machine with its power on.
pub(crate) struct Machine {
    began: Instant,
    qemu: Process,
    cable: Cable,
    platter: Arc<Mutex<Platter>>,
    console: PathBuf,
    said: PathBuf,
    /// Where its server can be asked.
    pub(crate) http: SocketAddr,
    audit: SocketAddr,
}

impl Machine {
    /// Waits until the server is being started.
    pub(crate) fn starting(&mut self) {
        self.wait("rig: starting", |machine| {
            machine.said("rig: starting").then_some(())
        });
    }

    /// Waits until the server is ready; gives how long that took since the power was on.
    pub(crate) fn ready(&mut self) -> Duration {
        self.starting();
        assert!(
            self.said("rig: write back"),
            "a disk with a cache: {}",
            self.log()
        );
        self.wait("a server that is ready", |machine| {
            let ready = http::get(machine.http, "/readyz", &[]).ok()?;
            (ready.status == 200).then_some(())
        });
        self.began.elapsed()
    }

    /// Whether its console says this.
    pub(crate) fn said(&self, words: &str) -> bool {
        self.log().contains(words)
    }

    /// What its console says.
    pub(crate) fn log(&self) -> String {
        let read =
            |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
        read(&self.console) + &read(&self.said)
    }

    /// `ananke audit verify` in the guest: whether everything is as it was recorded, and its words.
    pub(crate) fn audit(&self) -> (bool, String) {
        let mut words = String::new();
        let read = TcpStream::connect(self.audit)
            .and_then(|mut stream| std::io::Read::read_to_string(&mut stream, &mut words));
        match read {
            Ok(_) => (words.trim_end().ends_with("rig: exit 0"), words),
            Err(error) => (false, format!("{error}: {words}")),
        }
    }

    /// Cuts the power: first the disk's, so that nothing the machine still sends is kept.
    pub(crate) fn cut(self, seed: &mut Seed) -> Cut {
        let cut = self.platter.lock().expect("the disk").cut(seed);
        self.qemu.kill();
        self.cable.unplug();
        cut.expect("the disk's file")
    }

    fn wait<T>(&mut self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let over = self.qemu.ended().is_some() || self.said("rig: over");
            let late = self.began.elapsed() > PATIENCE;
            assert!(!over && !late, "waited in vain for {what}: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A port that nobody has.
fn free() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its number")
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("its kind").is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn run(command: &mut Command) {
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

fn output(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

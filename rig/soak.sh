# What takes longer than tests may: `./run soak` and `./run fuzz` read this file, whose words for packages are those of `run`.
# shellcheck shell=sh

emulator_packages="qemu-system-x86 e2fsprogs binutils" # a machine whose power can be cut

# The goals of docs/reliability.md, each with its number.
names='kills [5000]          kill -9 under issuance
  fsync [1]             every N-th sync and write fails
  full [2000]           so many full disks
  flips [10000]         flipped bits of the database
  backups [50]          and moments between them
  migrations [100]      kill -9 in a migration
  restarts [100]        of PostgreSQL
  failover [100]        of PostgreSQL
  commits [200]         that wait for their standby
  partitions [200]      of a node and its database
  rotation [600]        seconds of API keys, and of signing keys, rotated under load
  leases [500]          nodes that sleep for a minute while they have a job
  guesses [1000000]     API keys, at random and near a good one
  differential [100000] random sequences on both engines, and cases for both verifiers, of a seed that is told
  contract [3600]       seconds of schemathesis
  powercut [500]        of an emulated machine
  mutants [N [PART]]    all, or N of each part: format, store, server'

# soak NAME [N]
soak() {
  case ${1:-} in
  kills) ANANKE_RIG_KILLS=${2:-5000} rigged kills::kills ;;
  fsync) ANANKE_RIG_STEP=${2:-1} rigged disk::failing ;;
  full) ANANKE_RIG_THRESHOLDS=${2:-2000} rigged full:: ;;
  flips) ANANKE_RIG_FLIPS=${2:-10000} rigged tampering::flipped ;;
  backups) ANANKE_RIG_BACKUPS=${2:-50} rigged backups:: moments:: ;;
  migrations) ANANKE_RIG_MIGRATIONS=${2:-100} rigged migrations::kills ;;
  restarts) ANANKE_RIG_RESTARTS=${2:-100} rigged restarts:: ;;
  failover) ANANKE_RIG_FAILOVERS=${2:-100} rigged failover:: ;;
  commits) ANANKE_RIG_COMMITS=${2:-200} rigged commits:: ;;
  partitions) ANANKE_RIG_PARTITIONS=${2:-200} rigged partitions:: ;;
  leases) ANANKE_RIG_PAUSE_SECONDS=60 ANANKE_RIG_LEASES=${2:-500} rigged leases::a_node ;;
  rotation) ANANKE_RIG_ROTATION_SECONDS=${2:-600} rigged rotation:: signing:: ;;
  guesses) ANANKE_GUESSES=${2:-1000000} cargo test --locked --test http guessing:: -- --nocapture ;;
  differential)
    ANANKE_DIFFERENTIAL=${2:-100000} cargo test --locked --test http differential::both && judged "${2:-100000}"
    ;;
  contract)
    python_modules interop && ANANKE_SCHEMATHESIS_SECONDS=${2:-3600} cargo test -p ananke-rig --locked --test schemathesis
    ;;
  powercut) powercut "${2:-500}" ;;
  mutants) mutants "${2:-0}" "${3:-format store server}" ;;
  *) stop "soak what?
  $names" ;;
  esac
}

# judged N: what both implementations of the verifier say of so many cases.
judged() {
  node_modules sdk/verify && verdicts && npm run --prefix sdk/verify build &&
    ANANKE_VERIFY_CASES=$1 ANANKE_VERIFY_SEED=$(date +%s) node --test --test-reporter=spec sdk/verify/test/agreement.test.mjs
}

rigged() { cargo test -p ananke-rig --locked --test rig -- "$@"; }

# unpacked FOLDER NAME…: the content of packages that nobody wants installed, a kernel above all.
unpacked() {
  folder=$1
  shift
  mkdir -p "$folder"
  for name; do
    [ ! -e "$folder/.$name" ] || continue
    say "unpacking $name"
    package=$(mktemp -d) && (cd "$package" && apt-get -o APT::Sandbox::User=root download -qq "$name")
    dpkg -x "$package"/*.deb "$folder" && rm -r "$package" && : >"$folder/.$name"
  done
}

# The machine whose power is cut: its emulator, and what it boots.
powercut() {
  command -v apt-get >/dev/null || stop "not a Debian machine: the guest's kernel is one of Debian's packages"
  # shellcheck disable=SC2086
  packages $emulator_packages
  kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p')
  [ -n "$kernel" ] || stop "no kernel: run apt-get update"
  unpacked "target/powercut/$kernel" "$kernel" busybox-static # one kernel to a folder
  ANANKE_RIG_GUEST=$PWD/target/powercut/$kernel ANANKE_RIG_ROUNDS=$1 \
    cargo test -p ananke-rig --locked --test powercut -- --test-threads 1
}

# Mutation testing, in a copy of the tree that has builds of its own: faults are put into the sources one by one, and
# the tests of that crate have to notice.
mutants() {
  version=27.1.0
  PATH=$PWD/target/tools/bin:$PATH
  [ "$(cargo mutants --version 2>/dev/null)" = "cargo-mutants $version" ] ||
    cargo install --quiet --locked --root target/tools --version "$version" cargo-mutants
  tree=target/mutants/tree seed=${ANANKE_RIG_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
  rm -rf "$tree" && mkdir -p "$tree"
  # Not with their times: what was built last was a mutant, and must not be taken for newer.
  git ls-files -z | xargs -0 cp --parents -t "$tree"
  export CARGO_TARGET_DIR="$PWD/target/mutants/build"
  say "G-46: ANANKE_RIG_SEED=$seed"
  failed=
  for part in $2; do
    case $part in
    format) mutated format "$1" 'crates/format/src/**' ;;
    store) mutated store "$1" 'crates/store/src/**' ;;
    server)
      mutated server "$1" 'crates/server/src/http/auth/**' 'crates/server/src/http/idempotency.rs' \
        'crates/server/src/keys/**' 'crates/server/src/rates/**'
      ;;
    *) stop "mutants of what? format, store, server" ;;
    esac || failed="$failed $part"
  done
  [ -z "$failed" ] || stop "fewer than 95 % killed:$failed"
}

# mutated CRATE N FILES…: about N of their mutants, every k-th from one that the seed chooses; 0 means all.
mutated() {
  crate=$1 some=$2
  shift 2
  # Those of the server from outside are a package of their own.
  tests="--test-package ananke-$crate"
  [ "$crate" != server ] || tests="$tests --test-package ananke-server-tests"
  for files; do set -- "$@" --file "$files" && shift; done
  total=$(cd "$tree" && cargo mutants --list "$@" | wc -l) step=1
  [ "$some" = 0 ] || [ "$some" -gt "$total" ] || step=$((total / some))
  results=$PWD/target/mutants/$crate
  rm -rf "$results"
  # 2: some were missed, 3: some made a test hang. The numbers say so below.
  # shellcheck disable=SC2086
  (cd "$tree" && cargo mutants "$@" --in-place --sharding round-robin --shard "$((seed % step))/$step" \
    $tests --cargo-arg=--locked --cargo-test-arg=--lib --cargo-test-arg=--tests \
    --output "$results") || case $? in 2 | 3) ;; *) stop "no mutants of $crate" ;; esac
  for kind in caught timeout missed unviable; do wc -l <"$results/mutants.out/$kind.txt"; done | paste -sd ' ' |
    awk -v crate="$crate" -v total="$total" '{
      killed = $1 + $2; viable = killed + $3; share = viable ? 100 * killed / viable : 0
      printf "G-46 %s: %d of %d mutants: %d caught, %d timeouts, %d missed, %d unviable: %.1f %% killed\n",
        crate, viable + $4, total, $1, $2, $3, $4, share
      exit share < 95
    }'
}

# fuzz [TARGET [SECONDS]]: what breaks a promise is put into fuzz/corpus, where the tests replay it from then on.
fuzz() {
  command -v c++ >/dev/null || packages g++
  command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
  # Without a sanitizer the stable compiler will do: nothing of ours is unsafe.
  cargo fuzz build --dev --sanitizer none --features libfuzzer --fuzz-dir fuzz --target-dir target/fuzz fuzz-target
  seconds=${2:-60} found=
  for target in ${1:-$(sed -n '/^replays! {/,/^}/{/[{}]/d;p;}' fuzz/tests/replay.rs)}; do
    work=target/fuzz/corpus/$target seeds=target/fuzz/seeds/$target corpus=fuzz/corpus/$target
    rm -rf "$seeds" && mkdir -p "$work" "$seeds" "$corpus"
    say "── $target"
    ANANKE_FUZZ_TARGET=$target ANANKE_FUZZ_SEEDS=$seeds "target/fuzz/$(rustc -vV | sed -n 's/^host: //p')/debug/fuzz-target" \
      -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="$corpus/found-" "$work" "$seeds" "$corpus" || found="$found $target"
  done
  [ -z "$found" ] || stop "a promise was broken; the inputs are in fuzz/corpus:$found"
}

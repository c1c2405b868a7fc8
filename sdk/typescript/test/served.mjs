// The real server: the built `ananke`, started in an empty directory.
//
// ANANKE_BIN names the program; by default it is the one that `cargo build -p ananke` leaves. Without it these tests fail under
// CI=true, and are skipped aloud elsewhere.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnankeClient } from '../dist/esm/index.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const target = resolve(repository, process.env.CARGO_TARGET_DIR || 'target');

/** The program. */
export const binary = process.env.ANANKE_BIN ? resolve(process.env.ANANKE_BIN) : join(target, 'debug', 'ananke');

/** Why the tests of a file are skipped; `false` where they run. */
export const withoutServer = missing();

function missing() {
  if (existsSync(binary)) return false;
  const why = `${binary} is missing: run \`cargo build -p ananke\`, or set ANANKE_BIN`;
  if (process.env.CI === 'true') throw new Error(`${why}, and CI=true allows no skipping`);
  process.stderr.write(`\n*** SKIPPED: ${why}; nothing was asked of a real server ***\n\n`);
  return why;
}

/** Starts one. Gives what its ready file says, `url`, `issuerCode`, `liveKey`, `testKey`, and how to `stop` it. */
export async function serve(...settings) {
  const folder = mkdtempSync(join(tmpdir(), 'ananke-sdk-'));
  const ready = join(folder, 'ready.json');
  // Nothing of the caller's `ANANKE_…` reaches it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANANKE_')));
  const child = spawn(
    binary,
    ['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--ready-file', ready, ...settings],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let told = '';
  child.stderr.on('data', (text) => (told += text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !existsSync(ready); tries++) {
    if (child.exitCode !== null || tries > 600) {
      await stop();
      throw new Error(`the server did not start:\n${told}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { ...JSON.parse(readFileSync(ready, 'utf8')), stop };
}

/** Keeps which operations of the contract were answered with success. */
export class Seen {
  #operations;
  ids = new Set();

  constructor(operations) {
    this.#operations = operations.map(([id, method, path]) => {
      // What stands literally in a path goes before what is an argument of another.
      const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
      return { id, method, pattern, open: path.split('{').length };
    });
    this.#operations.sort((one, other) => one.open - other.open);
  }

  fetch = async (address, init) => {
    const answer = await fetch(address, init);
    const { pathname } = new URL(address);
    const found = this.#operations.find(({ method, pattern }) => method === init.method && pattern.test(pathname));
    if (answer.ok) this.ids.add(found?.id);
    return answer;
  };
}

export { AnankeClient };

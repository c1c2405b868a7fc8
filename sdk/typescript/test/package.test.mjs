// The package as it is published: packed, installed elsewhere, and made to pass one file of checks in every runtime it is for.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import vm from 'node:vm';
import { compiled, install, program, run } from './installed.mjs';
import { serve, withoutServer } from './served.mjs';

const machine = `${process.platform === 'darwin' ? 'darwin' : 'linux'}-${process.arch === 'arm64' ? 'arm64' : 'x64'}`;
const bun = program(`@oven/bun-${machine.replace('arm64', 'aarch64')}`, 'bin/bun');
const deno = program(`@deno/${machine}${machine.startsWith('linux') ? '-glibc' : ''}`, 'deno');
const workerd = program(`@cloudflare/workerd-${machine.replace('x64', '64')}`, 'bin/workerd');

let folder, installed, tarball, remove;
before(async () => {
  ({ folder, tarball, remove } = await install());
  installed = join(folder, 'node_modules/@ananke/sdk');
});
after(() => remove?.());

test('the tarball holds the build, the licence and the README, needs nothing, and stays small', () => {
  const paths = tarball.files.map(({ path }) => path);
  const strange = paths.filter((path) => !/^(dist\/(esm|cjs)\/|README\.md$|LICENSE$|package\.json$)/.test(path));
  assert.deepEqual(strange, []);
  for (const path of [
    'README.md',
    'LICENSE',
    'dist/esm/index.js',
    'dist/cjs/index.js',
    'dist/esm/index.d.ts',
    'dist/cjs/index.d.ts',
  ]) {
    assert.ok(paths.includes(path), path);
  }
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(readFileSync(join(installed, 'package.json')));
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
  // The sub-path has bounds of its own, in ../../verify.
  const code = paths.filter((path) => /^dist\/esm\/(?!verify\/).*\.js$/.test(path));
  const bytes = code.reduce((sum, path) => sum + statSync(join(installed, path)).size, 0);
  console.log(`tarball ${tarball.size} bytes, unpacked ${tarball.unpackedSize}, of it JavaScript of one kind ${bytes}`);
  const sources = readdirSync(new URL('../../verify/src', import.meta.url)).map((file) => `dist/esm/verify/${file.replace(/ts$/, 'js')}`);
  assert.deepEqual(sources.filter((path) => !paths.includes(path)), []);
  assert.ok(tarball.size < 170_000, `the tarball has ${tarball.size} bytes`);
  assert.ok(bytes < 90_000, `the code has ${bytes} bytes`);
});

test('publint finds nothing', async () => {
  const { publint } = await import('publint');
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  assert.deepEqual(messages, []);
});

test('attw finds nothing, under every way of resolving', async () => {
  const attw = program('@arethetypeswrong/cli', 'dist/index.js');
  const { stdout } = await run(process.execPath, [attw, join(folder, tarball.filename), '--format', 'json']);
  const { analysis, problems } = JSON.parse(stdout);
  assert.deepEqual(problems ?? {}, {});
  assert.deepEqual(analysis.problems, []);
  for (const entry of ['.', './verify']) {
    assert.deepEqual(Object.keys(analysis.entrypoints[entry].resolutions), ['node10', 'node16-cjs', 'node16-esm', 'bundler']);
  }
});

describe('the same file of checks passes', { skip: withoutServer }, () => {
  let server, env, names;
  before(async () => {
    server = await serve();
    const { url, liveKey, issuerCode } = server;
    env = { ...process.env, SERVER: JSON.stringify({ url, liveKey, issuerCode }) };
  });
  after(() => server?.stop());

  /** Runs it; what was checked is the same everywhere. */
  async function passes(file, args, options = {}) {
    const { stdout } = await run(file, args, { cwd: folder, env, timeout: 60_000, ...options });
    same(JSON.parse(stdout));
  }

  function same(checked) {
    assert.ok(checked.length > 25, String(checked));
    names ??= checked;
    assert.deepEqual(checked, names);
  }

  test('in Node with ES modules', () => passes(process.execPath, ['main.mjs']));

  test('in Node with CommonJS', () => passes(process.execPath, ['main.cjs']));

  test('in TypeScript with node16, as module and as CommonJS', async () => {
    const options = { module: 'node16', moduleResolution: 'node16' };
    await passes(process.execPath, [await compiled(folder, 'node16', 'typed.mts', options)]);
    await passes(process.execPath, [await compiled(folder, 'node16-cjs', 'typed.cts', options)]);
  });

  test('in TypeScript with bundler, beside the types of browsers', async () => {
    const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM', 'DOM.Iterable'] };
    // With a compiler of some age.
    await passes(process.execPath, [await compiled(folder, 'bundler', 'typed.mts', options, 5)]);
  });

  test('in Bun', () => passes(bun, ['main.mjs']));

  test('in Deno, without the permission to read the environment', () => {
    const { host } = new URL(server.url);
    // Port 1 is where nobody is.
    const args = ['run', '--no-remote', '--no-prompt', '--quiet', `--allow-net=${host},127.0.0.1:1`, 'deno.mjs', env.SERVER];
    return passes(deno, args, { env: { ...env, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' } });
  });

  test('in workerd, bundled as for it', async () => {
    await bundle('worker.mjs', 'worker.bundle.js', 'workerd', 'worker');
    const child = spawn(workerd, ['serve', '--control-fd=3', 'worker.capnp'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    try {
      const port = await new Promise((resolve, reject) => {
        child.stdio[3].on('data', (text) => resolve(JSON.parse(String(text).split('\n')[0]).port));
        child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
      });
      const answer = await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: env.SERVER })).json();
      assert.equal(answer.error, undefined);
      assert.equal(answer.baseUrl, 'http://127.0.0.1:8787');
      same(answer.checked);
    } finally {
      child.kill();
    }
  });

  test('in the edge runtime of Next, bundled as for it', async () => {
    await bundle('main.mjs', 'edge.bundle.js', 'edge-light', 'worker');
    const { EdgeVM } = await import('@edge-runtime/vm');
    const edge = new EdgeVM({ extend: (context) => Object.assign(context, { EdgeRuntime: 'edge-runtime', process: { env } }) });
    const told = [];
    edge.context.console = { log: (text) => told.push(text) };
    const code = readFileSync(join(folder, 'edge.bundle.js'), 'utf8');
    await edge.evaluate(`(async () => { ${code} })()`);
    same(JSON.parse(told[0]));
  });
});

test('bundled for a browser, a worker of a page or React Native it refuses to load', async () => {
  // Also where only a name is taken from it, and the bundler leaves out what is not used.
  writeFileSync(join(folder, 'named.mjs'), `import { AnankeApiError } from '@ananke/sdk'; console.log(AnankeApiError);`);
  writeFileSync(join(folder, 'made.mjs'), `import { AnankeClient } from '@ananke/sdk'; console.log(new AnankeClient());`);
  for (const condition of ['browser', 'worker', 'react-native']) {
    for (const entry of ['named.mjs', 'made.mjs']) {
      await bundle(entry, 'refused.js', condition, '--minify');
      assert.throws(() => evaluated('refused.js', {}), refusal, `${condition} ${entry}`);
    }
  }
  await bundle('made.mjs', 'taken.js', 'workerd');
  assert.match(evaluated('taken.js', {})[0], /127\.0\.0\.1:8787/);
});

test('where a bundler was not asked, it refuses when a client is made: in pages, workers, React Native', async () => {
  writeFileSync(
    join(folder, 'direct.mjs'),
    `import { AnankeClient } from './node_modules/@ananke/sdk/dist/esm/index.js'; console.log(new AnankeClient());`,
  );
  await bundle('direct.mjs', 'direct.js');
  const page = { window: { document: {} } };
  const worker = { WorkerGlobalScope: function () {} };
  // What bundlers put in the place of `process`.
  const polyfilled = { process: { env: {}, versions: { node: '20.0.0' } } };
  const refused = {
    page,
    worker,
    'page with the process of Node, as in some desktop programs and in jsdom': { ...page, process },
    'page that calls itself a server': { ...page, EdgeRuntime: 'edge-runtime', Deno: { version: {} } },
    'page with a process of a bundler': { ...page, ...polyfilled },
    'worker with a process of a bundler': { ...worker, ...polyfilled },
    'old worker': { importScripts: () => {} },
    'React Native': { navigator: { product: 'ReactNative' }, process: { env: {} } },
  };
  for (const [name, globals] of Object.entries(refused)) assert.throws(() => evaluated('direct.js', globals), refusal, name);
  const taken = {
    'a runtime that nobody knows': {},
    Node: { process },
    'a worker of Deno': { ...worker, Deno: { version: { deno: '2' } } },
    workerd: { ...worker, navigator: { userAgent: 'Cloudflare-Workers' } },
    "Next's edge runtime": { ...worker, EdgeRuntime: 'edge-runtime' },
  };
  for (const [name, globals] of Object.entries(taken)) assert.equal(evaluated('direct.js', globals).length, 1, name);
});

test('its sub-path verify loads wherever the client is refused, and in Node', async () => {
  writeFileSync(
    join(folder, 'verifying.mjs'),
    `import { checkReference } from '@ananke/sdk/verify'; console.log(checkReference('TRF-0000000000002'));`,
  );
  const said = { reference: null, problem: 'check' };
  for (const condition of ['browser', 'worker', 'react-native']) {
    await bundle('verifying.mjs', 'verifying.js', condition);
    assert.deepEqual(evaluated('verifying.js', { TextEncoder, WeakMap }), [JSON.stringify(said)], condition);
  }
  const load = `console.log(require('@ananke/sdk/verify').checkReference('TRF-0000000000001').reference)`;
  assert.equal((await run(process.execPath, ['-e', load], { cwd: folder })).stdout, 'TRF-0000000000001\n');
});

const refusal = { name: 'AnankeUsageError', message: /runs on servers only/ };

/** Runs a bundle in a world with these globals, and gives what it printed. */
function evaluated(bundle, globals) {
  const told = [];
  const context = vm.createContext({
    URL,
    console: { log: (value) => told.push(JSON.stringify(value) ?? String(value)) },
    ...globals,
  });
  vm.runInContext(`(() => { ${readFileSync(join(folder, bundle), 'utf8')} })()`, context);
  return told;
}

/** Bundles a fixture as for a runtime without Node's modules, under these conditions besides `browser`; or with flags. */
async function bundle(entry, out, ...chosen) {
  const flags = chosen.map((word) => (word.startsWith('--') ? word : `--conditions=${word}`));
  await run(bun, ['build', entry, '--target=browser', ...flags, `--outfile=${out}`], { cwd: folder });
}

// The package as it is published: what is in it, what linters of packages say, and that it loads in every way there is.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { compiled, install, program, run } from '../../typescript/test/installed.mjs';

const home = fileURLToPath(new URL('..', import.meta.url));

let folder, installed, tarball, remove;
before(async () => {
  ({ folder, tarball, remove } = await install(home));
  installed = join(folder, 'node_modules/@ananke/verify');
});
after(() => remove?.());

test('the tarball holds the build, the licence and the README, needs nothing, and stays small', () => {
  const paths = tarball.files.map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => !/^(dist\/(esm|cjs)\/|README\.md$|LICENSE$|package\.json$)/.test(path)), []);
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(readFileSync(join(installed, 'package.json')));
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
  const code = paths.filter((path) => path.startsWith('dist/esm/') && path.endsWith('.js'));
  const bytes = code.reduce((sum, path) => sum + statSync(join(installed, path)).size, 0);
  console.log(`tarball ${tarball.size} bytes, JavaScript of one kind ${bytes}`);
  assert.ok(tarball.size < 100_000, `the tarball has ${tarball.size} bytes`);
  assert.ok(bytes < 130_000, `the code has ${bytes} bytes`);
});

test('nothing of it is of one runtime', () => {
  const paths = tarball.files.map(({ path }) => path).filter((path) => path.endsWith('.js'));
  for (const path of paths) {
    const code = readFileSync(join(installed, path), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    const found = /\bfrom ['"](?!\.\/)|\brequire\(['"](?!\.\/)|\b(?:process|Buffer|window|document|XMLHttpRequest|eval|Function)\b(?=[.(])|\bfetch\(/.exec(code);
    assert.equal(found, null, `${path}: ${found?.[0]}`);
  }
});

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  assert.deepEqual(messages, []);
});

test('attw finds nothing, under every way of resolving', async () => {
  const attw = program('@arethetypeswrong/cli', 'dist/index.js');
  const { stdout } = await run(process.execPath, [attw, join(folder, tarball.filename), '--format', 'json']);
  const { analysis, problems } = JSON.parse(stdout);
  assert.deepEqual(problems ?? {}, {});
  assert.deepEqual(analysis.problems, []);
  assert.deepEqual(Object.keys(analysis.entrypoints['.'].resolutions), ['node10', 'node16-cjs', 'node16-esm', 'bundler']);
});

test('it loads as a module and as CommonJS, typed by compilers of now and of some age', async () => {
  for (const [name, options, version] of [
    ['node16', { module: 'node16', moduleResolution: 'node16' }, 7],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, 5],
  ]) {
    const script = await compiled(folder, name, 'typed.mts', { ...options, lib: ['ES2022', 'DOM'] }, version);
    const { stdout } = await run(process.execPath, [script], { cwd: folder });
    assert.equal(stdout, 'refused jws.shape\ncheck\n');
  }
  const { stdout } = await run(process.execPath, ['loaded.cjs'], { cwd: folder });
  assert.equal(stdout, 'refused jws.shape\ncheck\n');
});

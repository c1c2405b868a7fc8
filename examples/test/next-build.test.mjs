// next/: built without a key and with one, asked in both runtimes; and what Next refuses to build.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { faint, fits, opened, withoutBrowser } from './chromium.mjs';
import { answers, away, limits, visitor } from './routes.mjs';
import { environment, home, organisation, started, withoutServer } from './started.mjs';

const next = 'node_modules/next/dist/bin/next';
const copies = join(home, '.copies');

/** A copy of the example, changed or not, inside of this folder: what Next builds has to be where its packages are. */
function copy(name, changes = {}) {
  for (const part of ['next', 'visitors.mjs', 'page.css']) {
    const isSource = (path) => !/\/\.next$/.test(path);
    cpSync(join(home, part), join(copies, name, part), { recursive: true, filter: isSource });
  }
  for (const [path, text] of Object.entries(changes)) writeFileSync(join(copies, name, 'next', path), text);
  return relative(home, join(copies, name, 'next'));
}

/** Builds one; gives whether that went well, and what Next said. */
function build(folder, variables, ...flags) {
  const options = { cwd: home, env: environment({ CI: 'true', ...variables }), timeout: 300_000 };
  return new Promise((resolve) =>
    execFile(process.execPath, [next, 'build', folder, ...flags], options, (error, stdout, stderr) =>
      resolve({ built: !error, said: `${stdout}${stderr}` }),
    ),
  );
}

/** Every file that a build left to be served, and not for the next build. */
const left = (folder) =>
  readdirSync(join(home, folder, '.next'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/.next/cache/'));

before(() => rmSync(copies, { recursive: true, force: true }));
after(() => rmSync(copies, { recursive: true, force: true }));

// The second build takes from the first what did not change.
const cached = { 'next.config.mjs': 'export default { experimental: { turbopackFileSystemCacheForBuild: true } };' };

test('SDK-01 next build passes without ANANKE_API_KEY', async () => {
  const { built, said } = await build(copy('example', cached), {});
  assert.ok(built, said);
  for (const route of ['ƒ /api/verify', 'ƒ /api/verify-edge', '○ /']) assert.ok(said.includes(route), said);
});

for (const bundler of ['turbopack', 'webpack']) {
  test(`SDK-02 a "use client" import of the SDK ends next build with ${bundler}`, async () => {
    const page = `'use client';
      import { AnankeClient } from '@ananke/sdk';
      const client = new AnankeClient({ apiKey: process.env.NEXT_PUBLIC_KEY });
      export default function Page() { return <button onClick={() => client.whoami()}>Who am I?</button>; }`;
    const folder = copy(`leaky-${bundler}`, { 'app/page.tsx': page });
    rmSync(join(home, folder, 'app/api'), { recursive: true }); // the routes would only take time
    const { built, said } = await build(folder, {}, `--${bundler}`);
    assert.ok(!built, 'it was built');
    assert.match(said, /'server-only' cannot be imported from a Client Component module/);
    assert.match(said, /@ananke\/sdk\/dist\/cjs\/browser\.js/);
    assert.match(said, /app\/page\.tsx/);
  });
}

describe('Next', { skip: withoutServer }, () => {
  let org, program, folder, texts;
  before(async () => {
    org = await organisation();
    folder = copy('example', cached);
    const settings = { ANANKE_API_KEY: org.liveKey, ANANKE_BASE_URL: org.url };
    const { built, said } = await build(folder, settings);
    assert.ok(built, said);
    program = await started([next, 'start', folder, '--hostname', '127.0.0.1'], { ...settings, ASKS_PER_MINUTE: '20' });
    texts = [said];
  });
  after(async () => {
    await program?.stop();
    await org?.stop();
  });

  for (const [name, path] of Object.entries({ 'in Node': 'verify', 'at the edge': 'verify-edge' })) {
    test(`the route ${name}: valid, revoked, not found, and 400 for what is no reference`, async () => {
      texts.push(...(await answers(`${program.url}/api/${path}`, org)));
    });

    test(`the route ${name}: one visitor is limited with 429, others are not`, () => limits(`${program.url}/api/${path}`, 20));
  }

  test('the page, in Chromium, asks the route and nobody else', { skip: withoutBrowser }, async () => {
    const { reference } = await org.issue('Ada <b>Lovelace</b>');
    for (const colorScheme of ['light', 'dark']) {
      const { page, complaints, requests, close } = await opened({ colorScheme, extraHTTPHeaders: visitor() });
      await page.goto(program.url, { waitUntil: 'networkidle' });
      await page.getByLabel('Reference').fill(reference);
      await page.getByRole('button').click();
      await page.getByText('valid · Ada <b>Lovelace</b> · My organisation').waitFor();
      await fits(page);
      assert.deepEqual([await faint(page), complaints], [[], []]);
      assert.ok(requests.includes(`${program.url}/api/verify?reference=${reference}`));
      assert.deepEqual(requests.filter((url) => !url.startsWith(`${program.url}/`)), []);
      await close();
    }
  });

  test('the server is away: 503 of its own; the key, set at build time too, is in nothing that was built, answered or logged', async () => {
    const page = await (await fetch(program.url)).text();
    assert.match(page, /<label for="reference">/);
    await org.stop();
    for (const path of ['verify', 'verify-edge']) texts.push(await away(`${program.url}/api/${path}`));
    assert.match(program.said(), /AnankeConnectionError: cannot reach/);
    const files = left(folder);
    assert.ok(files.some((path) => path.includes('/.next/static/')), 'there is code for pages');
    for (const path of files) assert.ok(!readFileSync(path).includes(org.liveKey), path);
    for (const told of [...texts, page, program.said()]) assert.ok(!/ak_(live|test)_/.test(told), told);
    // The page's code has nothing of the SDK either.
    const code = files.filter((path) => path.includes('/.next/static/') && path.endsWith('.js')).map((path) => readFileSync(path, 'utf8'));
    assert.ok(code.some((text) => text.includes('/api/verify?')));
    assert.ok(!code.some((text) => text.includes('AnankeClient') || text.includes('x-api-key')));
  });
});

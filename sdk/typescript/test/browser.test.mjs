// SDK-02 in Chromium: the packed package, loaded by a page and by its workers, as it is and bundled for them, throws there.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { without } from '../../verify/test/needed.mjs';
import { install, program, run } from './installed.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withoutBrowser = without(executablePath, 'install chromium, or set CHROMIUM');

const machine = `${process.platform === 'darwin' ? 'darwin' : 'linux'}-${process.arch === 'arm64' ? 'aarch64' : 'x64'}`;
const bun = program(`@oven/bun-${machine}`, 'bin/bun');
const sdk = '/node_modules/@ananke/sdk/dist/esm';
const key = `ak_live_${'0123456789ab'}${'S3cr3t'.repeat(5)}xx000000`;

/** What a page or a worker runs; it says what came of it. `FROM` is the package, or where it is served. */
const code = {
  made: `
    import { AnankeClient } from 'FROM';
    say(() => new AnankeClient({ apiKey: '${key}', baseUrl: location.origin }).whoami());`,
  verify: `
    import { checkReference } from 'FROM/verify';
    say(() => checkReference('TRF-0000000000001').reference);`,
};
// What throws while it is loaded is told by the page, or the worker, itself.
const say = `
  const tell = globalThis.told ?? globalThis.postMessage;
  const say = (make) => { try { tell(String(make())); } catch (error) { tell(error.name + ': ' + error.message); } };`;

let folder, remove, server, browser, asked;
before(async () => {
  if (withoutBrowser) return;
  ({ folder, remove } = await install());
  for (const [name, text] of Object.entries(code)) {
    const served = text.replace('FROM/verify', `${sdk}/verify/index.js`).replace('FROM', `${sdk}/index.js`);
    writeFileSync(join(folder, `${name}.direct.js`), say + served);
    writeFileSync(join(folder, `${name}.mjs`), say + text.replace('FROM', '@ananke/sdk'));
    for (const condition of ['browser', 'worker']) {
      const flags = ['--target=browser', `--conditions=${condition}`, `--outfile=${name}.${condition}.js`];
      await run(bun, ['build', `${name}.mjs`, ...flags], { cwd: folder });
    }
  }
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isCode = /^\/[\w@/.-]+\.js$/.test(request.url) && existsSync(folder + request.url);
    response.writeHead(isCode || request.url === '/' ? 200 : 404, { 'content-type': isCode ? 'text/javascript' : 'text/html' });
    response.end(isCode ? readFileSync(folder + request.url) : '<!doctype html><title>a page</title>');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
});
after(async () => {
  await browser?.close();
  server?.close();
  remove?.();
});

/** Opens a page, and gives what the script said there, or in a worker of it: a `module` or a `classic` one. */
async function said(script, place) {
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(
      ([url, place]) =>
        new Promise((resolve) => {
          if (place === 'page') {
            globalThis.told = resolve;
            addEventListener('error', ({ error }) => resolve(`${error.name}: ${error.message}`));
            document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: url }));
          } else {
            const worker = new Worker(url, { type: place });
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => resolve(message);
          }
        }),
      [script, place],
    );
  } finally {
    await page.close();
  }
}

const refusal = /AnankeUsageError: @ananke\/sdk runs on servers only/;

test('SDK-02 in Chromium, a page and a worker that load dist/esm/index.js itself: making a client throws', { skip: withoutBrowser }, async () => {
  for (const place of ['page', 'module']) assert.match(await said('/made.direct.js', place), refusal, place);
  assert.ok(asked.includes(`GET ${sdk}/client.js`), 'the client itself was loaded, and refused by itself');
});

test('SDK-02 in Chromium, a bundle made for browsers or workers throws when it is loaded', { skip: withoutBrowser }, async () => {
  assert.match(await said('/made.browser.js', 'page'), refusal);
  for (const place of ['module', 'classic']) assert.match(await said('/made.worker.js', place), refusal, place);
  assert.deepEqual(asked.filter((request) => !/\.js$|\/$|favicon/.test(request)), [], 'nothing was asked of a server');
});

test('SDK-15 in Chromium, where the client is refused, the sub-path verify works', { skip: withoutBrowser }, async () => {
  for (const script of ['/verify.direct.js', '/verify.browser.js']) {
    for (const place of ['page', 'module']) assert.equal(await said(script, place), 'TRF-0000000000001', `${script} ${place}`);
  }
});

// The package in Chromium: a page and a worker under a strict policy, with no request but those they name themselves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { readPem } from '../dist/esm/certificate.js';
import { bytesGiven, given } from './cases.mjs';
import { vectorCases } from './generated.mjs';
import { judged } from './judged.mjs';
import { without } from './needed.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withoutBrowser = without(executablePath, 'install chromium, or set CHROMIUM');

const policy = [
  ...["default-src 'none'", "script-src 'self'", "worker-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"],
  ...["frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types page"],
].join('; ');

const home = fileURLToPath(new URL('..', import.meta.url));

async function served(published) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const isCode = /^\/(?:dist\/esm|fixtures|test)\/[\w-]+\.(?:js|mjs|html)$/.test(request.url);
    const body = published[request.url] ?? (isCode ? readFileSync(home + request.url.slice(1)) : undefined);
    const type = request.url.endsWith('.html') ? 'text/html' : isCode ? 'text/javascript' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': policy });
    response.end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}`, requests, stop: () => server.close() };
}

test('a page and a worker verify under a strict policy, and ask for nothing but what they name', { skip: withoutBrowser }, async (context) => {
  const root = `sha256:${(await readPem(given('root.pem'))).thumbprint}`;
  const now = '2026-07-01T12:00:00.000Z';
  // In the order in which `fixtures/verify.mjs` names them.
  const published = {
    '/cases.json': JSON.stringify({ root, now, cases: vectorCases }),
    '/trust/live.jws': given('trust-live.jws'),
    '/stamped.pdf': bytesGiven('stamped.pdf'),
    '/s/ACME01/live/0': given('list-live.jws'),
  };
  const server = await served(published);
  context.after(server.stop);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  context.after(() => browser.close());
  const page = await browser.newPage();
  const seen = [];
  page.context().on('request', (request) => seen.push(request.url()));
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));

  const expected = [];
  for (const one of vectorCases) expected.push(await judged(one));
  await page.goto(`${server.url}/fixtures/page.html`);
  await page.waitForFunction(() => 'inWorker' in globalThis);
  for (const place of ['inPage', 'inWorker']) {
    server.requests.length = 0;
    const said = await page.evaluate((name) => globalThis[name](), place);
    assert.deepEqual([said.list, said.violations], ['/s/ACME01/live/0', []], place);
    assert.deepEqual([said.dropped.verdict, said.dropped.checks[0]], ['valid', { name: 'integrity', result: 'passed', reason: null }], place);
    assert.match(said.hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(said.all, expected, place);
    const asked = server.requests.filter((request) => !/^GET \/(?:dist\/esm|fixtures|test)\/[\w-]+\.m?js$/.test(request));
    assert.deepEqual(asked, Object.keys(published).map((path) => `GET ${path}`), place);
  }
  assert.deepEqual(complaints, []);
  assert.deepEqual(seen.filter((url) => !url.startsWith(`${server.url}/`)), []);
});

// Where a key comes from, where it goes, and that it is seen nowhere else.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  AnankeApiError,
  AnankeAuthenticationError,
  AnankeClient,
  AnankeConnectionError,
  AnankeUsageError,
} from '../dist/esm/index.js';
import { Key } from '../dist/esm/key.js';
import { failure, otherKey, problem, scripted, someKey } from './scripted.mjs';

const unauthorized = { status: 401, body: problem(401, 'UNAUTHORIZED') };

/** Runs with variables of the environment set, `undefined` for unset. */
async function withEnvironment(variables, run) {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await run();
  } finally {
    for (const name of Object.keys(variables)) {
      if (name in before) process.env[name] = before[name];
      else delete process.env[name];
    }
  }
}

test('a key that was rotated is asked for once more, and the call goes through', async (context) => {
  const { client, seen } = await scripted(context, {}, unauthorized, {}, {});
  let asked = 0;
  const ananke = client({ apiKey: async () => [someKey, otherKey][asked++] });
  await ananke.whoami();
  await ananke.trust.templates.create({ name: 'a', docType: 'other' });
  await ananke.whoami();
  assert.equal(asked, 2);
  assert.deepEqual(
    seen.map(({ headers }) => headers['x-api-key']),
    [someKey, someKey, otherKey, otherKey],
  );
  assert.equal(seen[1].headers['idempotency-key'], seen[2].headers['idempotency-key']);
});

test('many calls that are refused at once ask for the new key once', async (context) => {
  let asked = 0;
  const byKey = (request, response) => {
    const isGood = request.headers['x-api-key'] === otherKey;
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isGood ? {} : problem(401, 'UNAUTHORIZED')));
  };
  const { client } = await scripted(context, byKey);
  const ananke = client({ apiKey: () => (asked++ === 0 ? someKey : otherKey) });
  await Promise.all(Array.from({ length: 20 }, () => ananke.whoami()));
  assert.equal(asked, 2);
  // In one and the same moment, too.
  let given = 0;
  const key = new Key(async () => (given++ === 0 ? someKey : otherKey));
  const used = await key.current();
  const fresh = await Promise.all(Array.from({ length: 20 }, () => key.after(used)));
  assert.deepEqual([new Set(fresh), given], [new Set([otherKey]), 2]);
});

test('a key that stays refused is asked for once, and the answer is the error', async (context) => {
  const { client, seen } = await scripted(context, unauthorized);
  let asked = 0;
  const error = await failure(client({ apiKey: () => (asked++, someKey) }).whoami());
  assert.ok(error instanceof AnankeAuthenticationError);
  assert.deepEqual([asked, seen.length], [2, 1]);
  const always = await failure(client({ apiKey: () => someKey.slice(0, -1) + (asked++ % 10) }).whoami());
  assert.ok(always instanceof AnankeAuthenticationError);
  assert.equal(seen.length, 3);
  assert.ok((await failure(client().whoami())) instanceof AnankeAuthenticationError);
  assert.equal(seen.length, 4);
});

test('a secrets manager that was away is asked again by the next call', async (context) => {
  const { client } = await scripted(context, {});
  let asked = 0;
  const ananke = client({
    apiKey: () => {
      if (asked++ === 0) throw new Error('vault is sealed');
      return `${someKey}\n`;
    },
  });
  assert.match((await failure(ananke.whoami())).message, /vault is sealed/);
  await ananke.whoami();
});

test('without a key a client is made and verifies; what needs one says so', async (context) => {
  const { client, seen } = await scripted(context, { body: { verdict: 'not_found' } });
  await withEnvironment({ ANANKE_API_KEY: undefined }, async () => {
    const ananke = client({ apiKey: undefined });
    assert.equal((await ananke.trust.verify.byReference('TRF-1')).verdict, 'not_found');
    assert.equal(seen[0].headers['x-api-key'], undefined);
    const error = await failure(ananke.whoami());
    assert.ok(error instanceof AnankeUsageError);
    assert.match(error.message, /ANANKE_API_KEY/);
    assert.ok((await failure(client({ apiKey: ' ' }).whoami())) instanceof AnankeUsageError);
    assert.equal(seen.length, 1);
  });
});

test('the environment says who and where', async (context) => {
  const { url, seen } = await scripted(context, {});
  await withEnvironment({ ANANKE_API_KEY: someKey, ANANKE_BASE_URL: `${url}/sub/` }, async () => {
    const ananke = new AnankeClient();
    assert.equal(ananke.baseUrl, `${url}/sub`);
    await ananke.whoami();
    assert.equal(seen[0].url, '/sub/v1/whoami');
    assert.equal(seen[0].headers['x-api-key'], someKey);
  });
});

test('the secret of another system is not shown to the server', async (context) => {
  const { client, seen } = await scripted(context, {});
  for (const apiKey of ['sk_live_0123456789', `${someKey}\r\nx: y`, 'Bearer x', () => 17, 17]) {
    const error = await failure((async () => client({ apiKey }).whoami())());
    assert.ok(error instanceof AnankeUsageError, String(error));
    assert.ok(!String(error).includes('0123456789'), String(error));
  }
  assert.equal(seen.length, 0);
});

test('clear text stays on this machine', () => {
  for (const baseUrl of [
    'http://127.0.0.1:8787',
    'http://127.9.9.9',
    'http://localhost:1/',
    'http://[::1]:8787',
    'http://[::ffff:127.0.0.1]',
    'https://documents.example.org/sub/',
  ]) {
    new AnankeClient({ baseUrl });
  }
  for (const baseUrl of [
    'http://documents.example.org',
    'http://192.168.1.1',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://documents.localhost:8787',
    'http://[::ffff:10.0.0.1]',
    'ftp://localhost',
    'documents.example.org',
    'https://user:secret@documents.example.org',
    'https://documents.example.org/?a=b',
    '',
  ]) {
    assert.throws(
      () => new AnankeClient({ baseUrl }),
      (error) => error instanceof AnankeUsageError && !error.message.includes('secret'),
      baseUrl,
    );
  }
});

test('arguments stay in their place of the path', async (context) => {
  const { client, seen } = await scripted(context, {});
  for (const reference of ['x/../y', '..', '?z', '', 'a b%2e']) await client().tcode.verify.byReference(reference);
  const paths = ['x%2F..%2Fy', '-', '%3Fz', '-', 'a%20b%252e'].map((part) => `/v1/tcode/verify/reference/${part}`);
  assert.deepEqual(
    seen.map(({ url }) => url),
    paths,
  );
  const error = await failure(client().trust.documents.get(undefined));
  assert.ok(error instanceof AnankeUsageError);
  assert.match(error.message, /^id must be a text/);
  assert.equal(seen.length, 5);
});

test('a redirect is not followed, and the key goes nowhere', async (context) => {
  const elsewhere = await scripted(context, {});
  const { client } = await scripted(context, { status: 307, headers: { location: `${elsewhere.url}/v1/whoami` } });
  const error = await failure(client().whoami());
  assert.ok(error instanceof AnankeApiError);
  assert.match(error.message, /points elsewhere/);
  assert.equal(elsewhere.seen.length, 0);
});

test('what is published is fetched without a key', async (context) => {
  const { client, seen } = await scripted(context, { body: 'x.y.z' });
  await client().published.trustBundle('live');
  assert.equal(seen[0].headers['x-api-key'], undefined);
});

test('a certificate that nobody vouches for: no request, no key', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'ananke-sdk-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  const seen = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    seen.push(request.headers['x-api-key']);
    response.end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const baseUrl = `https://localhost:${server.address().port}`;

  const error = await failure(new AnankeClient({ baseUrl, apiKey: someKey, maxRetries: 0 }).whoami());
  assert.ok(error instanceof AnankeConnectionError, String(error));
  assert.match(error.message, /self-signed certificate/);
  assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');

  await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, async () => {
    for (const call of [(client) => client.whoami(), (client) => client.trust.verify.byReference('TRF-1')]) {
      const refused = await failure(call(new AnankeClient({ baseUrl, apiKey: someKey })));
      assert.ok(refused instanceof AnankeUsageError);
      assert.match(refused.message, /NODE_EXTRA_CA_CERTS/);
    }
  });
  assert.deepEqual(seen, []);

  // The way out that the message names works: a private authority.
  const script = `import { AnankeClient } from ${JSON.stringify(import.meta.resolve('../dist/esm/index.js'))};
    await new AnankeClient({ baseUrl: ${JSON.stringify(baseUrl)}, apiKey: ${JSON.stringify(someKey)} }).whoami();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
    stdio: 'inherit',
  });
  assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 0);
  assert.deepEqual(seen, [someKey]);
});

test('no error, no print and no JSON holds the key', async (context) => {
  const echo = (request, response) => {
    response.writeHead(422, { 'content-type': 'application/json' });
    const key = request.headers['x-api-key'];
    response.end(JSON.stringify(problem(422, 'UNPROCESSABLE', { message: `you sent ${key}`, errors: { a: [`not ${key}`] } })));
  };
  const { client } = await scripted(context, echo);
  // A fetch whose errors carry the request, as those of some HTTP libraries do.
  const telltale = (url, init) =>
    Promise.reject(Object.assign(new Error(`failed with ${init.headers['x-api-key']}`), { config: init }));
  const ananke = client();
  const shown = [
    ananke,
    await failure(ananke.whoami()),
    await failure(client({ fetch: telltale, maxRetries: 0 }).whoami()),
    await failure(client({ apiKey: someKey + '!' }).whoami()),
    ananke.trust.documents.list,
    ananke.whoami().catch(() => {}),
    ananke.trust,
  ].flatMap((value) => [
    inspect(value, { depth: 20, showHidden: true }),
    String(value),
    JSON.stringify(value) ?? '',
    String(value?.stack),
    JSON.stringify(value, Object.getOwnPropertyNames(Object(value))) ?? '',
  ]);
  assert.equal(shown.length, 35);
  for (const text of shown) assert.ok(!text.includes('S3cr3t'), text);
  assert.equal(inspect(ananke), `AnankeClient { baseUrl: '${ananke.baseUrl}' }`);
  assert.equal(JSON.stringify(ananke), JSON.stringify({ baseUrl: ananke.baseUrl }));

  // And what a program prints that lets the error go by.
  const script = `import { AnankeClient } from ${JSON.stringify(import.meta.resolve('../dist/esm/index.js'))};
    const client = new AnankeClient({ maxRetries: 0, timeout: 1 });
    console.log(client, [client], { client }, \`\${client}\`, JSON.stringify({ client }));
    await client.whoami();`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, ANANKE_API_KEY: someKey, ANANKE_BASE_URL: ananke.baseUrl },
  });
  assert.equal(status, 1);
  assert.match(stderr, /AnankeTimeoutError: no answer from/);
  for (const text of [stdout, stderr]) assert.ok(text !== '' && !text.includes('S3cr3t'), text);
});

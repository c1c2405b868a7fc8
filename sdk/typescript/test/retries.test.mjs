// Which failures are tried again, how long is waited, and that nothing is done twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnankeClient, AnankeConnectionError, AnankeError, AnankeRateLimitError, AnankeTimeoutError } from '../dist/esm/index.js';
import { waitBefore } from '../dist/esm/retry.js';
import { readProblem } from '../dist/esm/errors.js';
import { failure, problem, scripted, someKey } from './scripted.mjs';

const patience = 30_000;
const answered = (status, retryAfter) => readProblem(status, new Headers(retryAfter && { 'retry-after': retryAfter }), '');

test('429, then 200: waits as long as it was told, and says how often it tried', async (context) => {
  const limited = { status: 429, headers: { 'retry-after': '1' }, body: problem(429, 'RATE_LIMITED') };
  const { client, seen } = await scripted(context, limited, { body: { tenant: 'T' } });
  const began = Date.now();
  const { data, response } = await client().whoami().withResponse();
  assert.ok(Date.now() - began >= 1000);
  assert.equal(data.tenant, 'T');
  assert.equal(response.tries, 2);
  assert.equal(seen.length, 2);
});

test('a server that asks for more than a try may take is not waited for', async (context) => {
  const limited = { status: 429, headers: { 'retry-after': '31' }, body: problem(429, 'RATE_LIMITED') };
  const { client, seen } = await scripted(context, limited);
  const error = await failure(client().whoami());
  assert.ok(error instanceof AnankeRateLimitError);
  assert.equal(error.retryAfter, 31);
  assert.equal(seen.length, 1);
});

test('a connection closed behind the commit: the same idempotency key and body again', async (context) => {
  const { client, seen } = await scripted(context, (request) => request.socket.destroy(), {
    status: 201,
    headers: { 'idempotent-replayed': 'true' },
    body: { id: 'x' },
  });
  const call = client().trust.documents.issue({ templateId: 't', recipientName: 'n', fields: [], pdf: new Uint8Array([1, 2]) });
  const { response } = await call.withResponse();
  assert.equal(response.replayed, true);
  assert.equal(seen.length, 2);
  assert.match(seen[0].headers['idempotency-key'], /^[0-9a-f-]{36}$/);
  assert.equal(seen[0].headers['idempotency-key'], seen[1].headers['idempotency-key']);
  assert.equal(seen[1].body.includes('recipientName'), true);
});

test('each call has an idempotency key of its own, or the one it is given; a question has none', async (context) => {
  const { client, seen } = await scripted(context, { status: 201 });
  const ananke = client();
  await ananke.trust.templates.create({ name: 'a', docType: 'other' });
  await ananke.trust.templates.create({ name: 'a', docType: 'other' });
  await ananke.trust.templates.create({ name: 'a', docType: 'other' }, { idempotencyKey: 'order 17' });
  await ananke.trust.verify.byReference('TRF-1');
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  assert.notEqual(keys[0], keys[1]);
  assert.deepEqual(keys.slice(2), ['order 17', undefined]);
});

test('what is tried again, and what is not', () => {
  for (const status of [408, 429, 500, 502, 503, 504, 599]) assert.ok(waitBefore(1, answered(status), patience) > 0, status);
  for (const status of [301, 400, 401, 403, 404, 409, 412, 413, 415, 422]) {
    assert.equal(waitBefore(1, answered(status, '1'), patience), undefined, String(status));
  }
  assert.equal(waitBefore(1, new AnankeError('x'), patience), undefined);
  assert.equal(waitBefore(1, answered(503, '7'), patience), 7000);
  // A date would need two clocks that agree.
  assert.equal(answered(503, 'Wed, 21 Oct 2015 07:28:00 GMT').retryAfter, undefined);
});

test('waits grow to eight seconds and differ', () => {
  [500, 1000, 2000, 4000, 8000, 8000].forEach((most, index) => {
    const waits = Array.from({ length: 100 }, () => waitBefore(index + 1, answered(500), patience));
    assert.ok(
      waits.every((wait) => wait >= most / 2 && wait <= most),
      String(most),
    );
    assert.ok(new Set(waits).size > 50);
  });
});

test('409 is never tried again', async (context) => {
  const { client, seen } = await scripted(context, {
    status: 409,
    headers: { 'retry-after': '1' },
    body: problem(409, 'CONFLICT'),
  });
  await failure(client().trust.documents.revoke('x'));
  assert.equal(seen.length, 1);
});

test('it gives up after two more tries, or as many as the call says', async (context) => {
  const failed = { status: 503, headers: { 'retry-after': '0' }, body: problem(503, 'SERVICE_UNAVAILABLE') };
  const { client, seen } = await scripted(context, failed);
  await failure(client().whoami());
  assert.equal(seen.length, 3);
  await failure(client().whoami({ maxRetries: 0 }));
  assert.equal(seen.length, 4);
});

test('a slow answer is a time-out, also where its head was there in time', async (context) => {
  const slow = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  };
  for (const step of [{ wait: 2000 }, slow]) {
    const { client, seen } = await scripted(context, step);
    const error = await failure(client({ timeout: 150, maxRetries: 0 }).whoami());
    assert.ok(error instanceof AnankeTimeoutError, String(error));
    assert.match(error.message, /within 150 ms/);
    assert.equal(seen.length, 1);
  }
});

test('SDK-03 by default a try may take 30 seconds, and two more follow', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const silent = (_, { signal }) => (asked++, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  let error;
  new AnankeClient({ fetch: silent, apiKey: someKey }).whoami().catch((failed) => (error = failed));
  for (const tries of [1, 2, 3]) {
    await settled();
    context.mock.timers.tick(29_999);
    await settled();
    assert.deepEqual([asked, error], [tries, undefined]);
    context.mock.timers.tick(1);
    await settled();
    // The longest wait before the next try; after the last there is none.
    context.mock.timers.tick(tries === 1 ? 500 : 1000);
  }
  assert.ok(error instanceof AnankeTimeoutError);
  assert.match(error.message, /within 30000 ms/);
});

test('nobody there', async () => {
  // Port 1 of loopback has no listener.
  const client = new AnankeClient({ baseUrl: 'http://127.0.0.1:1', maxRetries: 0 });
  const error = await failure(client.trust.verify.byReference('TRF-1'));
  assert.ok(error instanceof AnankeConnectionError, String(error));
  assert.match(error.message, /^cannot reach http:\/\/127\.0\.0\.1:1: /);
});

test('a signal ends a call: before it, under way, while waiting, and while a key is fetched', async (context) => {
  const hang = { wait: 3000 };
  const busy = { status: 503, headers: { 'retry-after': '20' }, body: problem(503, 'SERVICE_UNAVAILABLE') };
  for (const step of [hang, busy]) {
    const { client } = await scripted(context, step);
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 100);
    const began = Date.now();
    assert.equal(await failure(client().whoami({ signal: controller.signal })), reason);
    assert.ok(Date.now() - began < 1500);
  }
  const { client, seen } = await scripted(context, {});
  const error = await failure(client().whoami({ signal: AbortSignal.abort() }));
  assert.equal(error.name, 'AbortError');
  assert.equal(seen.length, 0);
  const hanging = client({ apiKey: () => new Promise(() => {}) });
  const late = await failure(hanging.whoami({ signal: AbortSignal.timeout(50) }));
  assert.equal(late.name, 'TimeoutError');
  assert.match((await failure(hanging.whoami({ timeout: 50 }))).message, /apiKey gave no key within 50 ms/);
});

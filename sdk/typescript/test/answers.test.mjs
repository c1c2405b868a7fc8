// How answers are read: errors of every class, garbage, files both ways, and lists.

import assert from 'node:assert/strict';
import { createReadStream, readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as sdk from '../dist/esm/index.js';
import { failure, problem, scripted } from './scripted.mjs';

test('every status that the contract names has its class, and errors that name members are one class', async (context) => {
  const classes = {
    400: 'AnankeBadRequestError',
    401: 'AnankeAuthenticationError',
    403: 'AnankePermissionError',
    404: 'AnankeNotFoundError',
    405: 'AnankeApiError',
    409: 'AnankeConflictError',
    412: 'AnankePreconditionError',
    422: 'AnankeUnprocessableError',
    429: 'AnankeRateLimitError',
    500: 'AnankeServerError',
    503: 'AnankeServerError',
  };
  const contract = JSON.parse(readFileSync(new URL('../../../openapi.json', import.meta.url)));
  const operations = Object.values(contract.paths).flatMap((item) => Object.values(item));
  const named = new Set(operations.flatMap(({ responses }) => Object.keys(responses)).filter((status) => status >= '400'));
  // 413 and 415 carry `errors.pdf`.
  for (const status of named) assert.ok(status in classes || ['413', '415'].includes(status), status);
  for (const [status, name] of Object.entries(classes)) {
    const { client } = await scripted(context, { status: Number(status), body: problem(Number(status), 'A_CODE') });
    const error = await failure(client({ maxRetries: 0 }).whoami());
    assert.equal(error.constructor, sdk[name]);
    assert.equal(error.name, name);
    assert.ok(error instanceof sdk.AnankeApiError && error instanceof sdk.AnankeError && error instanceof Error);
    assert.match(error.stack, new RegExp(`^${name}: ${status}: it is A_CODE \\(request request\\)`));
    const { code, message, traceId, requestId, fieldErrors } = error;
    assert.deepEqual([error.status, code, traceId, requestId, fieldErrors], [Number(status), 'A_CODE', 'trace', 'request', []]);
    assert.equal(message, `${status}: it is A_CODE (request request)`);
  }
  for (const status of [413, 415, 422]) {
    const errors = { pdf: ['is large', 'is late'], 'fields[0].value': ['is long'] };
    const { client } = await scripted(context, { status, body: problem(status, 'VALIDATION_FAILED', { errors }) });
    const error = await failure(client().whoami());
    assert.equal(error.constructor, sdk.AnankeFieldValidationError);
    assert.deepEqual(error.fieldErrors, [
      { field: 'pdf', message: 'is large' },
      { field: 'pdf', message: 'is late' },
      { field: 'fields[0].value', message: 'is long' },
    ]);
    assert.equal(error.message, `${status}: pdf: is large; pdf: is late; fields[0].value: is long (request request)`);
  }
});

test('an answer that is not of Ananke is an error that says so', async (context) => {
  const gateway = await scripted(context, { status: 502, headers: { 'x-request-id': 'from-header' }, body: '<html>Bad Gateway' });
  const error = await failure(gateway.client({ maxRetries: 0 }).whoami());
  assert.ok(error instanceof sdk.AnankeServerError);
  assert.deepEqual([error.code, error.requestId], [undefined, 'from-header']);
  assert.match(error.message, /is baseUrl right\?/);
  const page = await scripted(context, { body: '<html>Welcome' });
  assert.ok((await failure(page.client().whoami())) instanceof sdk.AnankeResponseError);
  assert.equal(page.seen.length, 1);
  for (const body of ['null', '[]', '"x"', '{"errors":{"a":"b"}}', '{"errors":[1],"message":7}', '{']) {
    const { client } = await scripted(context, { status: 400, body });
    assert.ok((await failure(client().whoami())) instanceof sdk.AnankeBadRequestError, body);
  }
});

test('an answer cut off in the middle is a broken connection', async (context) => {
  const cut = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"tenant":', () => response.destroy());
  };
  const { client, seen } = await scripted(context, cut, { body: { tenant: 'T' } });
  assert.equal((await client().whoami()).tenant, 'T');
  assert.equal(seen.length, 2);
});

test('a fetch that followed a redirect is not believed', async (context) => {
  const { url, client } = await scripted(context, (request, response) => {
    const isFirst = request.url === '/v1/whoami';
    response.writeHead(isFirst ? 302 : 200, isFirst ? { location: '/elsewhere' } : {});
    response.end('{}');
  });
  const following = (address, init) => fetch(address, { ...init, redirect: 'follow' });
  const error = await failure(client({ fetch: following }).whoami());
  assert.ok(error instanceof sdk.AnankeResponseError, String(error));
  assert.ok(error.message.includes(url));
});

test('what frameworks cache is asked for afresh', async (context) => {
  const { client } = await scripted(context, {});
  const seen = [];
  const keeping = (address, init) => (seen.push(init), fetch(address, init));
  await client({ fetch: keeping }).tcode.verify.byReference('TCR-1');
  assert.deepEqual([seen[0].cache, seen[0].redirect], ['no-store', 'manual']);
});

test('a file is taken as bytes, Blob, File, stream or base64, and no other way', async (context) => {
  const { client, seen } = await scripted(context, { status: 201 });
  const folder = mkdtempSync(join(tmpdir(), 'ananke-sdk-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.pdf');
  const bytes = Buffer.from('%PDF-1.7 \0\xff bytes', 'latin1');
  writeFileSync(path, bytes);
  const request = { name: 'n', documentTypeCode: 'CER' };
  const ways = [
    bytes,
    new Uint8Array(bytes),
    new Uint8Array(bytes).buffer,
    new Blob([bytes]),
    new File([bytes], 'a.pdf'),
    new Blob([bytes]).stream(),
    createReadStream(path, { highWaterMark: 3 }),
  ];
  for (const pdf of ways) await client().tcode.documents.stamp({ ...request, pdf });
  for (const { headers, body } of seen) {
    const form = await new Response(body, { headers: { 'content-type': headers['content-type'] } }).formData();
    assert.deepEqual([...form.keys()], ['request', 'pdf']);
    assert.deepEqual(JSON.parse(form.get('request')), request);
    assert.deepEqual(Buffer.from(await form.get('pdf').arrayBuffer()), bytes);
  }
  await client().tcode.documents.stamp({ ...request, pdf: bytes.toString('base64') });
  assert.equal(seen.at(-1).headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(seen.at(-1).body), { ...request, pdf: bytes.toString('base64') });
  const before = seen.length;
  for (const [file, says] of [
    [{}, /must be bytes/],
    [17, /must be bytes/],
    ['./a.pdf', /its path is not its bytes/],
    [createReadStream(path, 'utf8'), /not one of bytes/],
  ]) {
    const error = await failure(client().trust.verify.byFile(file));
    assert.ok(error instanceof sdk.AnankeUsageError, String(error));
    assert.match(error.message, says);
  }
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
  assert.match((await failure(client().trust.verify.byFile(endless))).message, /more than 10 MB/);
  assert.equal(seen.length, before);
});

test('a stream is read once and sent as often as it takes', async (context) => {
  const busy = { status: 503, headers: { 'retry-after': '0' }, body: problem(503, 'SERVICE_UNAVAILABLE') };
  const { client, seen } = await scripted(context, busy, busy, { body: { verdict: 'valid' } });
  await client().trust.verify.byFile(new Blob(['%PDF-1.7 once']).stream());
  assert.equal(seen.length, 3);
  for (const { body } of seen) assert.ok(body.includes('%PDF-1.7 once'));
});

test('a list is a page when awaited, all items when iterated, and pages when asked for them', async (context) => {
  const pages = { '': [[1, 2], 'a'], a: [[], 'b'], b: [[3], null] };
  const { client, seen } = await scripted(context, (request, response) => {
    const query = new URL(request.url, 'http://x').searchParams;
    const [items, nextCursor] = pages[query.get('cursor') ?? ''];
    response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'r' });
    response.end(JSON.stringify({ items, nextCursor }));
  });
  const { documents } = client().trust;
  assert.deepEqual(await documents.list({ status: 'Active', limit: 2 }), { items: [1, 2], nextCursor: 'a' });
  assert.equal(seen[0].url, '/v1/trust/issuances?status=Active&limit=2');
  const items = [];
  for await (const item of documents.list({ status: 'Active' })) items.push(item);
  assert.deepEqual(items, [1, 2, 3]);
  assert.equal(seen.at(-1).url, '/v1/trust/issuances?status=Active&cursor=b');
  const lengths = [];
  for await (const page of documents.list().pages()) lengths.push(page.items.length);
  assert.deepEqual(lengths, [2, 0, 1]);
  assert.deepEqual(await documents.listAll(), [1, 2, 3]);
  const some = [];
  const before = seen.length;
  for await (const item of documents.listAll()) {
    some.push(item);
    if (some.length === 2) break;
  }
  assert.equal(seen.length, before + 1);
  assert.equal((await documents.list().withResponse()).response.requestId, 'r');
});

test('a list that fails rejects wherever it is read', async (context) => {
  const { client } = await scripted(
    context,
    { body: { items: [1], nextCursor: 'a' } },
    { status: 404, body: problem(404, 'NOT_FOUND') },
  );
  const items = [];
  const error = await failure(
    (async () => {
      for await (const item of client().apiKeys.list()) items.push(item);
    })(),
  );
  assert.ok(error instanceof sdk.AnankeNotFoundError);
  assert.deepEqual(items, [1]);
});

test('a record that is followed ends where nothing more is recorded', async (context) => {
  const { client, seen } = await scripted(
    context,
    { body: { items: [1], nextCursor: 'a' } },
    { body: { items: [], nextCursor: 'a' } },
  );
  const items = [];
  for await (const item of client().audit.list({ order: 'recorded' })) items.push(item);
  assert.deepEqual(items, [1]);
  assert.equal(seen.length, 2);
});

test('settings that cannot be kept are refused when they are made', async (context) => {
  const { client, seen } = await scripted(context, {});
  for (const options of [
    { timeout: 0 },
    { timeout: NaN },
    { timeout: 2 ** 31 },
    { timeout: '5' },
    { maxRetries: -1 },
    { maxRetries: 1.5 },
    { maxRetries: Infinity },
  ]) {
    assert.throws(() => client(options), sdk.AnankeUsageError, JSON.stringify(options));
    assert.ok((await failure(client().whoami(options))) instanceof sdk.AnankeUsageError);
  }
  for (const options of ['ak_live_x', null, { fetch: 1 }, { baseUrl: new URL('https://documents.example.org') }]) {
    assert.throws(() => new sdk.AnankeClient(options), sdk.AnankeUsageError);
  }
  // Misspelt, the key would go to the address that is the default.
  assert.throws(() => client({ baseURL: 'https://documents.example.org' }), /no option baseURL; there are apiKey, baseUrl,/);
  assert.throws(() => client({ dangerouslyAllowBrowser: true }), sdk.AnankeUsageError);
  assert.match((await failure(client().whoami({ retries: 3 }))).message, /no option retries/);
  assert.equal(seen.length, 0);
});

test('the version that is sent is that of the package', async (context) => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
  const { client, seen } = await scripted(context, {});
  await client().whoami({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  assert.equal(seen[0].headers['user-agent'], `ananke-typescript/${version}`);
  assert.match(seen[0].headers.traceparent, /^00-0af7/);
});

// What every verification route answers, be it of Next, at the edge, or of plain Node.

import assert from 'node:assert/strict';

let visitors = 0;
/** A visitor that has not asked before. */
export const visitor = () => ({ 'x-forwarded-for': `192.0.2.${++visitors}` });

/** Asks as a visitor. What came, and that nobody may keep it. */
export async function ask(route, reference, headers = visitor()) {
  const response = await fetch(reference === undefined ? route : `${route}?${new URLSearchParams({ reference })}`, { headers });
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const text = await response.text();
  return { status: response.status, again: response.headers.get('retry-after'), text, body: () => JSON.parse(text) };
}

/** Valid, revoked, test, unknown and malformed. Gives the texts of all. */
export async function answers(route, { issue, client }) {
  const texts = [];
  const answer = async (reference) => {
    const { status, text, body } = await ask(route, reference);
    texts.push(text);
    return [status, body()];
  };
  const name = 'Ada <b>Lovelace</b>';
  const document = await issue(name);
  const issuer = 'My organisation';
  const valid = [200, { verdict: 'valid', mode: 'live', issuer, recipientName: name }];
  assert.deepEqual(await answer(document.reference), valid);
  // As people type it.
  assert.deepEqual(await answer(` ${document.reference.toLowerCase().replace(/(.{8})/, '$1 ')}`), valid);
  await client.trust.documents.revoke(document.id);
  assert.deepEqual(await answer(document.reference), [200, { ...valid[1], verdict: 'revoked' }]);
  assert.deepEqual(await answer('TRF-0000000000001'), [200, { verdict: 'not_found', mode: null, issuer: null, recipientName: null }]);
  for (const [typed, problem] of [
    [undefined, 'prefix'],
    ['', 'prefix'],
    ['<script>', 'prefix'],
    ['TRF-ABCD1234', 'length'],
    ['TRF-0000000000002', 'check'],
    ['TRF-000000000000!', 'character'],
    ['TRF-'.padEnd(5000, '0'), 'length'],
  ]) {
    assert.deepEqual(await answer(typed), [400, { error: 'no_reference', problem }], typed?.slice(0, 40));
  }
  return texts;
}

/** One visitor asks `most` times in a minute and no more; others are not touched by it. */
export async function limits(route, most) {
  const one = visitor();
  for (let times = 0; times < most; times++) assert.equal((await ask(route, 'TRF-0000000000001', one)).status, 200);
  const { status, again, body } = await ask(route, 'TRF-0000000000001', one);
  assert.deepEqual([status, body()], [429, { error: 'too_many_requests' }]);
  assert.ok(Number(again) >= 1 && Number(again) <= 60, again);
  // What a visitor writes before what the proxy adds makes nobody else of it.
  const [address] = Object.values(one);
  assert.equal((await ask(route, undefined, { 'x-forwarded-for': `198.51.100.7, ${address}` })).status, 429);
  assert.equal((await ask(route, 'TRF-0000000000001')).status, 200);
}

/** The server is away: soon an answer of its own, and no verdict. */
export async function away(route) {
  const began = performance.now();
  const { status, again, body, text } = await ask(route, 'TRF-0000000000001');
  assert.deepEqual([status, again, body()], [503, '10', { error: 'try_again_later' }]);
  assert.ok(performance.now() - began < 12_000);
  return text;
}

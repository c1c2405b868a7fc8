// How a bundle is opened, and that nothing else stands for one that was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTrust, verifyCredential, verifyHash, verifySeal } from '@ananke/verify';
import { readPem } from '../dist/esm/certificate.js';
import { given } from './cases.mjs';
import { jws, parts, vectorCases } from './generated.mjs';

const now = '2026-07-01T12:00:00.000Z';
const bundle = given('trust-live.jws');
const fingerprint = async (name) => `sha256:${(await readPem(given(name))).thumbprint}`;
const refused = (word) => ({ name: 'AnankeRefusedError', word });

test('a bundle is opened under the root that is held, or that it leads to', async () => {
  const root = await fingerprint('root.pem');
  const trust = await openTrust(bundle, { root, minSequence: 7 });
  assert.deepEqual([trust.fingerprint, trust.source, trust.mode, trust.sequence], [root, 'pinned', 'live', 7n]);
  assert.deepEqual(trust.baseUrls, ['https://docs.example.com', 'https://old.example.com']);
  await assert.rejects(openTrust(bundle, { root, minSequence: 8n }), refused('sequence'));
  await assert.rejects(openTrust(bundle, { root: await fingerprint('stranger-root.pem') }), refused('root'));

  const der = (name) => given(name).split('\n').slice(1, -1).join('');
  const [header, payload] = parts(bundle);
  const moved = jws(JSON.stringify({ ...JSON.parse(header), x5c: [der('ca-live-2.pem'), der('root-2.pem')] }), payload, 'ca-live');
  const roots = ['root.pem', 'root-2-link.pem', 'root-2.pem'].map(given).join('\n');
  const later = { root, roots, now: '2041-01-01T00:00:00.000Z' };
  assert.equal((await openTrust(moved, later)).source, 'succession');
  await assert.rejects(openTrust(moved, { root }), refused('root'));
  await assert.rejects(openTrust(moved, { ...later, now }), refused('time'));
});

test('what is asked wrongly is an error, not a verdict', async () => {
  const trust = await openTrust(bundle, { believe: 'first_use' });
  assert.equal(trust.source, 'first_use');
  await assert.rejects(openTrust(bundle, {}), TypeError);
  await assert.rejects(openTrust(bundle, { believe: 'server' }), TypeError);
  await assert.rejects(openTrust(bundle, { root: 'sha256:AB' }), TypeError);
  await assert.rejects(verifyHash('abc', { trust }), TypeError);
  await assert.rejects(verifyCredential('', { trust, now: 'today' }), TypeError);
  // An object that only looks like a trust.
  await assert.rejects(verifyCredential('', { trust: { ...trust } }), TypeError);
  assert.throws(() => Object.assign(trust, { source: 'pinned' }), TypeError);
});

test('bytes that are changed while they are looked at are not looked at', async () => {
  const trust = await openTrust(bundle, { root: await fingerprint('root.pem') });
  const { input } = vectorCases.find(({ from }) => from === 'verify/seal-valid.txt');
  for (const seal of [Buffer.from(input, 'hex'), new Uint8Array(Buffer.from(input, 'hex'))]) {
    const answer = verifySeal(seal, { trust, now });
    seal.fill(0);
    assert.equal((await answer).checks[0].result, 'passed');
  }
});

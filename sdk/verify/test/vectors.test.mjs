// Every file of vectors/ that concerns verification, as crates/format/tests/vectors runs it. What is not run is named and counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkForeignSeal } from '@ananke/verify';
import { readSeal } from '../dist/esm/seal.js';
import { allCases, foreign, fromHex } from './cases.mjs';
import { KINDS, NOT_RUN, WORDS_NOT_RUN } from './kinds.mjs';

const FEWEST = 470;

test('every vector comes out as it says', async () => {
  const failures = [];
  const ran = {};
  const left = {};
  for (const vector of allCases()) {
    const { path, kind } = vector;
    const isLeft = kind in NOT_RUN || (kind === 'words' && WORDS_NOT_RUN.includes(path.split('/')[1]));
    if (isLeft) {
      left[kind] = (left[kind] ?? 0) + 1;
      continue;
    }
    if (!KINDS[kind]) {
      failures.push(`${path}: unknown kind`);
      continue;
    }
    const known = ['what', 'kind', 'expect', ...(KINDS[kind].headers ?? [])];
    const needed = known.filter((name) => !name.endsWith('?'));
    const wrong = [...vector.headers.keys()].filter((name) => !known.includes(name) && !known.includes(`${name}?`));
    wrong.push(...needed.filter((name) => vector.find(name) === undefined));
    if (wrong.length > 0) failures.push(`${path}: headers ${wrong}`);
    ran[kind] = (ran[kind] ?? 0) + 1;
    const actual = await Promise.resolve(KINDS[kind].run(vector)).catch((error) => `threw ${error.stack}`);
    if (actual !== vector.header('expect')) failures.push(`${path}: expected ${vector.header('expect')}, got ${actual}`);
  }
  const told = (counts) => Object.entries(counts).map(([kind, count]) => `${kind} ${count}`).join(', ');
  const total = Object.values(ran).reduce((sum, count) => sum + count, 0);
  console.log(`ran ${total}: ${told(ran)}`);
  console.log(`not run: ${told(left)}`);
  assert.equal(failures.join('\n'), '');
  assert.ok(total >= FEWEST, `only ${total} vectors`);
  assert.deepEqual(Object.keys(ran).sort(), Object.keys(KINDS).sort());
  assert.deepEqual(Object.keys(left).sort(), [...Object.keys(NOT_RUN), 'words'].sort());
});

test('seals of other people are read, and those over brainpoolP256r1 are not checked', async () => {
  const known = JSON.parse(foreign('seals.json'));
  let signed = 0;
  for (const { hex, signer } of known.seals) {
    const seal = readSeal(fromHex(hex));
    assert.equal(Buffer.from(seal.bytes).toString('hex'), hex);
    if (!signer) continue;
    signed += 1;
    const checked = await checkForeignSeal(fromHex(hex), foreign(`${signer}.pem`));
    assert.deepEqual(checked, { result: 'not_checked', reason: 'unsupported_algorithm' });
  }
  assert.deepEqual([known.seals.length, signed], [7, 3]);
  for (const { hex, ...said } of known.headers) {
    const { header } = readSeal(fromHex(hex));
    const reference = said.version_byte === 2 ? said.certificate_reference.padStart(5, '0') : said.certificate_reference;
    assert.deepEqual(
      [header.country, header.signer, header.reference, header.issued, header.signed],
      [said.issuing_country, said.signer_id, reference, said.issue_date, said.signature_date],
    );
  }
});

// Both implementations judge the same cases: those of vectors/, and those that a seed makes. Each verdict, check, reason and member of
// the answer is compared, and the word with which a bundle or a list is refused.

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../../typescript/test/installed.mjs';
import { compare } from './compared.mjs';
import { vectorCases } from './generated.mjs';
import { judged } from './judged.mjs';
import { without } from './needed.mjs';

const target = resolve(fileURLToPath(new URL('../../..', import.meta.url)), process.env.CARGO_TARGET_DIR || 'target');
const program = process.env.ANANKE_VERDICTS ?? `${target}/debug/examples/verdicts`;
const withoutRust = without(program, 'run `cargo build -p ananke-api --example verdicts`, or set ANANKE_VERDICTS');

const cases = Number(process.env.ANANKE_VERIFY_CASES ?? 10_000);
const seed = Number(process.env.ANANKE_VERIFY_SEED ?? 1);
/** How many programs share the cases. */
const SHARES = 2;

const vectors = async (from, to) => vectorCases.slice(from, to);

test('both implementations give equal verdicts over all vectors', { skip: withoutRust }, async () => {
  const { differing, counts } = await compare(program, vectors);
  assert.equal(differing.slice(0, 5).join('\n\n'), '', `${differing.length} of ${vectorCases.length} differ`);
  assert.ok(vectorCases.length > 380, String(vectorCases.length));
  assert.ok(counts.valid >= 10, JSON.stringify(counts));
});

test('a slip of one implementation is found', { skip: withoutRust }, async () => {
  const slipping = async (one) => JSON.parse(JSON.stringify(await judged(one)).replaceAll('"key_retired"', '"expired"'));
  const { differing } = await compare(program, vectors, slipping);
  assert.equal(differing.length, 3);
});

test('both implementations give equal verdicts over generated cases', { skip: withoutRust }, async () => {
  const began = Date.now();
  const compared = fileURLToPath(new URL('compared.mjs', import.meta.url));
  const shares = Array.from({ length: SHARES }, async (_, share) => {
    const { stdout } = await run(process.execPath, [compared, program, ...[seed, share, cases, SHARES].map(String)]);
    return JSON.parse(stdout);
  });
  const counts = {};
  const differing = [];
  let count = 0;
  for (const share of await Promise.all(shares)) {
    for (const [word, times] of Object.entries(share.counts)) counts[word] = (counts[word] ?? 0) + times;
    differing.push(...share.differing);
    count += share.count;
  }
  const most = Object.entries(counts).sort(([, one], [, other]) => other - one);
  console.log(`seed ${seed}, ${cases} cases in ${Math.round((Date.now() - began) / 1000)} s: ${most.map((pair) => pair.join(' ')).join(', ')}`);
  assert.equal(differing.join('\n\n'), '', `${count} of ${cases} differ; ANANKE_VERIFY_SEED=${seed} repeats them`);
  // Cases that reach the end, and as many words as there are to be met.
  if (cases >= 10_000) assert.ok(counts.valid > cases / 50 && most.length > 60, String(most.length));
});

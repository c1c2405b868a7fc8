// Both implementations judge the same cases: those of vectors/, and those that a seed makes. Each verdict, check, reason and member of
// the answer is compared, and the word with which a bundle or a list is refused.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generated, vectorCases } from './generated.mjs';
import { judged } from './judged.mjs';
import { without } from './needed.mjs';

const target = resolve(fileURLToPath(new URL('../../..', import.meta.url)), process.env.CARGO_TARGET_DIR || 'target');
const program = process.env.ANANKE_VERDICTS ?? `${target}/debug/examples/verdicts`;
const withoutRust = without(program, 'run `cargo build -p ananke-api --example verdicts`, or set ANANKE_VERDICTS');

const cases = Number(process.env.ANANKE_VERIFY_CASES ?? 10_000);
const seed = Number(process.env.ANANKE_VERIFY_SEED ?? 1);
const BATCH = 100;

/** The other implementation: answers in the order of the cases. */
function rust() {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: (batch) => child.stdin.write(batch.map(({ from, ...rest }) => `${JSON.stringify(rest)}\n`).join('')),
    answer: async () => {
      const { value, done } = await lines.next();
      assert.ok(!done, 'the other implementation ended');
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

async function compare(all, seen, judge = judged) {
  const other = rust();
  const differing = [];
  for (let at = 0; ; at += BATCH) {
    const batch = await all(at);
    if (batch.length === 0) break;
    other.ask(batch);
    const said = await Promise.all(batch.map((one) => judge(one)));
    for (const [place, one] of batch.entries()) {
      const [ours, theirs] = [said[place], await other.answer()].map(withoutCause);
      seen(ours);
      try {
        assert.deepStrictEqual(ours, theirs);
      } catch (error) {
        differing.push(`${one.from}\n${error.message}\n${JSON.stringify(one).slice(0, 3000)}`);
      }
    }
  }
  other.end();
  return differing;
}

/**
 * The specification names the step, and leaves open which of two faults within it is met first: of a table that is too long and has
 * a wrong checksum, or of a certificate.
 */
const withoutCause = ({ trust, lists, ...said }) => ({
  ...said,
  trust: trust.replace(/^authority\..*/, 'authority'),
  ...(lists && { lists: lists.map((word) => word.replace(/^table\..*/, 'table')) }),
});

/** What came out how often: a comparison of nothing but refusals would show little. */
function tally() {
  const counts = {};
  const count = (word) => (counts[word] = (counts[word] ?? 0) + 1);
  return {
    counts,
    seen: ({ trust, lists = [], verification }) => {
      if (!verification) return count(`bundle ${trust}`);
      count(verification.verdict);
      for (const { reason } of verification.checks) if (reason) count(reason);
      for (const list of lists) count(`list ${list}`);
    },
  };
}

test('both implementations give equal verdicts over all vectors', { skip: withoutRust }, async () => {
  const { counts, seen } = tally();
  const differing = await compare(async (at) => vectorCases.slice(at, at + BATCH), seen);
  assert.equal(differing.slice(0, 5).join('\n\n'), '', `${differing.length} of ${vectorCases.length} differ`);
  assert.ok(vectorCases.length > 380, String(vectorCases.length));
  assert.ok(counts.valid >= 10, JSON.stringify(counts));
});

test('a slip of one implementation is found', { skip: withoutRust }, async () => {
  const slipping = async (one) => JSON.parse(JSON.stringify(await judged(one)).replaceAll('"key_retired"', '"expired"'));
  const differing = await compare(async (at) => vectorCases.slice(at, at + BATCH), () => {}, slipping);
  assert.equal(differing.length, 3);
});

test('both implementations give equal verdicts over generated cases', { skip: withoutRust }, async () => {
  const began = Date.now();
  const { counts, seen } = tally();
  const make = async (at) => {
    const batch = [];
    for (let number = at; number < Math.min(at + BATCH, cases); number += 1) batch.push(await generated(seed, number));
    return batch;
  };
  const differing = await compare(make, seen);
  const most = Object.entries(counts).sort(([, one], [, other]) => other - one);
  console.log(`seed ${seed}, ${cases} cases in ${Math.round((Date.now() - began) / 1000)} s: ${most.map((pair) => pair.join(' ')).join(', ')}`);
  assert.equal(differing.slice(0, 5).join('\n\n'), '', `${differing.length} of ${cases} differ; ANANKE_VERIFY_SEED=${seed} repeats them`);
  // Cases that reach the end, and as many words as there are to be met.
  if (cases >= 10_000) assert.ok(counts.valid > cases / 50 && most.length > 60, String(most.length));
});

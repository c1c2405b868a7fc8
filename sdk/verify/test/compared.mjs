// Cases judged by both implementations and compared. As a program, `node compared.mjs PROGRAM SEED FROM TO STEP`, it does so with every
// STEP-th generated case, since the runner of tests makes promises dear, and prints what came out.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { generated } from './generated.mjs';
import { judged } from './judged.mjs';

const BATCH = 100;

/** The other implementation: answers in the order of the cases. */
function rust(program) {
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

/** Compares the cases that `take` gives from a place on; gives what differs, and what came out how often. */
export async function compare(program, take, judge = judged) {
  const other = rust(program);
  const differing = [];
  const counts = {};
  for (let at = 0; ; at += BATCH) {
    const batch = await take(at, at + BATCH);
    if (batch.length === 0) break;
    other.ask(batch);
    const said = await Promise.all(batch.map((one) => judge(one)));
    for (const [place, one] of batch.entries()) {
      const [ours, theirs] = [said[place], await other.answer()].map(withoutCause);
      for (const word of wordsOf(ours)) counts[word] = (counts[word] ?? 0) + 1;
      try {
        assert.deepStrictEqual(ours, theirs);
      } catch (error) {
        differing.push(`${one.from}\n${error.message}\n${JSON.stringify(one).slice(0, 3000)}`);
      }
    }
  }
  other.end();
  return { differing, counts };
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

/** What an answer says: a comparison of nothing but refusals would show little. */
function wordsOf({ trust, lists = [], verification }) {
  if (!verification) return [`bundle ${trust}`];
  const reasons = verification.checks.map(({ reason }) => reason).filter(Boolean);
  return [verification.verdict, ...reasons, ...lists.map((list) => `list ${list}`)];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [program, ...numbers] = process.argv.slice(2);
  const [seed, from, to, step] = numbers.map(Number);
  const take = async (begin, end) => {
    const batch = [];
    for (let number = from + begin * step; number < Math.min(to, from + end * step); number += step) batch.push(await generated(seed, number));
    return batch;
  };
  const { differing, counts } = await compare(program, take);
  console.log(JSON.stringify({ differing: differing.slice(0, 5), count: differing.length, counts }));
}

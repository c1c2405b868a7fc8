// The scenarios that every client of Ananke plays alike (`scenarios/` of the repository), by this one.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { filled, played } from './player.mjs';
import { someKey } from './scripted.mjs';
import { serve, withoutServer } from './served.mjs';

const scenarios = new URL('../../../scenarios/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, scenarios), 'utf8'));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A member by its path, such as `items.0.reference`. */
const member = (value, path) => path.split('.').reduce((of, name) => of?.[name], value);

/** Whether what came of a step is what it says. */
function judged(step, { value, failed }, kept) {
  if (step.fails) {
    const { fields = [], ...rest } = step.fails;
    assert.ok(failed, `it did not fail: ${JSON.stringify(value)}`);
    assert.deepEqual({ ...failed, ...rest }, failed);
    for (const field of fields) assert.ok(failed.fields.includes(field), `${field}: ${failed.fields}`);
    return;
  }
  assert.equal(failed, undefined, JSON.stringify(failed));
  for (const [path, wanted] of Object.entries(step.expect ?? {})) {
    const found = member(value, path);
    if (wanted === '*') assert.ok(found !== undefined && found !== null, path);
    else assert.deepEqual(found, filled(wanted, kept), path);
  }
}

describe('a life, against the real server', { skip: withoutServer }, () => {
  test('life.json', async (context) => {
    const server = await serve();
    context.after(server.stop);
    const kept = {};
    for (const step of read('life.json').steps) {
      await context.test(step.name, async () => {
        const apiKey = step.key === undefined ? server.testKey : filled(step.key, kept);
        const outcome = await played(step, { baseUrl: server.url, apiKey }, kept);
        judged(step, outcome, kept);
        for (const [name, path] of Object.entries(step.keep ?? {})) kept[name] = member(outcome.value, path);
        if (step.keepBytes) kept[step.keepBytes] = outcome.value;
      });
    }
  });
});

/** A program that answers each line with a line. */
function lines(context, program, env) {
  const child = spawn(process.execPath, [program], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  context.after(() => child.stdin.end());
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await answers.next()).value);
  return { next, ask: (value) => (child.stdin.write(`${JSON.stringify(value)}\n`), next()) };
}

test('a line and a server in trouble', async (context) => {
  const { control, ca, cases } = await lines(context, fileURLToPath(new URL('server.mjs', scenarios))).next();
  const player = lines(context, here('player.mjs'), { NODE_EXTRA_CA_CERTS: ca });
  for (const [index, step] of read('line.json').cases.entries()) {
    await context.test(step.name, async () => {
      await fetch(`${control}/play/${index}`);
      const options = { baseUrl: cases[index].url, apiKey: someKey, timeout: step.timeoutMs, maxRetries: step.maxRetries };
      const began = Date.now();
      const outcome = await player.ask({ step, options });
      judged(step, outcome, {});
      assert.ok(Date.now() - began >= (step.leastMs ?? 0));
      assert.ok(!outcome.said?.includes(someKey), outcome.said);
      const { requests, strayed } = await (await fetch(`${control}/seen/${index}`)).json();
      assert.equal(requests.length, step.requests);
      assert.equal(strayed, 0);
      const keys = requests.map(({ headers }) => headers['idempotency-key']);
      if (step.oneKey) assert.ok(keys[0] && keys.every((key) => key === keys[0]), String(keys));
      const seen = requests.some(({ headers }) => headers['x-api-key'] === someKey);
      assert.equal(seen, step.keySeen ?? true);
    });
  }
});

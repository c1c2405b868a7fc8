// What is made from openapi.json is made anew, and every operation there has a method that calls it.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generate, operationsOf, readContract } from '../scripts/generate.mjs';

const source = new URL('../src/', import.meta.url);

test('src/generated has no drift from openapi.json', async () => {
  for (const [name, text] of Object.entries(await generate())) {
    const file = new URL(`generated/${name}`, source);
    if (process.env.UPDATE === '1') await writeFile(file, text);
    const written = await readFile(file, 'utf8');
    // Not `equal`: the difference of two long texts is made for minutes.
    assert.ok(written === text, `${name} is not what openapi.json makes: run \`npm run generate\``);
  }
});

test('every operation of openapi.json is called by a method of a resource', async () => {
  const names = await readdir(new URL('resources/', source));
  const files = [...names.map((name) => `resources/${name}`), 'client.ts'];
  const code = (await Promise.all(files.map((name) => readFile(new URL(name, source), 'utf8')))).join('\n');
  const missing = operationsOf(await readContract()).filter(([id]) => !code.includes(`'${id}'`));
  assert.deepEqual(
    missing.map(([id]) => id),
    [],
  );
});

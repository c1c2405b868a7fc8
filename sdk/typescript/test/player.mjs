// Plays one step of the scenarios with the client, and says what came of it. Run by itself it plays those it reads, one JSON value
// per line, for a test that must choose the environment of the client.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as sdk from '../dist/esm/index.js';

const repository = new URL('../../../', import.meta.url);

/** The arguments of a step, what was kept in the place of its name. */
export function filled(value, kept) {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (whole, name) => kept[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => filled(item, kept));
  if (value === null || typeof value !== 'object') return value;
  if (value.$file) return new Uint8Array(readFileSync(new URL(value.$file, repository)));
  if (value.$bytes) {
    const bytes = Uint8Array.from(kept[value.$bytes]);
    if (value.flip !== undefined) bytes[value.flip] ^= 1;
    return bytes;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, kept)]));
}

/** What kind of failure it is, in the words of the scenarios. */
function failure(error) {
  if (error instanceof sdk.AnankeApiError) {
    const { status, code, fieldErrors } = error;
    return { kind: 'api', status, code, fields: fieldErrors.map(({ field }) => field) };
  }
  const kinds = [
    [sdk.AnankeTimeoutError, 'timeout'],
    [sdk.AnankeConnectionError, 'connection'],
    [sdk.AnankeResponseError, 'answer'],
    [sdk.AnankeUsageError, 'usage'],
  ];
  const kind = kinds.find(([type]) => error instanceof type)?.[1];
  if (kind === undefined) throw error;
  return { kind };
}

/** `{value}`, or `{failed}`; and everything that a log could get hold of, as `said`. */
export async function played({ call, with: given = [] }, options, kept) {
  const client = new sdk.AnankeClient(options);
  const path = call.split('.');
  const method = path.pop();
  const resource = path.reduce((of, name) => of[name], client);
  try {
    const value = await resource[method](...filled(given, kept));
    return { value };
  } catch (error) {
    return { failed: failure(error), said: `${error} ${error.stack} ${JSON.stringify(error)}` };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { step, options } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await played(step, options, {}))}\n`);
  }
}

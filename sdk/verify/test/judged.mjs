// What this implementation says of a case. Runs in Node, in pages and in workers alike.

import { openTrust, verifyCredential, verifyHash, verifyReference, verifySeal, verifyStamped } from '../dist/esm/index.js';
import { believedBy } from '../dist/esm/opened.js';
import { attempt } from '../dist/esm/refused.js';
import { readList } from '../dist/esm/status.js';

/** Pages have no Buffer, and generated cases are many. */
const fromHex = (text) =>
  globalThis.Buffer
    ? new Uint8Array(Buffer.from(text, 'hex'))
    : Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));

const opened = new Map();

/** A bundle is opened once, and its keys are looked at in every case. */
function trustOf(bundle, root) {
  const key = `${root} ${bundle}`;
  if (!opened.has(key)) {
    if (opened.size > 100) opened.clear();
    opened.set(key, attempt(() => openTrust(bundle, root === null ? { believe: 'bundle_file' } : { root })));
  }
  return opened.get(key);
}

const words = new WeakMap();

/** What becomes of a list under a trust; those of the vectors are met again and again. */
function listWord(text, trust) {
  if (!words.has(trust)) words.set(trust, new Map());
  const known = words.get(trust);
  if (known.size > 1000) known.clear();
  if (!known.has(text)) {
    const read = attempt(() => readList(text, believedBy(trust)));
    known.set(text, read.then((list) => ('refused' in list ? list.refused : 'accepted')));
  }
  return known.get(text);
}

/** What this implementation says. */
export async function judged(one) {
  const { bundle, root, lists, now, allowTest, door, input, record, file } = one;
  const read = await trustOf(bundle, root);
  if ('refused' in read) return { trust: read.refused };
  const trust = read.value;
  const told = await Promise.all(lists.map((text) => listWord(text, trust)));
  const evidence = { trust, statusLists: lists, allowTest, now, ...(record !== null && { record }) };
  const verification = await {
    credential: () => verifyCredential(input, evidence),
    seal: () => verifySeal(fromHex(input), { ...evidence, ...(file !== null && { readFrom: file }) }),
    stamped: () => verifyStamped(fromHex(input), evidence),
    reference: () => verifyReference(input, evidence),
    hash: () => verifyHash(input, evidence),
  }[door]();
  return { trust: 'accepted', lists: told, verification: JSON.parse(JSON.stringify(verification)) };
}

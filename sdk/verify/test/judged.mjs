// What this implementation says of a case. Runs in Node, in pages and in workers alike.

import { openTrust, verifyCredential, verifyHash, verifyReference, verifySeal, verifyStamped } from '../dist/esm/index.js';
import { believedBy } from '../dist/esm/opened.js';
import { attempt } from '../dist/esm/refused.js';
import { readList } from '../dist/esm/status.js';

const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** What this implementation says. */
export async function judged(one) {
  const { bundle, root, lists, now, allowTest, door, input, record, file } = one;
  const opened = await attempt(() => openTrust(bundle, root === null ? { believe: 'bundle_file' } : { root }));
  if ('refused' in opened) return { trust: opened.refused };
  const trust = opened.value;
  const told = [];
  for (const text of lists) {
    const list = await attempt(() => readList(text.trim(), believedBy(trust)));
    told.push('refused' in list ? list.refused : 'accepted');
  }
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

// Rotates a key without downtime: the successor is made, tried, and put where the program finds it, while the old key goes on.
//
//   ANANKE_API_KEY=… node rotate.mjs OLD_KEY_ID FILE [OVERLAP_SECONDS]
//
// With a secrets manager, put the secret there instead of into the file; nothing else changes.

import { rename, writeFile } from 'node:fs/promises';
import { AnankeClient } from '@ananke/sdk';

const [id, file, overlap = '3600'] = process.argv.slice(2);
const admin = new AnankeClient(); // a key that may manage keys, in ANANKE_API_KEY

// Both keys work until the overlap ends. Make it longer than it takes for the new one to be everywhere.
const { secret, prefix } = await admin.apiKeys.roll(id, { overlapSeconds: Number(overlap) });

// The secret is in that answer and nowhere else, ever: first into safety, and whole or not at all.
await writeFile(`${file}.new`, secret, { mode: 0o600 });
try {
  await new AnankeClient({ apiKey: secret }).whoami();
} catch (error) {
  await admin.apiKeys.cancelRoll(id, { force: true });
  throw error;
}
await rename(`${file}.new`, file);

console.log(`${prefix} is in place; the old key ends in ${overlap} s`);

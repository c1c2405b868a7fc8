// A program that goes on while its key is rotated: `apiKey` is a function. What it gave is kept; when the server refuses that, the
// function is asked once more, and the call that was refused goes through with the new key.
//
//   ANANKE_API_KEY_FILE=/run/secrets/ananke/key node running.mjs

import { setTimeout } from 'node:timers/promises';
import { AnankeClient } from '@ananke/sdk';
import { mountedFile } from '../secrets/mounted-file.mjs';

const client = new AnankeClient({ apiKey: mountedFile(process.env.ANANKE_API_KEY_FILE) });

for (;;) {
  const { items } = await client.trust.documents.list({ limit: 1 });
  const { key } = await client.whoami();
  console.log(`${key.prefix} ${items.length}`);
  await setTimeout(Number(process.env.EVERY_MS ?? 1000));
}

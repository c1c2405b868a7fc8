// `node records.mjs sign|verify SECONDS`: a record of the same content with `jose`, in this process.

import { CompactSign, compactVerify, exportJWK, importJWK, importPKCS8 } from 'jose';
import { createPublicKey } from 'node:crypto';

const [what, seconds] = process.argv.slice(2);
const pem = process.env.SIGNING_KEY;
const key = await importPKCS8(pem, 'ES256');
const publicKey = await importJWK(await exportJWK(createPublicKey(pem)), 'ES256');
const claims = JSON.parse(process.env.CLAIMS);
const encoder = new TextEncoder();

async function sign() {
  const payload = encoder.encode(JSON.stringify(claims));
  return new CompactSign(payload).setProtectedHeader({ alg: 'ES256', typ: 'vc+jwt', kid: 'acme#01' }).sign(key);
}

const record = await sign();
async function verify() {
  const { payload } = await compactVerify(record, publicKey);
  return JSON.parse(new TextDecoder().decode(payload));
}

const once = { sign, verify }[what];
const end = Date.now() + Number(seconds) * 1000;
let count = 0;
while (Date.now() < end) {
  for (let n = 0; n < 16; n += 1) await once();
  count += 16;
}
console.log(count);

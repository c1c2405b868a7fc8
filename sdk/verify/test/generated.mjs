// Cases for both implementations: those of vectors/, and what a seed makes of them. What is changed is signed anew with the public
// keys of the test PKI as often as not, so that what stands behind a signature is compared, too.

import { createPrivateKey, sign } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { readPem } from '../dist/esm/certificate.js';
import { symbolOf } from '../dist/esm/datamatrix.js';
import { sha256 } from '../dist/esm/hash.js';
import { checkStamp, draw } from '../dist/esm/stamp.js';
import { allCases, bytesGiven, changed, fromHex, given, namesGiven } from './cases.mjs';
import { mutatedBytes, mutatedJson, mutatedText, Random } from './random.mjs';

const NOW = '2026-07-01T12:00:00.000Z';
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const toHex = (bytes) => Buffer.from(bytes).toString('hex');
const root = `sha256:${(await readPem(given('root.pem'))).thumbprint}`;
const live = given('trust-live.jws');

const plain = { bundle: live, root, lists: [], now: NOW, allowTest: false, record: null, file: null };

/** The vectors as cases. */
export const vectorCases = allCases().flatMap((vector) => {
  const trust = vector.find('trust');
  const base = { ...plain, bundle: trust ? given(trust) : live, from: vector.path };
  const hex = vector.input;
  switch (vector.kind) {
    case 'credential':
      return { ...base, door: 'credential', input: vector.input };
    case 'verify': {
      const [carrier = 'credential', from] = vector.find('carrier')?.split(' ') ?? [];
      const input = carrier === 'stamped' ? toHex(changed(vector.input, from)) : vector.input;
      const lists = (vector.find('lists') ?? '').split(' ').filter(Boolean).map(given);
      const whole = { ...base, door: carrier, input, lists, now: vector.header('now'), allowTest: vector.find('allow-test') === 'yes' };
      const [reference, file] = [vector.find('reference'), vector.find('file')];
      if (carrier === 'seal') return { ...whole, file: file ?? null };
      if (carrier === 'stamped') return whole;
      const asked = [reference && { door: 'reference', input: reference }, file && { door: 'hash', input: file }].filter(Boolean);
      return [whole, ...asked.map((question) => ({ ...whole, ...question, record: input }))];
    }
    case 'seal':
    case 'own-seal':
      return { ...base, door: 'seal', input: hex };
    case 'stamped':
      return { ...base, door: 'stamped', input: toHex(changed(vector.input, vector.header('file'))) };
    case 'status':
      return { ...base, door: 'hash', input: '0'.repeat(64), lists: [vector.input] };
    case 'trust': {
      const pin = vector.header('pin');
      return { ...base, door: 'hash', input: '0'.repeat(64), bundle: vector.input, root: pin.startsWith('sha256:') ? pin : null };
    }
    case 'reference':
      return { ...base, door: 'reference', input: vector.input };
    default:
      return [];
  }
});

const keys = new Map();
function signed(bytes, key) {
  if (!keys.has(key)) keys.set(key, createPrivateKey(given(`${key}.key.pem`).replace(/^[^-]*/, '')));
  const signature = sign('sha256', bytes, { key: keys.get(key), dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${toHex(signature.subarray(32))}`);
  const low = s * 2n > ORDER ? ORDER - s : s;
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(low.toString(16).padStart(64, '0'), 'hex')]);
}

export const jws = (header, payload, key) => {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${signed(Buffer.from(input), key).toString('base64url')}`;
};

export const parts = (text) => text.split('.').slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString());

const credentials = vectorCases.filter(({ door, input }) => door === 'credential' && input.split('.').length === 3);
const seals = vectorCases.filter(({ door }) => door === 'seal').map(({ input }) => input).filter((hex) => hex.length > 20);
const stampedFiles = namesGiven().filter((name) => name.startsWith('stamped')).map(bytesGiven);
const lists = namesGiven().filter((name) => name.startsWith('list-')).map(given);
const good = credentials.filter(({ from }) => /^verify\/(list-|recorded|w3c|no-expiry|seal-valid|expired|file)/.test(from));
const goodSeals = vectorCases.filter(({ door, from }) => door === 'seal' && /seal-(list|valid|no-expiry|expired|file)/.test(from)).map(({ input }) => input);
const stamped = bytesGiven('stamped.pdf');
const references = vectorCases.filter(({ door }) => door === 'reference').map(({ input }) => input);
const instants = [
  ...['2026-07-01T12:00:00.000Z', '2026-07-01T00:00:00.000Z', '2026-06-30T23:54:00.000Z', '2026-07-02T00:00:00.000Z', '2027-06-15T00:00:00.000Z'],
  ...['2028-06-01T10:00:00.000Z', '2026-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-30T21:59:59.999Z'],
];

/** A signed text whose header or payload was changed, signed with the key it should be, or with another. */
function resigned(random, text, key, also) {
  let [header, payload] = parts(text);
  if (random.once(4)) header = mutatedJson(random, header, ['"ES384"', '"vc+jwt"', '"statuslist+jwt"']);
  else payload = mutatedJson(random, payload, also);
  return jws(header, payload, random.once(12) ? random.of(['acme', 'beta', 'status-live', 'acme-retired', 'stranger-acme']) : key);
}

const keyOf = (text) => {
  const [header] = parts(text);
  const reference = /#([0-9A-Z]{8})"/.exec(header)?.[1];
  return { ACME0101: 'acme', ACME0102: 'acme-retired' }[reference] ?? 'acme';
};

/** A seal whose bytes before the signature were changed, and signed anew. */
function resealed(random, hex) {
  const bytes = fromHex(hex);
  const before = bytes.subarray(0, bytes.length - 66);
  const fields = random.once(3) ? changedField(random, before) : mutatedBytes(random, before);
  return Buffer.concat([fields, Buffer.from([0xff, 0x40]), signed(fields, 'acme')]);
}

/** The header of a seal of ours has 22 bytes; fields come behind it. */
function changedField(random, bytes) {
  const fields = [];
  const header = 2 + 2 + 10 + 6 + 2;
  for (let at = header; at < bytes.length; at += 2 + bytes[at + 1]) fields.push([bytes[at], bytes.slice(at + 2, at + 2 + bytes[at + 1])]);
  const place = random.below(fields.length);
  const texts = ['99991231', '99991230', '99991229', '20260630', '', '\u{1F600}', 'x'.repeat(64), 'x'.repeat(65), 'é'.repeat(64), '\0'];
  const value = random.of([Buffer.from(random.of(texts)), Buffer.from([random.below(256)]), Buffer.alloc(random.of([1, 2, 8, 9, 16, 32, 127]), random.below(256))]);
  const field = [random.once(3) ? random.below(255) : fields[place][0], random.once(4) ? fields[place][1] : value];
  if (random.once(3)) fields.push(field);
  else fields[place] = field;
  if (random.once(4)) fields.splice(random.below(fields.length), 1);
  fields.sort(([one], [other]) => one - other);
  const length = (value) => (value.length < 128 ? [value.length] : value.length < 256 ? [0x81, value.length] : [0x82, value.length >> 8, value.length & 255]);
  return Buffer.concat([bytes.subarray(0, header), ...fields.map(([tag, value]) => Buffer.concat([Buffer.from([tag, ...length(value)]), value]))]);
}

/** A file that was changed and stamped for what it is now, so that only the seal's own rules are left. */
async function restamped(random) {
  const text = Buffer.from(stamped).toString('latin1');
  const trailer = text.lastIndexOf('%Ananke-Stamp-1 ');
  const [originalLength, begin, length] = text.slice(trailer + 16, trailer + 48).split(' ').map(Number);
  const file = Buffer.from(stamped);
  const outside = random.once(2) ? random.below(originalLength) : begin + length + random.below(trailer - begin - length);
  file[outside] ^= 1 << random.below(8);
  const original = await sha256(file.subarray(0, originalLength));
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(originalLength));
  const update = Buffer.concat([file.subarray(originalLength, begin), Buffer.alloc(length, ' '), file.subarray(begin + length)]);
  const stamp = await sha256(Buffer.concat([size, update]));
  const seal = fromHex(sealOfStamped);
  const hex = toHex(seal.subarray(0, seal.length - 66)).replace(/0b20.{64}/, `0b20${original}`).replace(/0e20.{64}/, `0e20${stamp}`);
  const body = random.once(4) ? mutatedBytes(random, fromHex(hex)) : fromHex(hex);
  const key = random.once(6) ? random.of(['beta', 'stranger-acme', 'acme-new']) : 'acme';
  const symbol = symbolOf(Uint8Array.from(Buffer.concat([body, Buffer.from([0xff, 0x40]), signed(body, key)])));
  const drawing = symbol && draw(symbol);
  if (drawing?.length === length) file.set(drawing, begin);
  return random.once(5) ? mutatedBytes(random, file) : file;
}

/** A list with a table of its own, packed well or not. */
function list(random) {
  const isToken = random.once(2);
  const chosen = lists.filter((text) => parts(text)[0].includes('statuslist') === isToken);
  let [header, payload] = parts(random.of(chosen));
  const bytes = Buffer.alloc((isToken ? 32_768 : 16_384) + random.of([0, 0, 0, 0, -1, 1]), random.of([0, 0, 0x55, 0xaa, 0xff]));
  let packed = isToken ? deflateSync(bytes, { level: random.below(10) }) : gzipSync(bytes, { level: random.below(10) });
  if (random.once(2)) packed = mutatedBytes(random, packed);
  const value = (isToken ? '' : 'u') + Buffer.from(packed).toString('base64url');
  payload = payload.replace(/"(lst|encodedList)":"[^"]*"/, (_, name) => `"${name}":"${value}"`);
  if (random.once(3)) payload = mutatedJson(random, payload);
  return jws(header, payload, 'status-live');
}

const sealOfStamped = toHex((await checkStamp(stamped, async () => true)).seal.bytes);

const MAKERS = [
  async (random) => ({ door: 'credential', input: mutatedText(random, random.of(credentials).input, credentials.map(({ input }) => input)) }),
  async (random) => {
    const { input } = random.of(random.once(3) ? credentials : good);
    return { door: 'credential', input: resigned(random, input, keyOf(input), ['"certificate"', '"Diplom"']) };
  },
  async (random) => ({ door: 'credential', input: random.of(good).input }),
  async (random) => ({ door: 'seal', input: toHex(mutatedBytes(random, fromHex(random.of(seals)), seals.map(fromHex))) }),
  async (random) => ({ door: 'seal', input: toHex(resealed(random, random.of(goodSeals))) }),
  async (random) => ({ door: 'seal', input: random.of(goodSeals), file: random.of([null, null, '0'.repeat(64)]) }),
  async (random) => ({ door: 'stamped', input: toHex(mutatedBytes(random, random.of(stampedFiles), stampedFiles)) }),
  async (random) => ({ door: 'stamped', input: toHex(await restamped(random)) }),
  async (random) => ({ door: 'reference', input: mutatedText(random, random.of(references)), record: random.once(2) ? random.of(good).input : null }),
  async (random) => {
    const record = random.of(good).input;
    const named = /urn:sha256:([0-9a-f]{64})/.exec(parts(record)[1])?.[1];
    return { door: 'hash', input: random.of([named ?? '0'.repeat(64), 'a'.repeat(64)]), record: random.once(3) ? mutatedText(random, record) : record };
  },
  async (random) => ({ door: 'credential', input: random.of(good).input, lists: [list(random)] }),
  async (random) => ({ door: 'seal', input: random.of(goodSeals), lists: [list(random), ...(random.once(3) ? [list(random)] : [])] }),
  async (random) => {
    const text = random.of([live, live, given('trust-test.jws')]);
    const bundle = random.once(3) ? mutatedText(random, text) : resigned(random, text, text === live ? 'ca-live' : 'ca-test');
    return { door: 'credential', input: random.of(good).input, bundle };
  },
  async (random) => {
    // Certificates changed within a bundle that is signed.
    const [header, payload] = parts(live);
    const changedOne = (text) => {
      const all = [...text.matchAll(/"([A-Za-z0-9+/]{300,}={0,2})"/g)];
      const found = random.of(all)[1];
      const der = Buffer.from(mutatedBytes(random, Buffer.from(found, 'base64'))).toString('base64');
      return text.replace(found, der);
    };
    const bundle = random.once(2) ? jws(changedOne(header), payload, 'ca-live') : jws(header, changedOne(payload), 'ca-live');
    return { door: 'seal', input: random.of(goodSeals), bundle, root: random.once(2) ? root : null };
  },
];

/** The case with this number of a seed. */
export async function generated(seed, number) {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const maker = number % MAKERS.length;
  const some = random.below(3) === 0 ? [] : Array.from({ length: 1 + random.below(3) }, () => random.of(lists));
  if (some.length > 0 && random.once(8)) some[0] = mutatedText(random, some[0]);
  const facts = { now: random.once(2) ? NOW : random.of(instants), allowTest: random.once(4), lists: some };
  const bundle = random.once(10) ? given('trust-test.jws') : live;
  const made = await MAKERS[maker](random);
  return { ...plain, ...facts, bundle, ...made, from: `seed ${seed}, case ${number}` };
}

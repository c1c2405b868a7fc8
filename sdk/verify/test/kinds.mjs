// How each kind of vector is run, and which are not: vectors/README.md says what comes out.

import { readPem, referenceOf } from '../dist/esm/certificate.js';
import { checkChain } from '../dist/esm/chain.js';
import { payloadOf, symbolOf } from '../dist/esm/datamatrix.js';
import { verifies } from '../dist/esm/ecdsa.js';
import { sha256 } from '../dist/esm/hash.js';
import { formatInstant, parseInstant } from '../dist/esm/instant.js';
import { judge } from '../dist/esm/judge.js';
import { KINDS as TYPES } from '../dist/esm/jws.js';
import { did, MODES, PURPOSES, readBaseUrl } from '../dist/esm/names.js';
import { readStatement } from '../dist/esm/own-seal.js';
import { proveCredential, proveSeal, proveStamped } from '../dist/esm/proof.js';
import { readReference } from '../dist/esm/reference.js';
import { attempt, AnankeRefusedError } from '../dist/esm/refused.js';
import { newestRoot } from '../dist/esm/roots.js';
import { readSeal } from '../dist/esm/seal.js';
import { checkStamp, draw } from '../dist/esm/stamp.js';
import { readList, tableOf } from '../dist/esm/status.js';
import { IDENTITIES, readBundle, SOURCES } from '../dist/esm/trust.js';
import { CHECKS, INDICATIONS, REASONS, RESULTS, STATES, SUB_INDICATIONS, VERDICTS } from '../dist/esm/words.js';
import { changed, fromHex, given } from './cases.mjs';

/** Kinds of what only an issuer or a server does, and of statements that no verdict rests on. */
export const NOT_RUN = {
  'api-key': 'keys are the server\'s',
  'api-key-random': 'keys are the server\'s',
  'reference-random': 'references are made by an issuer',
  'status-index': 'indexes are made by an issuer',
  lifecycle: 'actions are the server\'s',
  'lifecycle-statement': 'no verdict rests on one',
  head: 'no verdict rests on one',
};

/** Lists of words that stand in nothing this package reads or says. */
export const WORDS_NOT_RUN = ['action.txt', 'revocation-reason.txt', 'product.txt'];

async function told(run, say = (value) => value) {
  const done = await attempt(run);
  return 'refused' in done ? `refused ${done.refused}` : say(done.value);
}

let root;
const pinned = async () => {
  root ??= `sha256:${(await readPem(given('root.pem'))).thumbprint}`;
  return { source: 'pinned', fingerprint: root };
};

const trusts = new Map();
async function trustOf(name) {
  if (!trusts.has(name)) trusts.set(name, await readBundle(given(name), await pinned()));
  return trusts.get(name);
}

export const KINDS = {
  reference: { run: ({ input }) => told(() => readReference(input)) },
  'base-url': {
    run: ({ input }) => {
      const read = readBaseUrl(input);
      return 'url' in read ? did(read.url, 'ACME01', 'live') : `refused ${read.refused}`;
    },
  },
  instant: {
    run: ({ input }) => {
      const instant = parseInstant(input);
      if (instant === undefined) return 'refused';
      if (formatInstant(instant) !== input) throw new Error('written otherwise');
      return String(instant);
    },
  },
  certificate: {
    headers: ['at'],
    run: async (vector) => {
      const pems = vector.input.split(/(?<=-----END CERTIFICATE-----)/).map((pem) => pem.trimStart());
      return told(
        async () => {
          const chain = [];
          for (const pem of pems.slice(0, 3)) chain.push(await readPem(pem));
          const [leaf, ca, root] = chain;
          await checkChain(leaf, ca, root, parseInstant(vector.header('at')));
          return leaf;
        },
        (leaf) => `passed ${leaf.mode} ${referenceOf(leaf)}`,
      );
    },
  },
  trust: {
    headers: ['pin', 'last-sequence?'],
    run: (vector) => {
      const pin = vector.header('pin');
      const last = vector.find('last-sequence');
      const how = pin.startsWith('sha256:') ? { source: 'pinned', fingerprint: pin } : { source: pin };
      return told(
        () => readBundle(vector.input, how, last === undefined ? undefined : BigInt(last)),
        (trust) => `accepted ${trust.source} ${trust.sequence}`,
      );
    },
  },
  roots: {
    headers: ['held', 'at'],
    run: (vector) => told(() => newestRoot(vector.input, vector.header('held'), parseInstant(vector.header('at'))), (newest) => `accepted ${newest}`),
  },
  credential: {
    headers: ['trust'],
    run: async (vector) => {
      const proved = await proveCredential(vector.input, await trustOf(vector.header('trust')));
      return proved.kind === 'failure' ? `${proved.check} ${proved.reason}` : `passed ${proved.certificateReference}`;
    },
  },
  seal: {
    run: ({ input }) =>
      told(
        () => readSeal(fromHex(input)),
        ({ header, fields, signature }) => {
          const hex = (byte) => byte.toString(16).padStart(2, '0');
          const tags = fields.map(({ tag }) => hex(tag)).join(',') || '-';
          const { version, country, signer, reference, issued, signed, featureDefinition, typeCategory } = header;
          const types = hex(featureDefinition) + hex(typeCategory);
          return `${version} ${country} ${signer} ${reference} ${issued} ${signed} ${types} ${tags} ${signature ? 'signed' : 'unsigned'}`;
        },
      ),
  },
  'own-seal': {
    headers: ['key'],
    run: (vector) =>
      told(async () => {
        const seal = readSeal(fromHex(vector.input));
        const said = readStatement(seal);
        const { point } = await readPem(given(vector.header('key')));
        if (!(await verifies(point, seal.signedBytes, seal.signature))) throw new AnankeRefusedError('signature_mismatch');
        const fields = said.fields.map(({ position, value }) => `${position}=${value}`).join(';');
        const { mode, certificateReference, reference, status, typeCode } = said;
        return `${mode} ${certificateReference} ${reference} ${status} ${formatInstant(said.issuedAt)} ${typeCode} ${fields}`;
      }),
  },
  draw: {
    run: async ({ input }) => {
      const payload = fromHex(input);
      const symbol = symbolOf(payload);
      if (!symbol) return 'refused too_large';
      if (!Buffer.from(payloadOf(symbol)).equals(Buffer.from(payload))) throw new Error('read otherwise');
      const drawing = draw(symbol);
      return `${symbol.side} ${drawing.length} ${await sha256(drawing)}`;
    },
  },
  stamped: {
    headers: ['file'],
    run: async (vector) => {
      const checked = await checkStamp(changed(vector.input, vector.header('file')), async () => true);
      if (!('refused' in checked)) return `passed ${checked.statement.reference} ${checked.originalLength}`;
      return `refused ${checked.refused}${checked.genuine === undefined ? '' : ` ${checked.genuine}`}`;
    },
  },
  status: {
    headers: ['trust', 'index'],
    run: async (vector) => {
      const trust = await trustOf(vector.header('trust'));
      return told(async () => {
        const list = await readList(vector.input, trust);
        const value = await attempt(() => list.valueAt(Number(vector.header('index'))));
        if ('refused' in value) throw new AnankeRefusedError(`table.${value.refused}`);
        return `accepted ${list.purpose} ${value.value}`;
      });
    },
  },
  'status-table': {
    headers: ['index'],
    run: (vector) => told(() => String(tableOf(fromHex(vector.input))(Number(vector.header('index'))))),
  },
  verify: {
    headers: [
      ...['checks', 'indication', 'trust', 'now', 'status', 'source?', 'lists?', 'mode?', 'shown?', 'as-of?', 'allow-test?', 'existed-at?'],
      ...['reference?', 'file?', 'rendition?', 'subject?', 'carrier?', 'genuine?'],
    ],
    run: verify,
  },
  words: {
    run: (vector) => {
      const name = vector.path.split('/')[1];
      const words = {
        'mode.txt': MODES,
        'status.txt': STATES,
        'verdict.txt': VERDICTS,
        'check.txt': CHECKS,
        'check-result.txt': RESULTS,
        'trust-source.txt': SOURCES,
        'identity.txt': IDENTITIES,
        'status-purpose.txt': PURPOSES,
        'typ.txt': TYPES.map(({ typ }) => typ),
        'etsi-indication.txt': INDICATIONS,
        'etsi-sub-indication.txt': SUB_INDICATIONS,
        'reason.txt': Object.entries(REASONS).map((pair) => pair.join(' ')),
      }[name];
      if (!words) return undefined;
      return words.join('\n') === vector.input ? String(words.length) : `other words: ${words.join(', ')}`;
    },
  },
};

async function verify(vector) {
  const now = parseInstant(vector.header('now'));
  const bundle = await trustOf(vector.header('trust'));
  const isServer = vector.find('source') === 'server';
  const trust = isServer ? { ...bundle, source: 'server', asOf: now, expires: undefined } : bundle;
  const proved = await prove(vector, trust);
  const genuine = proved.genuine === undefined ? undefined : String(proved.genuine);
  const reason = vector.find('subject');
  const optional = (name) => vector.find(name);
  const outcome = judge({
    subject: reason ? { kind: 'nothing', reason } : proved,
    trust,
    status: await statusOf(vector, trust),
    now,
    existedAt: optional('existed-at') && parseInstant(optional('existed-at')),
    reference: optional('reference'),
    file: optional('file'),
    renditions: [optional('rendition')].filter(Boolean),
    allowTest: optional('allow-test') === 'yes',
  });
  const said = {
    checks: outcome.checks.map(({ name, result, reason }) => [name, result, reason].filter(Boolean).join(' ')).join(', '),
    indication: [outcome.indication.indication, outcome.indication.subIndication].filter(Boolean).join(' '),
    mode: outcome.mode ?? undefined,
    genuine,
    ...(optional('shown') && { shown: outcome.state }),
    ...(optional('as-of') && { 'as-of': outcome.statusAsOf === null ? undefined : formatInstant(outcome.statusAsOf) }),
  };
  const other = Object.entries(said).filter(([name, value]) => value !== optional(name));
  return other.length === 0 ? outcome.verdict : `${outcome.verdict}, and other than expected: ${JSON.stringify(Object.fromEntries(other))}`;
}

function prove(vector, trust) {
  const [carrier, file] = (vector.find('carrier') ?? 'credential').split(' ');
  switch (carrier) {
    case 'credential':
      return proveCredential(vector.input, trust);
    case 'seal':
      return proveSeal(fromHex(vector.input), trust);
    case 'stamped':
      return proveStamped(changed(vector.input, file), trust);
    default:
      throw new Error(`${vector.path}: unknown carrier ${carrier}`);
  }
}

async function statusOf(vector, trust) {
  const status = vector.header('status');
  if (status === 'unavailable' || status === 'tampered') return { kind: status };
  if (status !== 'lists') return { kind: 'recorded', state: status };
  const lists = [];
  for (const name of vector.header('lists').split(' ')) {
    const list = await attempt(() => readList(given(name), trust));
    if ('refused' in list) return { kind: 'refused', word: list.refused };
    lists.push(list.value);
  }
  return { kind: 'lists', lists };
}


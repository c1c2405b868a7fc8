// One unit of work, as a good team would write it in Node: key check, signature, one durable row. Fastify and Express
// differ in how a request gets here and back.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import cluster from 'node:cluster';
import pg from 'pg';

const key = createPrivateKey(process.env.SIGNING_KEY);
const publicKey = createPublicKey(key);
const keys = new Map([[sha256(process.env.API_KEY), { tenant: 'acme' }]]);
const header = base64url({ alg: 'ES256', typ: 'JWT', kid: 'acme#01' });
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.CONNECTIONS ?? 32) });

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** UUIDv7: rows arrive in the order of their primary key. */
function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const port = Number(process.env.PORT);

/** Whose key it is; checked from memory. */
export function tenantOf(presented) {
  return presented && keys.get(sha256(presented))?.tenant;
}

/** Signs a document and stores it; answered after the commit. */
export async function issue(tenant, { templateId, recipientName, fields }) {
  const id = newId();
  const reference = randomBytes(10).toString('hex').toUpperCase();
  const issuedAt = new Date().toISOString();
  const payload = base64url({ iss: tenant, jti: reference, templateId, recipientName, fields, issuedAt });
  const signed = `${header}.${payload}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  const credential = `${signed}.${signature.toString('base64url')}`;
  const hash = createHash('sha256').update(credential).digest();
  await pool.query({
    name: 'issue',
    text: `INSERT INTO documents (id, tenant, reference, recipient, fields, credential, content_hash, status, issued_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)`,
    values: [id, tenant, reference, recipientName, JSON.stringify(fields), credential, hash, issuedAt],
  });
  return { id, reference, recipientName, fields, status: 'active', contentHash: hash.toString('hex'), issuedAt };
}

/** Looks a document up and checks its signature. */
export async function check(reference) {
  const { rows } = await pool.query({
    name: 'check',
    text: 'SELECT credential, status, recipient, issued_at FROM documents WHERE reference = $1',
    values: [reference],
  });
  if (!rows.length) return { verdict: 'not_found', reference };
  const [row] = rows;
  const [head, payload, signature] = row.credential.split('.');
  const isGood = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const verdict = !isGood ? 'invalid' : row.status === 'active' ? 'valid' : row.status;
  return { verdict, reference, recipientName: row.recipient, issuedAt: row.issued_at };
}

/** One process per core. */
export function onEveryCore(serve) {
  const workers = Number(process.env.WORKERS ?? 2);
  if (cluster.isPrimary && workers > 1) {
    for (let n = 0; n < workers; n += 1) cluster.fork();
  } else {
    serve();
  }
}

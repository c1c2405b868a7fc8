// Plays the cases of `line.json`: one port for each, a port to which redirects lead, and one to ask what was seen.
//
// Prints one line of JSON when it is ready, `{control, ca, cases: [{name, url}]}`, and ends with its standard input. Ask `control`
// for `POST /play/N` before a case is played, which forgets what was, and for `GET /seen/N` after it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';

const { bodies, cases } = JSON.parse(readFileSync(new URL('line.json', import.meta.url), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'ananke-scenarios-'));

/** A certificate that only those believe who are given it. */
function certificate(name, subject) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=ananke scenarios'];
  const uses = ['-addext', `subjectAltName=${subject}`, '-addext', 'basicConstraints=critical,CA:FALSE'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...uses, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { key: readFileSync(key), cert: readFileSync(cert), path: cert };
}

const vouched = certificate('vouched', 'IP:127.0.0.1');
const lines = {
  vouched,
  'self-signed': certificate('self-signed', 'IP:127.0.0.1'),
  'another host': certificate('another', 'DNS:documents.example.org'),
  1.1: { ...vouched, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
};
// Clients are given both, so that only the name is wrong in the second.
const ca = join(folder, 'ca.pem');
writeFileSync(ca, Buffer.concat([vouched.cert, lines['another host'].cert]));

let elsewhere = '';
let strayed = 0;
const seen = cases.map(() => []);

/** Does with a request what the next answer of its case says. */
function answered(index) {
  return async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    seen[index].push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
    const { answers } = cases[index];
    const step = answers[Math.min(seen[index].length, answers.length) - 1];
    if (step.close) return request.socket.destroy();
    if (step.silent && step.cutAt === undefined) return undefined;
    const body = step.text ?? JSON.stringify(typeof step.body === 'string' ? bodies[step.body] : step.body);
    const more = Object.entries(step.headers ?? {}).map(([name, value]) => [name, value.replace('{elsewhere}', elsewhere)]);
    response.writeHead(step.status ?? 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body ?? ''),
      ...Object.fromEntries(more),
    });
    if (step.cutAt === undefined) return response.end(body);
    response.write(body.slice(0, step.cutAt), () => step.silent || request.socket.destroy());
    return undefined;
  };
}

/** Listens on a free port of this machine. */
async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${server.address().port}`;
}

/** A server whose bytes are those, whatever it is asked. */
function raw(index, bytes) {
  return createPlainServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const key = /^x-api-key: (.*)\r$/im.exec(data.toString('latin1'))?.[1];
      seen[index].push({ headers: key ? { 'x-api-key': key } : {}, body: '' });
      socket.end(bytes);
    });
  });
}

async function started(one, index) {
  const bytes = one.answers[0].raw;
  if (bytes !== undefined) return `http://${await listening(raw(index, bytes))}`;
  if (!one.tls) return `http://${await listening(createServer(answered(index)))}`;
  const server = createTlsServer(lines[one.tls], answered(index));
  server.on('tlsClientError', () => {});
  return `https://${await listening(server)}`;
}

/** A line that fails for another reason than its TLS would show nothing. */
async function speaksOldTls(url) {
  const { port } = new URL(url);
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0', ca: vouched.cert };
  const socket = connect({ host: '127.0.0.1', port, ...old });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  if (socket.getProtocol() !== 'TLSv1.1') throw new Error(`it speaks ${socket.getProtocol()}`);
  socket.destroy();
}

const stray = createServer((_, response) => {
  strayed += 1;
  response.end('{}');
});
elsewhere = `http://${await listening(stray)}`;

const urls = await Promise.all(cases.map(started));
await speaksOldTls(urls[cases.findIndex(({ tls }) => tls === '1.1')]);
const control = createServer((request, response) => {
  const [, what, index] = request.url.split('/');
  if (what === 'play') [seen[index], strayed] = [[], 0];
  response.end(JSON.stringify({ requests: seen[index], strayed }));
});
const address = await listening(control);
const told = { control: `http://${address}`, ca, cases: cases.map(({ name }, index) => ({ name, url: urls[index] })) };
process.stdout.write(`${JSON.stringify(told)}\n`);

process.stdin.resume().once('end', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

// What the tests need of the world: a real server with a template, and programs of the examples that run beside it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AnankeClient } from '@ananke/sdk';
import { serve } from '../../sdk/typescript/test/served.mjs';

export { withoutServer } from '../../sdk/typescript/test/served.mjs';

export const home = fileURLToPath(new URL('..', import.meta.url));

/** An organisation: its server, a client with its first key, and what issues a diploma. Texts of it are hostile to pages. */
export async function organisation() {
  const server = await serve();
  const client = new AnankeClient({ apiKey: server.liveKey, baseUrl: server.url });
  const schema = [
    { key: 'degree', label: 'Degree <u>', required: true, maxLength: 40, help: 'As on the "transcript"' },
    { key: 'level', label: 'Level', type: 'enum', options: ['B"A', 'MA'] },
  ];
  const template = await client.trust.templates.create({ name: 'Diploma <i>', docType: 'certificate', schema });
  const issue = (recipientName, who = client) =>
    who.trust.documents.issue({ templateId: template.id, recipientName, fields: [{ key: 'degree', value: 'Mathematics' }] });
  return { ...server, client, template, issue };
}

/** A port that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The environment of a program: nothing of the caller's `ANANKE_…`. */
export function environment(variables) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('ANANKE_'));
  return { ...Object.fromEntries(own), NEXT_TELEMETRY_DISABLED: '1', ...variables };
}

/** Starts a program of the examples that listens on PORT. Gives its `url`, what it has `said`, and how to `stop` it. */
export async function started(args, variables) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = environment({ PORT: String(port), ...variables });
  const child = spawn(process.execPath, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for (let tries = 0; !(await fetch(url, { redirect: 'manual' }).catch(() => undefined)); tries++) {
    if (child.exitCode !== null || tries > 300) {
      await stop();
      throw new Error(`${args.join(' ')} did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, said: () => said, stop };
}

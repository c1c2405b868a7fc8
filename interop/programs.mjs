// Programs of the operating system, run in a directory of their own that is gone afterwards.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory holding `files` (name to content), for the length of `use`. */
export async function inDirectory(files, use) {
  const directory = mkdtempSync(join(tmpdir(), 'ananke-interop-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, name), content);
    }
    return await use(programs(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function programs(directory) {
  return {
    /** Runs a program; a missing one is an error, a refusal is an answer: `{ ok, stdout, output }`. */
    run(program, ...args) {
      const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8' });
      if (error) {
        throw error;
      }
      return { ok: status === 0, stdout, output: `${stdout}${stderr}` };
    },
    read: (name) => readFileSync(join(directory, name)),
    names: () => readdirSync(directory).sort(),
  };
}

/** DER in base64 as PEM. */
export function pem(base64) {
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The DER of every certificate in a PEM file, in base64. */
export function certificates(text) {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)].map((found) =>
    found[1].replace(/\s/g, ''),
  );
}

// The SDK as it is published, packed and laid into node_modules: the examples import what everybody gets.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = fileURLToPath(new URL('../../sdk/typescript', import.meta.url));
const into = fileURLToPath(new URL('../node_modules/@ananke/sdk', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ananke-examples-'));

execFileSync('npm', ['run', '--silent', 'build'], { cwd: sdk, stdio: 'inherit' });
const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: sdk }));
rmSync(into, { recursive: true, force: true });
mkdirSync(into, { recursive: true });
execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', into]);
rmSync(folder, { recursive: true });

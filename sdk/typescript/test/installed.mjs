// The package as it is published, packed and installed in a folder of its own, with the files of fixtures/ beside it.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);

const home = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** A program of a package that is installed here. */
export const program = (name, path) => join(dirname(require.resolve(`${name}/package.json`)), path);

/** The compilers that consumers have: of now, and of some age. */
const compilers = { 7: program('typescript-7', 'bin/tsc'), 5: program('typescript', 'bin/tsc') };

/** Packs and installs a package, by default this. Gives the folder, what `npm pack` says, and how to `remove` it. */
export async function install(of = home) {
  const folder = mkdtempSync(join(tmpdir(), 'ananke-sdk-'));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: of });
  const [tarball] = JSON.parse(packed.stdout);
  cpSync(join(of, 'fixtures'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "fixture", "private": true }');
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet, join(folder, tarball.filename)], { cwd: folder });
  return { folder, tarball, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Compiles a file there, strictly, the declarations of the package included; gives what came out. */
export async function compiled(folder, name, entry, options, version = 7) {
  const types = { typeRoots: [join(home, 'node_modules/@types')], types: ['node'], lib: ['ES2022'] };
  const checks = {
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const out = { outDir: `out-${name}`, target: 'ES2022', allowJs: true, checkJs: true };
  const config = { compilerOptions: { strict: true, ...types, ...checks, ...out, ...options }, files: [entry] };
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify(config));
  try {
    await run(process.execPath, [compilers[version], '--project', `tsconfig.${name}.json`], { cwd: folder });
  } catch (error) {
    throw new Error(error.stdout || error.message);
  }
  return join(`out-${name}`, entry.replace(/ts$/, 'js'));
}

// Compiles src/ to dist/: once as ES modules, once as CommonJS, each with its types; and the sources of @ananke/verify beside it, which
// are the sub-path of that name.

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript-7/bin/tsc', import.meta.url));

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
for (const [project, kind] of [
  ['tsconfig.json', 'esm'],
  ['tsconfig.cjs.json', 'cjs'],
]) {
  for (const options of [[project], [`../verify/${project}`, '--outDir', `dist/${kind}/verify`]]) {
    execFileSync(process.execPath, [tsc, '--project', ...options], { cwd: home, stdio: 'inherit' });
  }
}
// The package says `module`; this folder is not.
writeFileSync(new URL('../dist/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n');

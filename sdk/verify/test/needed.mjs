// Programs that a test needs. Without one it is skipped aloud, and fails in CI.

import { existsSync } from 'node:fs';

/** Why tests are skipped; `false` where the program is there. */
export function without(program, remedy) {
  if (existsSync(program)) return false;
  const why = `${program} is missing: ${remedy}`;
  if (process.env.CI === 'true') throw new Error(`${why}, and CI=true allows no skipping`);
  process.stderr.write(`\n*** SKIPPED: ${why} ***\n\n`);
  return why;
}

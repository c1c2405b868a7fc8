// The same package from CommonJS, in TypeScript.
import sdk = require('@ananke/sdk');

const client: sdk.AnankeClient = new sdk.AnankeClient();
export const verdict = async (reference: string): Promise<sdk.Verdict> => (await client.trust.verify.byReference(reference)).verdict;

import('./conformance.mjs')
  // Its parameter is the package as a module has it: another copy of the same types.
  .then(({ conformance }) => conformance(sdk as never, JSON.parse(process.env.SERVER!)))
  .then((checked) => console.log(JSON.stringify(checked)));

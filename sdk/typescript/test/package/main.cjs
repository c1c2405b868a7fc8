// Node, CommonJS.
const sdk = require('@ananke/sdk');

import('./conformance.mjs')
  .then(({ conformance }) => conformance(sdk, JSON.parse(process.env.SERVER)))
  .then((checked) => console.log(JSON.stringify(checked)));

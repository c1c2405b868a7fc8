// What bundlers for browsers, workers of pages and React Native take in the place of the SDK: it refuses to load.
//
// It is built as CommonJS only: in a module webpack does not look at `require`.

import { AnankeUsageError } from './errors.js';
import { serverOnly } from './runtime.js';

export * from './index.js';

declare const require: (name: string) => unknown;

// Next ends its build at this name where a page's code leads to it, and says by which imports; without it only the page would
// break. Other bundlers do not know the name, and leave what is tried out.
try {
  require('server-only');
} catch {
  // Not Next: what follows refuses.
}

throw new AnankeUsageError(serverOnly);

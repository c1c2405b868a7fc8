// What bundlers for browsers, workers of pages and React Native take in the place of the SDK: it refuses to load.

import { AnankeUsageError } from './errors.js';
import { serverOnly } from './runtime.js';

export * from './index.js';

throw new AnankeUsageError(serverOnly);

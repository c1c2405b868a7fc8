// What lists can be narrowed by, as the contract has it.

import type { operations } from '../generated/openapi.js';

type WithQuery = {
  [K in keyof operations]: operations[K]['parameters']['query'] extends undefined ? never : K;
}[keyof operations];

/** Parameters of the query of an operation. */
export type Query<K extends WithQuery> = NonNullable<operations[K]['parameters']['query']>;

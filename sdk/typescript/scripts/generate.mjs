// Writes what of the SDK is made from openapi.json: the types, and a table of the operations.
//
//   node scripts/generate.mjs           writes src/generated
//   import { generate } from './…'      gives the texts, for the test that compares them

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = new URL('../../../openapi.json', import.meta.url);
const folder = new URL('../src/generated/', import.meta.url);
const head = '// Generated from openapi.json by scripts/generate.mjs; a test compares.\n\n';

/** The contract, read. */
export async function readContract() {
  return JSON.parse(await readFile(contract, 'utf8'));
}

/** All operations: `[id, method, path, operation]`. */
export function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [operation.operationId, method.toUpperCase(), path, operation]),
  );
}

/** The generated files: name to text. */
export async function generate() {
  const document = await readContract();
  const nodes = await openapiTS(trimmed(structuredClone(document)), {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    rootTypesKeepCasing: true,
    alphabetize: true,
    emptyObjectsUnknown: true,
  });
  const types = nodes.filter((node) => !['paths', 'webhooks', '$defs'].includes(node.name?.text));
  return { 'openapi.ts': head + astToString(types), 'operations.ts': head + table(document) };
}

/**
 * What resources are written with, and no more, since all of it is in the package: errors have one shape, which
 * `src/errors.ts` reads, and the items of a page are the schema they are.
 */
function trimmed(document) {
  for (const [, , , operation] of operationsOf(document)) {
    operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => status < '300'));
    operation.parameters = operation.parameters?.filter((parameter) => parameter.in === 'query');
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const item = name.startsWith('Page_') && name.slice('Page_'.length);
    if (item in document.components.schemas) schema.properties.items.items = { $ref: `#/components/schemas/${item}` };
  }
  return document;
}

function table(document) {
  const rows = operationsOf(document).map(([id, method, path, operation]) => {
    const facts = [`method: '${method}'`, `path: '${path}'`, `key: '${keyOf(path, operation)}'`];
    const headers = (operation.parameters ?? []).filter((parameter) => parameter.in === 'header');
    if (headers.some((parameter) => parameter.name === 'Idempotency-Key')) facts.push('idempotent: true');
    return `  ${id}: { ${facts.join(', ')} },`;
  });
  return [
    '/** Every operation: where it is, whether a key is sent, and whether it takes an idempotency key. */',
    'export const operations = {',
    ...rows.sort(),
    '} as const;',
    '',
  ].join('\n');
}

/** `needed`; `taken`, where anybody may ask and a key says who did; `never` for what is published. */
function keyOf(path, operation) {
  if (operation.security) return 'needed';
  return path.startsWith('/v1/') ? 'taken' : 'never';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await generate())) await writeFile(new URL(name, folder), text);
}

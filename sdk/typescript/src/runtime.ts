// Where the SDK runs, and what it refuses there. An API key belongs on a server: whoever has it can issue in your name.

import { AnankeUsageError } from './errors.js';

/** What a page is told, by this check and by the entry of the package that bundlers for browsers take. */
export const serverOnly =
  '@ananke/sdk runs on servers only: an API key in a browser, a worker of a page or an app is everybody’s. ' +
  'Call it from a route of your server, and let the page call that route';

interface Global {
  process?: { env?: Record<string, string | undefined>; versions?: Record<string, string> };
  window?: { document?: unknown };
  navigator?: { product?: string; userAgent?: string };
  Deno?: { version?: unknown };
  EdgeRuntime?: unknown;
  WorkerGlobalScope?: unknown;
  importScripts?: unknown;
}

const here = globalThis as unknown as Global;

/** Refuses pages, workers of pages and React Native. There is no switch. */
export function refuseBrowsers(): void {
  const isPage = here.window?.document !== undefined;
  const isApp = here.navigator?.product === 'ReactNative';
  const isWorker = here.WorkerGlobalScope !== undefined || typeof here.importScripts === 'function';
  if (isPage || isApp || (isWorker && !isServer())) throw new AnankeUsageError(serverOnly);
}

/** Whether this is a runtime of servers that looks like a worker of a page. */
function isServer(): boolean {
  // What bundlers put in the place of `process` in browsers is a plain object.
  const isProcess = Object.prototype.toString.call(here.process) === '[object process]';
  return (
    (isProcess && typeof here.process?.versions?.node === 'string') || // Node, Bun
    typeof here.Deno?.version === 'object' ||
    isWorkerd() ||
    typeof here.EdgeRuntime === 'string'
  );
}

/** Whether this is workerd. */
export function isWorkerd(): boolean {
  return here.navigator?.userAgent === 'Cloudflare-Workers';
}

/** A variable of the environment; `undefined` where it is not set, blank, or where there is none to read. */
export function variable(name: string): string | undefined {
  try {
    return here.process?.env?.[name]?.trim() || undefined;
  } catch {
    return undefined; // Deno without the permission.
  }
}

/** Whether certificates are not checked in this process, so that anybody on the way could be the server. */
export function certificatesUnchecked(): boolean {
  return variable('NODE_TLS_REJECT_UNAUTHORIZED') === '0';
}

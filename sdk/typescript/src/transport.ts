// One call: put together once, tried as often as it takes, read into data.

import type { Address } from './address.js';
import { Call, List, type AnankeResponse, type Page, type WithResponse } from './call.js';
import {
  AnankeApiError,
  AnankeConnectionError,
  AnankeResponseError,
  AnankeTimeoutError,
  AnankeUsageError,
  readProblem,
} from './errors.js';
import { json, type Body } from './files.js';
import { operations } from './generated/operations.js';
import type { Key } from './key.js';
import { sleep, waitBefore } from './retry.js';
import { certificatesUnchecked, isWorkerd } from './runtime.js';
import { version } from './version.js';

/** Id of an operation of the contract. */
export type Operation = keyof typeof operations;

/** What every call takes besides its arguments. */
export interface CallOptions {
  /** Ends the call; it rejects with the reason of the signal, as `fetch` does. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that one try may take, instead of the client's. */
  timeout?: number | undefined;
  /** How often a failed call is tried again, instead of the client's. */
  maxRetries?: number | undefined;
  /**
   * A name of your own for what this call does, at most 255 characters: a second call under it gets the answer of the
   * first, for 72 hours. Without it each call makes one, and keeps it over its tries.
   */
  idempotencyKey?: string | undefined;
  /** W3C trace context that the server continues. */
  traceparent?: string | undefined;
}

/** What an operation is asked with. */
export interface Ask {
  /** Arguments of the path, in its order. */
  path?: readonly unknown[];
  query?: object | undefined;
  /** A JSON body. */
  json?: unknown;
  /** Any other body, made before the first try. */
  body?: () => Promise<Body>;
  headers?: Record<string, string | undefined>;
}

/** How an answer is read. */
export type Read = 'json' | 'text' | 'bytes' | 'nothing';

/** How the calls of one client are made. */
export interface Settings {
  address: Address;
  key: Key;
  timeout: number;
  maxRetries: number;
  fetch: typeof fetch | undefined;
}

interface Prepared {
  operation: (typeof operations)[Operation];
  url: URL;
  body: Body | undefined;
  headers: Record<string, string>;
  read: Read;
  timeout: number;
  signal: AbortSignal | undefined;
}

/** Makes calls. What it holds is private to it, so that printing a client shows no key. */
export class Transport {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Makes a call. */
  call<T>(id: Operation, ask: Ask, options: CallOptions = {}, read: Read = 'json'): Call<T> {
    return new Call(this.#make<T>(id, ask, options, read));
  }

  /** Asks for a list. */
  list<T, P extends Page<T> = Page<T>>(id: Operation, ask: Ask, options: CallOptions = {}): List<T, P> {
    const after = (cursor: string) => this.call<P>(id, { ...ask, query: { ...ask.query, cursor } }, options);
    return new List<T, P>(this.#make<P>(id, ask, options, 'json'), after);
  }

  async #make<T>(id: Operation, ask: Ask, options: CallOptions, read: Read): Promise<WithResponse<T>> {
    refuseUnknown(options, callOptions);
    const { address, key } = this.#settings;
    const operation = operations[id];
    const maxRetries = checkedRetries(options.maxRetries ?? this.#settings.maxRetries);
    const headers: Record<string, string> = {
      accept: { json: 'application/json', text: '*/*', bytes: '*/*', nothing: 'application/json' }[read],
      'user-agent': `ananke-typescript/${version}`,
    };
    for (const [name, value] of Object.entries({ ...ask.headers, traceparent: options.traceparent })) {
      if (value !== undefined) headers[name] = value;
    }
    // One key for the call, not for the try: that is what makes trying again safe.
    if ('idempotent' in operation) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
    options.signal?.throwIfAborted();
    const prepared: Prepared = {
      operation,
      url: address.join(operation.path, ask.path ?? [], ask.query),
      body: ask.body ? await ask.body() : ask.json === undefined ? undefined : json(ask.json),
      headers,
      read,
      timeout: checkedTimeout(options.timeout ?? this.#settings.timeout),
      signal: options.signal,
    };

    let tries = 0;
    let failures = 0;
    let keyWasAskedAgain = false;
    let used: string | undefined;
    for (;;) {
      try {
        if (operation.key !== 'never') used ??= await patient(key.current(), prepared);
        tries++;
        const { data, response } = await this.#tryOnce<T>(prepared, used);
        return { data, response: { ...response, tries } };
      } catch (error) {
        if (error instanceof AnankeApiError && error.status === 401 && used !== undefined && !keyWasAskedAgain) {
          keyWasAskedAgain = true;
          const fresh = await patient(key.after(used), prepared);
          if (fresh !== undefined && fresh !== used) {
            used = fresh;
            continue;
          }
        }
        failures++;
        const wait = failures > maxRetries ? undefined : waitBefore(failures, error, prepared.timeout);
        if (wait === undefined) throw error;
        await sleep(wait, prepared.signal);
      }
    }
  }

  async #tryOnce<T>(prepared: Prepared, key: string | undefined): Promise<{ data: T; response: Omit<AnankeResponse, 'tries'> }> {
    const { operation, url, body, read, timeout, signal } = prepared;
    const headers: Record<string, string> = { ...prepared.headers };
    if (operation.key !== 'never' && key !== undefined) headers['x-api-key'] = key;
    this.#refuseUnsafe(operation.key, headers['x-api-key']);
    if (body?.contentType) headers['content-type'] = body.contentType;

    const stopping = new AbortController();
    const stop = () => stopping.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', stop, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stopping.abort();
    }, timeout);
    try {
      // Called as a function of its own: some runtimes refuse a `fetch` that is a member of something.
      const send = this.#settings.fetch ?? globalThis.fetch;
      const answer = await racing(
        send(url.href, {
          method: operation.method,
          headers,
          signal: stopping.signal,
          // A redirect would carry the key to an address nobody chose.
          redirect: 'manual',
          // A verdict of yesterday is none. Frameworks that cache what `fetch` brings are told so; workerd caches nothing
          // by itself, and its older versions refuse the word.
          ...(isWorkerd() ? {} : { cache: 'no-store' as const }),
          ...(body && { body: body.content }),
        }),
        stopping.signal,
      );
      const bytes = new Uint8Array(await racing(answer.arrayBuffer(), stopping.signal));
      return this.#judge<T>(answer, bytes, read);
    } catch (error) {
      if (late) throw new AnankeTimeoutError(url.origin, timeout);
      signal?.throwIfAborted();
      if (error instanceof AnankeApiError || error instanceof AnankeResponseError) throw error;
      throw new AnankeConnectionError(url.origin, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  #refuseUnsafe(need: 'needed' | 'taken' | 'never', key: string | undefined): void {
    if (need === 'needed' && key === undefined) {
      throw new AnankeUsageError('this call needs an API key: set ANANKE_API_KEY, or give the client one as apiKey');
    }
    // Without a key as well: whoever stands between could call a forged document valid.
    if (certificatesUnchecked() && (key !== undefined || this.#settings.address.isTls)) {
      throw new AnankeUsageError(
        'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the check of certificates, so nothing is sent; for a private authority ' +
          'set NODE_EXTRA_CA_CERTS instead',
      );
    }
  }

  #judge<T>(answer: Response, bytes: Uint8Array, read: Read): { data: T; response: Omit<AnankeResponse, 'tries'> } {
    const { origin } = this.#settings.address;
    if (answer.redirected) {
      throw new AnankeResponseError(`the fetch of this client followed a redirect away from ${origin}: it must not`);
    }
    const text = () => new TextDecoder().decode(bytes);
    if (!answer.ok) throw readProblem(answer.status, answer.headers, text());
    const { status, headers } = answer;
    const response = {
      status,
      headers,
      requestId: headers.get('x-request-id'),
      replayed: headers.get('idempotent-replayed') === 'true',
    };
    const data = (data: unknown) => ({ data: data as T, response });
    if (read === 'nothing') return data(undefined);
    if (read === 'bytes') return data(bytes);
    if (read === 'text') return data(text());
    try {
      return data(JSON.parse(text()));
    } catch {
      throw new AnankeResponseError(`the answer of ${origin} is no JSON; is baseUrl right?`);
    }
  }
}

const callOptions = [
  'signal',
  'timeout',
  'maxRetries',
  'idempotencyKey',
  'traceparent',
  'ifMatch',
  'force',
  'dryRun',
  'issuerCode',
];

/** Refuses options that do not exist: a misspelt one would be left out without a word. */
export function refuseUnknown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AnankeUsageError(`there is no option ${unknown}; there are ${known.join(', ')}`);
}

/** A time-out that timers can keep. */
export function checkedTimeout(milliseconds: number): number {
  if (Number.isFinite(milliseconds) && milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw new AnankeUsageError('timeout must be milliseconds, above 0 and below 2^31');
}

/** A number of repetitions. */
export function checkedRetries(retries: number): number {
  if (Number.isInteger(retries) && retries >= 0) return retries;
  throw new AnankeUsageError('maxRetries must be a whole number, 0 or more');
}

/** The key, if it comes in the time of a try: what gives it may hang, and know no signals. */
async function patient<T>(key: Promise<T>, { timeout, signal }: Prepared): Promise<T> {
  const stopping = new AbortController();
  const timer = setTimeout(() => {
    stopping.abort(new AnankeUsageError(`apiKey gave no key within ${timeout} ms`));
  }, timeout);
  try {
    return await racing(racing(key, stopping.signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The value, or the reason of the signal if that comes first. */
function racing<T>(value: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return value;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

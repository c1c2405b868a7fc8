// The API key: asked for when a call first needs it, and again when the server no longer takes it.

import { AnankeUsageError } from './errors.js';
import { variable } from './runtime.js';

/** An API key, or what gives it, such as a call to a secrets manager. */
export type ApiKey = string | (() => string | Promise<string>);

/** Holds the key; nothing of it can be listed, printed or serialised. */
export class Key {
  readonly #ask: () => string | undefined | Promise<string | undefined>;
  #asked: Promise<string | undefined> | undefined;

  constructor(apiKey: ApiKey | undefined) {
    if (apiKey !== undefined && typeof apiKey !== 'string' && typeof apiKey !== 'function') {
      throw new AnankeUsageError('apiKey must be a text, or a function that gives one');
    }
    this.#ask = typeof apiKey === 'function' ? apiKey : () => apiKey ?? variable('ANANKE_API_KEY');
  }

  /** The key; `undefined` where there is none. Calls at the same time ask once. */
  current(): Promise<string | undefined> {
    if (this.#asked) return this.#asked;
    const asked = this.#askNow();
    this.#asked = asked;
    // A failure is not remembered: a secrets manager that was away is asked again by the next call.
    const forget = () => {
      if (this.#asked === asked) this.#asked = undefined;
    };
    asked.then((key) => key === undefined && forget(), forget);
    return asked;
  }

  /** The key, after the server refused `used`: asked for again, unless another call has done that meanwhile. */
  async after(used: string): Promise<string | undefined> {
    const asked = this.#asked;
    if ((await asked) === used && this.#asked === asked) this.#asked = undefined;
    return this.current();
  }

  async #askNow(): Promise<string | undefined> {
    return checked(await this.#ask());
  }
}

function checked(key: unknown): string | undefined {
  if (key === undefined || key === null) return undefined;
  if (typeof key !== 'string') throw new AnankeUsageError('apiKey gave something that is no text');
  // A key read from a file often ends in a line break.
  const text = key.trim();
  if (text === '') return undefined;
  // Another system's secret must not be shown to this server. The key itself is not repeated here.
  if (!/^ak_(live|test)_[0-9A-Za-z]+$/.test(text)) {
    throw new AnankeUsageError('apiKey is not an API key of Ananke: those begin with ak_live_ or ak_test_');
  }
  return text;
}

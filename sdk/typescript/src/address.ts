// Where the server is: a base URL that a key may be sent to.

import { AnankeUsageError } from './errors.js';

/** A checked base URL. */
export class Address {
  readonly #url: URL;

  private constructor(url: URL) {
    this.#url = url;
  }

  /** Reads a base URL: `https://…`, or `http://…` on this machine only. */
  static parse(text: string): Address {
    const wrong = (what: string) => new AnankeUsageError(`baseUrl ${what}; it must be like https://documents.example.org`);
    if (typeof text !== 'string') throw wrong('is no text');
    let url: URL;
    try {
      url = new URL(text.trim());
    } catch {
      throw wrong('is not an address');
    }
    if (url.username || url.password) throw wrong('must not hold a user name or password');
    if (url.search || url.hash) throw wrong('must end with its path');
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      throw new AnankeUsageError(
        `baseUrl ${url.origin} is not https: keys would cross the network in clear; http is for this machine only`,
      );
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('is neither https nor http');
    url.pathname = url.pathname.replace(/\/+$/, '');
    return new Address(url);
  }

  get isTls(): boolean {
    return this.#url.protocol === 'https:';
  }

  /** Scheme, host and port. */
  get origin(): string {
    return this.#url.origin;
  }

  /** The base URL as text, without a slash at the end. */
  toString(): string {
    return this.#url.href.replace(/\/+$/, '');
  }

  /**
   * The address of an operation below the base: each `{…}` of its path is an argument, escaped, so that none can climb
   * out of its place.
   */
  join(path: string, segments: readonly unknown[], query: object = {}): URL {
    const left = [...segments];
    const url = new URL(this + path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, left.shift())));
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
    }
    return url;
  }
}

function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new AnankeUsageError(`${name} must be a text, and is ${value === null ? 'null' : typeof value}`);
  }
  const text = String(value);
  // A segment that is `.` or `..` would be resolved away, escaped or not.
  return ['', '.', '..'].includes(text) ? '-' : encodeURIComponent(text);
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    // A name below `localhost` is asked of the network's resolver, who could name any machine.
    host === 'localhost' ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    host === '::1' ||
    /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host)
  );
}

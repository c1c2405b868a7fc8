// The trust a caller holds in its hand. What is believed stays here: an object that somebody made or changed opens nothing.

import { formatInstant, type Instant, parseInstant } from './instant.js';
import type { Mode } from './names.js';
import { newestRoot } from './roots.js';
import { readBundle, type Pin, type Trust as Believed, type TrustSource } from './trust.js';

/** A trust bundle that was opened. */
export interface Trust {
  /** `sha256:` and the hash of the root's certificate. */
  readonly fingerprint: string;
  readonly source: TrustSource;
  readonly mode: Mode;
  /** Keep it, and refuse bundles with a lower one: `minSequence`. */
  readonly sequence: bigint;
  readonly asOf: string;
  readonly expires: string;
  /** The public URL of the instance, then former ones. */
  readonly baseUrls: readonly string[];
}

/** Why the root of a bundle is believed: its fingerprint is held, or nothing is and the verdict says so. */
export type TrustStart =
  | {
      /** `sha256:` and 64 hexadecimal digits, from somewhere that is believed. */
      readonly root: string;
      /** What `{base}/c/roots.pem` holds: leads from the root held to a later one. */
      readonly roots?: string;
    }
  | {
      /** `bundle_file`: whoever named the bundle vouches for it. `first_use`: the root is believed because it was met first. */
      readonly believe: 'bundle_file' | 'first_use';
    };

/** How a bundle is opened. */
export type TrustOptions = TrustStart & {
  /** The lowest sequence that is taken. */
  readonly minSequence?: bigint | number;
  /** The time, where it is not that of the clock. */
  readonly now?: Date | string;
};

const believed = new WeakMap<Trust, Believed>();

/**
 * Opens a trust bundle, the text of `{base}/trust/live.jws` or `{base}/trust/test.jws`. Rejects with an `AnankeRefusedError` whose
 * `word` says why, as `spec/trust.md` names it.
 */
export async function openTrust(bundle: string, options: TrustOptions): Promise<Trust> {
  const pin = await pinOf(options);
  const minSequence = options.minSequence === undefined ? undefined : BigInt(options.minSequence);
  const trust = await readBundle(bundle, pin, minSequence);
  const { fingerprint, source, mode, sequence, baseUrls } = trust;
  const opened = Object.freeze({
    fingerprint,
    source,
    mode,
    sequence,
    asOf: formatInstant(trust.asOf),
    expires: formatInstant(trust.expires!),
    baseUrls: Object.freeze([...baseUrls]),
  });
  believed.set(opened, trust);
  return opened;
}

async function pinOf(options: TrustOptions): Promise<Pin> {
  if (!('root' in options)) {
    if (options.believe !== 'bundle_file' && options.believe !== 'first_use') {
      throw new TypeError('say why the bundle is believed: `root` with a fingerprint, or `believe`');
    }
    return { source: options.believe };
  }
  if (!/^sha256:[0-9a-f]{64}$/.test(options.root)) throw new TypeError('`root` is `sha256:` and 64 hexadecimal digits in lower case');
  const newest = options.roots === undefined ? options.root : await newestRoot(options.roots, options.root, instantFrom(options.now));
  return { source: newest === options.root ? 'pinned' : 'succession', fingerprint: newest };
}

/** What stands behind a trust that was opened here. */
export function believedBy(trust: Trust): Believed {
  const found = believed.get(trust);
  if (!found) throw new TypeError('`trust` is what `openTrust` gave');
  return found;
}

/** The instant a caller names, or that of the clock. */
export function instantFrom(now: Date | string | undefined): Instant {
  if (now === undefined) return Date.now();
  const instant = typeof now === 'string' ? parseInstant(now) : Number.isNaN(now.getTime()) ? undefined : now.getTime();
  if (instant === undefined) throw new TypeError('`now` is a Date, or YYYY-MM-DDTHH:MM:SS.mmmZ');
  return instant;
}

// Which failures are worth another try, and when.

import { AnankeApiError, AnankeConnectionError, AnankeTimeoutError } from './errors.js';

const firstWait = 500;
const mostWait = 8_000;

/**
 * Milliseconds to wait before try `next` (1 for the first repetition); `undefined`: another try would not help, or the
 * server asks for more than `patience`, and the caller should hear it.
 */
export function waitBefore(next: number, error: unknown, patience: number): number | undefined {
  if (error instanceof AnankeConnectionError || error instanceof AnankeTimeoutError) return jitter(backOff(next));
  // 409 says that the state is against it: the same request would be refused again.
  if (error instanceof AnankeApiError && (error.status === 408 || error.status === 429 || error.status >= 500)) {
    if (error.retryAfter === undefined) return jitter(backOff(next));
    const asked = error.retryAfter * 1000;
    return asked > patience ? undefined : asked;
  }
  return undefined;
}

/** The longest wait before try `next`. */
function backOff(next: number): number {
  return Math.min(firstWait * 2 ** (next - 1), mostWait);
}

/** Between half of it and all of it: clients that failed together come back apart. */
function jitter(most: number): number {
  return most * (0.5 + Math.random() / 2);
}

/** Waits; ends early with the reason of the signal. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

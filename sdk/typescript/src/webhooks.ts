// Webhooks: whether a message is from the server, and fresh. The rule is Standard Webhooks.

import { AnankeUsageError, AnankeWebhookError } from './errors.js';
import type { Alert } from './generated/openapi.js';
import { variable } from './runtime.js';

/** A message of a webhook. Types that a later server adds come as they are. */
export type WebhookEvent =
  | {
      type: 'alert.raised';
      /** When it happened. */
      timestamp: string;
      /** The alert, and whose it is: an issuer code, or `the instance`. */
      data: Alert & { of: string };
    }
  | {
      type: 'alert_channel.tested';
      /** When it happened. */
      timestamp: string;
      data: { channel: string; of: string; message: string };
    };

/** Headers of a request, however the framework holds them. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/** Seconds that a message may be older or younger than this machine's clock. */
const tolerance = 300;

/** Messages that the server sends. */
export class Webhooks {
  readonly #secret: string | undefined;

  constructor(secret: string | undefined) {
    this.#secret = secret;
  }

  /**
   * Checks a message and gives what it says; rejects with {@link AnankeWebhookError} what is not from the server, was changed,
   * or is more than five minutes old.
   *
   * `body` is the body as it came, not parsed and written again. `secret` is the `whsec_…` that was shown when the channel was
   * made, by default the client's `webhookSecret`, by default `ANANKE_WEBHOOK_SECRET`. `webhook-id` is the same at every try:
   * who saw it has had the message already.
   */
  async unwrap(body: string | Uint8Array, headers: WebhookHeaders, secret?: string): Promise<WebhookEvent> {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    if (!(bytes instanceof Uint8Array)) {
      throw new AnankeUsageError('body must be the body as it came, text or bytes: parsed, it can no longer be checked');
    }
    const key = await readSecret(secret ?? this.#secret ?? variable('ANANKE_WEBHOOK_SECRET'));
    const id = header(headers, 'webhook-id');
    const timestamp = header(headers, 'webhook-timestamp');
    const signatures = header(headers, 'webhook-signature').split(' ');

    const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
    let isGenuine = false;
    for (const signature of signatures) {
      const mac = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature)?.[1];
      // `verify` compares in constant time.
      if (mac && (await crypto.subtle.verify('HMAC', key, decoded(mac), signed))) isGenuine = true;
    }
    if (!isGenuine) throw new AnankeWebhookError('the signature of the webhook is not of this secret and this body');
    const age = Date.now() / 1000 - Number(timestamp);
    if (!/^\d+$/.test(timestamp) || Math.abs(age) > tolerance) {
      throw new AnankeWebhookError('the webhook is more than five minutes away from the clock of this machine');
    }
    return JSON.parse(new TextDecoder().decode(bytes)) as WebhookEvent;
  }
}

async function readSecret(secret: string | undefined): Promise<CryptoKey> {
  const text = secret?.trim();
  if (!text) {
    throw new AnankeUsageError('unwrap needs the secret of the channel: set ANANKE_WEBHOOK_SECRET, or hand it over');
  }
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (!base64) throw new AnankeUsageError('the secret of a webhook begins with whsec_, and base64 follows');
  return crypto.subtle.importKey('raw', decoded(base64), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function header(headers: WebhookHeaders, name: string): string {
  const plain = typeof (headers as Headers).get === 'function' ? undefined : (headers as Record<string, unknown>);
  const found = plain ? Object.entries(plain).find(([key]) => key.toLowerCase() === name)?.[1] : (headers as Headers).get(name);
  const value = Array.isArray(found) ? found[0] : found;
  if (typeof value !== 'string' || value === '') throw new AnankeWebhookError(`the header ${name} is missing`);
  return value;
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

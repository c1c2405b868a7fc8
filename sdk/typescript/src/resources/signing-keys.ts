import type { Call, List } from '../call.js';
import type {
  CompromiseSigningKey,
  CreateSigningKey,
  EndedSigningKey,
  RetireSigningKey,
  SigningKey,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** For what cannot be taken back. */
export interface DryRunOptions extends CallOptions {
  /** Only say what would become of it. */
  dryRun?: boolean | undefined;
}

/** Signing keys of the tenant. */
export class SigningKeys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The keys, newest first. */
  list(query: Query<'list_signing_keys'> = {}, options?: CallOptions): List<SigningKey> {
    return this.#transport.list('list_signing_keys', { query }, options);
  }

  /** Makes the key that signs next. */
  create(key: CreateSigningKey = {}, options?: CallOptions): Call<SigningKey> {
    return this.#transport.call('create_signing_key', { json: key }, options);
  }

  /** Ends a key: it signs no more, and what it signed stays good. */
  retire(id: string, request: RetireSigningKey = {}, options?: DryRunOptions): Call<EndedSigningKey> {
    const query = { dryRun: options?.dryRun };
    return this.#transport.call('retire_signing_key', { path: [id], query, json: request }, options);
  }

  /** Ends a key that somebody else has: what it signed from then on is no longer believed. */
  compromise(id: string, request: CompromiseSigningKey, options?: DryRunOptions): Call<EndedSigningKey> {
    const query = { dryRun: options?.dryRun };
    return this.#transport.call('compromise_signing_key', { path: [id], query, json: request }, options);
  }
}

import type { Call, List } from '../call.js';
import type { ApiKey, CreateApiKey, CreatedApiKey, RollApiKey, UpdateApiKey } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** For what is refused to be taken from those who may still need it. */
export interface ForceOptions extends CallOptions {
  /** Do it although the key was used within 24 hours. */
  force?: boolean | undefined;
}

/** API keys of the tenant. */
export class ApiKeys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The keys, newest first. */
  list(query: Query<'list_api_keys'> = {}, options?: CallOptions): List<ApiKey> {
    return this.#transport.list('list_api_keys', { query }, options);
  }

  /** Makes a key. Its `secret` is in this answer and nowhere else, ever. */
  create(key: CreateApiKey, options?: CallOptions): Call<CreatedApiKey> {
    return this.#transport.call('create_api_key', { json: key }, options);
  }

  /** Changes a key: what is left out stays. */
  update(id: string, change: UpdateApiKey, options?: CallOptions): Call<ApiKey> {
    return this.#transport.call('update_api_key', { path: [id], json: change }, options);
  }

  /**
   * Makes the successor of a key, which may do the same. Its `secret` is in this answer and nowhere else, ever; the old key
   * goes on for the overlap, by default a day.
   */
  roll(id: string, request: RollApiKey = {}, options?: CallOptions): Call<CreatedApiKey> {
    return this.#transport.call('roll_api_key', { path: [id], json: request }, options);
  }

  /** Takes a roll back during its overlap: the successor is deleted, the key goes on. */
  cancelRoll(id: string, options?: ForceOptions): Call<ApiKey> {
    const query = { force: options?.force };
    return this.#transport.call('cancel_roll_of_api_key', { path: [id], query }, options);
  }

  /** Deletes a key, at once. One used within 24 hours is refused with 409 unless `force` is set. */
  delete(id: string, options?: ForceOptions): Call<void> {
    const query = { force: options?.force };
    return this.#transport.call('delete_api_key', { path: [id], query }, options, 'nothing');
  }

  /** Reports keys that were found where they must not be. What becomes of it is told to nobody but their owners. */
  reportLeaks(keys: string[], options?: CallOptions): Call<void> {
    return this.#transport.call('report_leaks', { json: { keys } }, options, 'nothing');
  }
}

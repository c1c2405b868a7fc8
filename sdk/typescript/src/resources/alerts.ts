import type { Call, List } from '../call.js';
import type { Alert } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** Alerts of the tenant. */
export class Alerts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The alerts, newest first. */
  list(query: Query<'list_alerts'> = {}, options?: CallOptions): List<Alert> {
    return this.#transport.list('list_alerts', { query }, options);
  }

  /** Ends an alert because somebody saw to it. */
  acknowledge(id: string, options?: CallOptions): Call<Alert> {
    return this.#transport.call('acknowledge_alert', { path: [id] }, options);
  }
}

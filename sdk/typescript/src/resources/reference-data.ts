import type { Call } from '../call.js';
import type { Entry } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** The closed lists of the contract. No key needed. */
export class ReferenceData {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Kinds of documents. */
  documentTypes(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('document_types', {}, options);
  }

  /** Languages of documents. */
  languages(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('languages', {}, options);
  }

  /** Countries. */
  countries(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('countries', {}, options);
  }

  /** Reasons of lifecycle actions. */
  lifecycleReasons(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('lifecycle_reasons', {}, options);
  }

  /** Verdicts. */
  verdicts(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('verdicts', {}, options);
  }

  /** Types of events. */
  eventTypes(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('event_types', {}, options);
  }

  /** Kinds of alerts. */
  alertKinds(options?: CallOptions): Call<Entry[]> {
    return this.#transport.call('alert_kinds', {}, options);
  }
}

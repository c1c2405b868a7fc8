import type { Call, List } from '../call.js';
import type { AttestRequest, AuditEvent, AuditPage, Checklist, ChecklistItem, Usage } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** The record of everything that happened to the tenant. */
export class Audit {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The events, newest first. With `order: 'recorded'` in the order of the record, and `nextCursor` is never `null`: kept,
   * and handed over later, it brings what came since; nothing is passed over, nothing comes twice.
   */
  list(query: Query<'list_audit_events'> = {}, options?: CallOptions): List<AuditEvent, AuditPage> {
    return this.#transport.list('list_audit_events', { query }, options);
  }

  /** All events asked for in one text: CSV, or a JSON text per line. */
  export(query: Query<'export_audit_events'> = {}, options?: CallOptions): Call<string> {
    return this.#transport.call('export_audit_events', { query }, options, 'text');
  }
}

/** What was used, and how much of each limit. */
export class UsageRecords {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Of these days, UTC, by day or by key. */
  get(query: Query<'usage'> = {}, options?: CallOptions): Call<Usage> {
    return this.#transport.call('usage', { query }, options);
  }
}

/** The production checklist of the tenant. */
export class ProductionChecklist {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Each item: what the server sees of it, and what people attested. */
  get(options?: CallOptions): Call<Checklist> {
    return this.#transport.call('show_checklist', {}, options);
  }

  /** Attests an item that the server cannot see by itself. */
  attest(item: string, attestation: AttestRequest, options?: CallOptions): Call<ChecklistItem> {
    return this.#transport.call('attest', { path: [item], json: attestation }, options);
  }

  /** Takes an attestation back. */
  withdraw(item: string, options?: CallOptions): Call<void> {
    return this.#transport.call('withdraw_attestation', { path: [item] }, options, 'nothing');
  }
}

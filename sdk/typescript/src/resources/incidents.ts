import type { Call, List } from '../call.js';
import type {
  HarmedDocument,
  Restoration,
  RestorationPreview,
  RestorationRequest,
  Revocation,
  RevocationPreview,
  RevocationRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** Revocations of everything that a key issued, or of a time. */
export class Revocations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What a revocation would come to, without doing it. */
  preview(request: Omit<RevocationRequest, 'dryRun'>, options?: CallOptions): Call<RevocationPreview> {
    return this.#transport.call('revoke_many', { json: { ...request, dryRun: true } }, options);
  }

  /** Starts a revocation. */
  create(request: Omit<RevocationRequest, 'dryRun'>, options?: CallOptions): Call<Revocation> {
    return this.#transport.call('revoke_many', { json: { ...request, dryRun: false } }, options);
  }

  /** The revocations, newest first. */
  list(query: Query<'list_revocations'> = {}, options?: CallOptions): List<Revocation> {
    return this.#transport.list('list_revocations', { query }, options);
  }

  /** One revocation, and how far it got. */
  get(id: string, options?: CallOptions): Call<Revocation> {
    return this.#transport.call('get_revocation', { path: [id] }, options);
  }
}

/** Restorations of what a stolen key took out of force. */
export class Restorations {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What a restoration would come to, without doing it. */
  preview(request: Omit<RestorationRequest, 'dryRun'>, options?: CallOptions): Call<RestorationPreview> {
    return this.#transport.call('restore_many', { json: { ...request, dryRun: true } }, options);
  }

  /** Starts a restoration. */
  create(request: Omit<RestorationRequest, 'dryRun'>, options?: CallOptions): Call<Restoration> {
    return this.#transport.call('restore_many', { json: { ...request, dryRun: false } }, options);
  }

  /** The restorations, newest first. */
  list(query: Query<'list_restorations'> = {}, options?: CallOptions): List<Restoration> {
    return this.#transport.list('list_restorations', { query }, options);
  }

  /** One restoration, and how far it got. */
  get(id: string, options?: CallOptions): Call<Restoration> {
    return this.#transport.call('get_restoration', { path: [id] }, options);
  }

  /** The documents that were harmed, and what becomes of each. */
  listDocuments(id: string, query: Query<'list_restoration_documents'> = {}, options?: CallOptions): List<HarmedDocument> {
    return this.#transport.list('list_restoration_documents', { path: [id], query }, options);
  }
}

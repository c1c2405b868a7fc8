import type { Call, List } from '../call.js';
import { withPdf, type FileInput } from '../files.js';
import type {
  Event,
  Stamp,
  StampChangeRequest,
  StampReplaceRequest,
  StampRequest,
  StampRevokeRequest,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** A PDF to be stamped. */
export interface StampInput extends Omit<StampRequest, 'pdf'> {
  /** The file, at most 10 MB of PDF. */
  pdf: FileInput;
}

/** A PDF to be stamped in the place of another. */
export interface StampReplaceInput extends Omit<StampReplaceRequest, 'pdf'> {
  /** The file, at most 10 MB of PDF. */
  pdf: FileInput;
}

/** Stamped documents: made, read, and led through their life. */
export class TcodeDocuments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Stamps a PDF with a signed barcode. */
  stamp(document: StampInput, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('create_stamp', { body: () => withPdf(document) }, options);
  }

  /** The stamps, newest first. */
  list(query: Query<'list_stamps'> = {}, options?: CallOptions): List<Stamp> {
    return this.#transport.list('list_stamps', { query }, options);
  }

  /** One stamp. */
  get(id: string, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('get_stamp', { path: [id] }, options);
  }

  /** The stamped PDF. */
  getPdf(id: string, options?: CallOptions): Call<Uint8Array> {
    return this.#transport.call('get_stamp_pdf', { path: [id] }, options, 'bytes');
  }

  /** What happened to it, oldest first. */
  listEvents(id: string, query: Query<'list_stamp_events'> = {}, options?: CallOptions): List<Event> {
    return this.#transport.list('list_stamp_events', { path: [id], query }, options);
  }

  /** Takes it out of force for now. */
  suspend(id: string, input: StampChangeRequest = {}, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('suspend_stamp', { path: [id], json: input }, options);
  }

  /** Takes it out of force for good; `reason` is public, by default `other`. */
  revoke(id: string, input: StampRevokeRequest = {}, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('revoke_stamp', { path: [id], json: input }, options);
  }

  /** Puts it in force again. */
  reactivate(id: string, input: StampChangeRequest = {}, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('reactivate_stamp', { path: [id], json: input }, options);
  }

  /** Stamps another PDF in its place, and revokes it unless `revokeOriginal` is `false`. */
  replace(id: string, document: StampReplaceInput, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('replace_stamp', { path: [id], body: () => withPdf(document) }, options);
  }

  /** Erases its content for good; reference, hashes, status and issuer stay. */
  erase(id: string, reason: string, options?: CallOptions): Call<Stamp> {
    return this.#transport.call('erase_stamp', { path: [id], json: { reason } }, options);
  }
}

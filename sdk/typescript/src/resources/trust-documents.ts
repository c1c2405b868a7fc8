import { All, type Call, type List } from '../call.js';
import { withPdf, type FileInput } from '../files.js';
import type { Event, Issuance, IssueRequest, LifecycleRequest, ReplaceRequest } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** A document to be issued. */
export interface IssueInput extends Omit<IssueRequest, 'pdf'> {
  /** The document itself, at most 10 MB of PDF. Without it a rendition is made on request. */
  pdf?: FileInput | null | undefined;
}

/** A document to be issued in the place of another. */
export interface ReplaceInput extends Omit<ReplaceRequest, 'pdf'> {
  /** The document itself, at most 10 MB of PDF. Without it a rendition is made on request. */
  pdf?: FileInput | null | undefined;
}

/** Which documents. */
export type DocumentQuery = Query<'list_issuances'>;

/** Why a document is revoked, which is public, and a note for the issuer's own records. */
export type RevokeInput = Pick<LifecycleRequest, 'reason' | 'note'>;

/** A note for the issuer's own records. */
export type NoteInput = Pick<LifecycleRequest, 'note'>;

/** Documents: issued, read, and led through their life. */
export class TrustDocuments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Issues a document: signed, stored and verifiable once this has resolved. */
  issue(document: IssueInput, options?: CallOptions): Call<Issuance> {
    return this.#transport.call('issue', { body: () => withPdf(document) }, options);
  }

  /** The documents, newest first. */
  list(query: DocumentQuery = {}, options?: CallOptions): List<Issuance> {
    return this.#transport.list('list_issuances', { query }, options);
  }

  /** All documents, newest first. */
  listAll(query: DocumentQuery = {}, options?: CallOptions): All<Issuance> {
    return new All(() => this.list(query, options));
  }

  /** One document. */
  get(id: string, options?: CallOptions): Call<Issuance> {
    return this.#transport.call('get_issuance', { path: [id] }, options);
  }

  /** Its PDF: the submitted one, or the rendition. */
  getPdf(id: string, options?: CallOptions): Call<Uint8Array> {
    return this.#transport.call('get_issuance_pdf', { path: [id] }, options, 'bytes');
  }

  /** Its signed record: a W3C Verifiable Credential as compact JWS. */
  getCredential(id: string, options?: CallOptions): Call<string> {
    return this.#transport.call('get_issuance_credential', { path: [id] }, options, 'text');
  }

  /** What happened to it, oldest first. */
  listEvents(id: string, query: Query<'list_issuance_events'> = {}, options?: CallOptions): List<Event> {
    return this.#transport.list('list_issuance_events', { path: [id], query }, options);
  }

  /** Takes it out of force for now. */
  suspend(id: string, input: NoteInput = {}, options?: CallOptions): Call<Issuance> {
    return this.#change(id, { ...input, action: 'suspend' }, options);
  }

  /** Takes it out of force for good; `reason` is public, by default `other`. */
  revoke(id: string, input: RevokeInput = {}, options?: CallOptions): Call<Issuance> {
    return this.#change(id, { ...input, action: 'revoke' }, options);
  }

  /** Puts it in force again. */
  reactivate(id: string, input: NoteInput = {}, options?: CallOptions): Call<Issuance> {
    return this.#change(id, { ...input, action: 'reactivate' }, options);
  }

  /** Lets it expire ahead of time. */
  expire(id: string, input: NoteInput = {}, options?: CallOptions): Call<Issuance> {
    return this.#change(id, { ...input, action: 'expire' }, options);
  }

  /** Issues another document in its place, and revokes it unless `revokeOriginal` is `false`. */
  replace(id: string, document: ReplaceInput, options?: CallOptions): Call<Issuance> {
    return this.#transport.call('replace', { path: [id], body: () => withPdf(document) }, options);
  }

  /** Erases its content for good; reference, hashes, status and issuer stay. */
  erase(id: string, reason: string, options?: CallOptions): Call<Issuance> {
    return this.#transport.call('erase', { path: [id], json: { reason } }, options);
  }

  #change(id: string, request: LifecycleRequest, options?: CallOptions): Call<Issuance> {
    return this.#transport.call('change_lifecycle', { path: [id], json: request }, options);
  }
}

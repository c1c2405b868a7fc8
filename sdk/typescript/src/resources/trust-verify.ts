import type { Call, List } from '../call.js';
import { blob, form, type FileInput } from '../files.js';
import type { HistoryEntry, Verification } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/** Narrows a question to one issuer. */
export interface OfIssuer {
  /** Only documents of this issuer, by its code of six characters. */
  issuerCode?: string | undefined;
}

/**
 * Verification. No key needed, but for the history. Every well-formed question has an answer: a document that fails is a
 * verdict, not an error.
 */
export class TrustVerify {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** By what is printed on the document, `TRF-…`. */
  byReference(reference: string, options?: CallOptions): Call<Verification> {
    return this.#transport.call('verify_by_reference', { json: { reference } }, options);
  }

  /** By the SHA-256 of the file, in lower-case hexadecimal. The file stays where it is. */
  byHash(hash: string, options?: CallOptions & OfIssuer): Call<Verification> {
    return this.#transport.call('verify_by_hash', { json: { hash, issuerCode: options?.issuerCode } }, options);
  }

  /** By the file itself. */
  byFile(file: FileInput, options?: CallOptions & OfIssuer): Call<Verification> {
    const body = async () => form({ issuerCode: options?.issuerCode, pdf: await blob('file', file, 'application/pdf') });
    return this.#transport.call('verify_by_file', { body }, options);
  }

  /** Who asked about your documents, and what was answered, newest first. */
  history(query: Query<'list_verifications'> = {}, options?: CallOptions): List<HistoryEntry> {
    return this.#transport.list('list_verifications', { query }, options);
  }
}

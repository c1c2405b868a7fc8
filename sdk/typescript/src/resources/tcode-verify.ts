import type { Call, List } from '../call.js';
import { base64, blob, form, type FileInput } from '../files.js';
import type { HistoryEntry, Verification } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import type { Query } from './query.js';

/**
 * Verification of stamps. No key needed, but for the history. Every well-formed question has an answer: a document that fails
 * is a verdict, not an error.
 */
export class TcodeVerify {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** By what is printed beside the barcode, `TCR-…`. */
  byReference(reference: string, options?: CallOptions): Call<Verification> {
    return this.#transport.call('verify_stamp_by_reference', { path: [reference] }, options);
  }

  /** By the SHA-256 of the stamped file or of the one submitted, in lower-case hexadecimal. */
  byHash(hash: string, options?: CallOptions): Call<Verification> {
    return this.#transport.call('verify_stamp_by_hash', { path: [hash] }, options);
  }

  /** By the bytes of the barcode, or these in base64. */
  byPayload(payload: Uint8Array | string, options?: CallOptions): Call<Verification> {
    return this.#transport.call('verify_payload', { json: { payload: base64(payload) } }, options);
  }

  /** The same with where and by what it was scanned, which is kept in the history and believed by nobody. */
  sync(payload: Uint8Array | string, context?: Record<string, string>, options?: CallOptions): Call<Verification> {
    return this.#transport.call('verify_sync', { json: { payload: base64(payload), context } }, options);
  }

  /** By a picture of the barcode, PNG or JPEG, or a PDF with it. */
  byImage(file: FileInput, options?: CallOptions): Call<Verification> {
    const body = async () => form({ file: await blob('file', file, 'application/octet-stream') });
    return this.#transport.call('verify_image', { body }, options);
  }

  /** Who asked about your stamps, and what was answered, newest first. */
  history(query: Query<'list_stamp_verifications'> = {}, options?: CallOptions): List<HistoryEntry> {
    return this.#transport.list('list_stamp_verifications', { query }, options);
  }
}

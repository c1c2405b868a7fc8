// Files that are handed to the SDK, and the bodies they are sent in.

import { AnankeUsageError } from './errors.js';

/** 10 MB, the most a server takes of a file. */
const mostBytes = 10 * 1024 * 1024;

/** A file: its bytes, a `Blob` or `File`, or a stream of bytes. A text is its bytes in base64. */
export type FileInput = string | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A body that can be sent as often as it takes. */
export interface Body {
  content: string | FormData;
  contentType?: string;
}

/** A JSON body. */
export function json(value: unknown): Body {
  return { content: JSON.stringify(value), contentType: 'application/json' };
}

/**
 * A request with a file in its member `pdf`: JSON where the file is base64 or absent, else a form with the request and the
 * bytes side by side, a third smaller.
 */
export async function withPdf(request: { pdf?: FileInput | null | undefined }): Promise<Body> {
  const { pdf, ...rest } = request;
  if (pdf === undefined || pdf === null || typeof pdf === 'string') return json(request);
  return form({ request: JSON.stringify(rest), pdf: await blob('pdf', pdf, 'application/pdf') });
}

/** A form; a part that is `undefined` is left out. */
export function form(parts: Record<string, string | Blob | undefined>): Body {
  const content = new FormData();
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') content.append(name, part);
    else if (part) content.append(name, part, 'document');
  }
  return { content };
}

/** The bytes of a file. A stream is read here, once, so that a call can be tried again. */
export async function blob(name: string, file: FileInput, type: string): Promise<Blob> {
  if (typeof file === 'string') return new Blob([fromBase64(name, file)], { type });
  if (file instanceof Uint8Array || file instanceof ArrayBuffer) return new Blob([file as BlobPart], { type });
  if (file instanceof Blob) return file;
  if (typeof file === 'object' && file !== null) {
    if ('getReader' in file) return new Blob((await collect(name, readAll(file))) as BlobPart[], { type });
    if (Symbol.asyncIterator in file) return new Blob((await collect(name, file)) as BlobPart[], { type });
  }
  throw new AnankeUsageError(`${name} must be bytes, a Blob, a stream of bytes, or base64`);
}

/** Bytes as base64; a text is base64 already. */
export function base64(bytes: string | Uint8Array): string {
  if (typeof bytes === 'string') return bytes;
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(name: string, text: string): BlobPart {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new AnankeUsageError(`${name} is a text, and no base64; read a file first: its path is not its bytes`);
  }
}

async function collect(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const collected: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new AnankeUsageError(`${name} is a stream, and not one of bytes`);
    length += chunk.byteLength;
    if (length > mostBytes) throw new AnankeUsageError(`${name} is a stream of more than 10 MB, which no server takes`);
    collected.push(chunk);
  }
  return collected;
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Where reading stopped early, the source is told.
    await reader.cancel().catch(() => {});
  }
}

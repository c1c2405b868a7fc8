import type { Call } from '../call.js';
import type { KeyMode } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Some JSON object. */
export type JsonObject = Record<string, unknown>;

/** What a server publishes for those who verify by themselves, and how it is. No key is ever sent there. */
export class Published {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The trust bundle of a mode, a compact JWS: all that verifying offline needs but the root's fingerprint. */
  trustBundle(mode: KeyMode, options?: CallOptions): Call<string> {
    return this.#transport.call('get_trust_bundle', { path: [`${mode}.jws`] }, options, 'text');
  }

  /**
   * A certificate or revocation list by its name: `root.pem`, `ca-live.crl`, or a certificate's reference, alone (DER) or
   * with `.pem` for its chain.
   */
  certificate(name: string, options?: CallOptions): Call<Uint8Array> {
    return this.#transport.call('get_certificate', { path: [name] }, options, 'bytes');
  }

  /** A Token Status List of an issuer, a compact JWS. */
  statusList(issuerCode: string, mode: KeyMode, number: number, options?: CallOptions): Call<string> {
    return this.#transport.call('get_status_list', { path: [issuerCode, mode, number] }, options, 'text');
  }

  /** The same as a W3C Bitstring Status List credential, a compact JWS. */
  bitstringStatusList(
    issuerCode: string,
    mode: KeyMode,
    number: number,
    purpose: 'revocation' | 'suspension',
    options?: CallOptions,
  ): Call<string> {
    const path = [issuerCode, mode, number, purpose];
    return this.#transport.call('get_bitstring_status_list', { path }, options, 'text');
  }

  /** The keys of an issuer as a JWK set. */
  jwks(issuerCode: string, mode: KeyMode = 'live', options?: CallOptions): Call<JsonObject> {
    return this.#transport.call(mode === 'test' ? 'get_test_jwks' : 'get_jwks', { path: [issuerCode] }, options);
  }

  /** The same as a DID document. */
  did(issuerCode: string, mode: KeyMode = 'live', options?: CallOptions): Call<JsonObject> {
    return this.#transport.call(mode === 'test' ? 'get_test_did' : 'get_did', { path: [issuerCode] }, options);
  }

  /** Whether the process answers. */
  health(options?: CallOptions): Call<JsonObject> {
    return this.#transport.call('healthz', {}, options);
  }

  /** Whether the server can do its work, check by check; an error of status 503 where it cannot. */
  readiness(options?: CallOptions): Call<JsonObject> {
    return this.#transport.call('readyz', {}, options);
  }
}

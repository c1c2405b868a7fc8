// The client: one server, one key, and the namespaces.

import { Address } from './address.js';
import type { Call } from './call.js';
import { AnankeUsageError } from './errors.js';
import type { Whoami } from './generated/openapi.js';
import { Key, type ApiKey } from './key.js';
import { AlertChannels } from './resources/alert-channels.js';
import { Alerts } from './resources/alerts.js';
import { ApiKeys } from './resources/api-keys.js';
import { Restorations, Revocations } from './resources/incidents.js';
import { Published } from './resources/published.js';
import { Audit, ProductionChecklist, UsageRecords } from './resources/records.js';
import { ReferenceData } from './resources/reference-data.js';
import { SigningKeys } from './resources/signing-keys.js';
import { TcodeDocuments } from './resources/tcode-documents.js';
import { TcodePlacement } from './resources/tcode-placement.js';
import { TcodeTemplates } from './resources/tcode-templates.js';
import { TcodeVerify } from './resources/tcode-verify.js';
import { TrustDocuments } from './resources/trust-documents.js';
import { TrustTemplates } from './resources/trust-templates.js';
import { TrustVerify } from './resources/trust-verify.js';
import { refuseBrowsers, variable } from './runtime.js';
import { checkedRetries, checkedTimeout, refuseUnknown, Transport, type CallOptions } from './transport.js';
import { Webhooks } from './webhooks.js';

/** Settings of a client; each has a default. */
export interface ClientOptions {
  /**
   * The API key, `ak_live_…` or `ak_test_…`, or a function that gives it, such as a call to a secrets manager. What a
   * function gave is kept; it is asked once more when the server no longer takes it. Default: `ANANKE_API_KEY`. Without a
   * key the client works, for what needs none.
   */
  apiKey?: ApiKey | undefined;
  /** Where the server is, default `ANANKE_BASE_URL`, then `http://127.0.0.1:8787`. `http:` is for this machine only. */
  baseUrl?: string | undefined;
  /** Milliseconds that one try may take, default 30 000. */
  timeout?: number | undefined;
  /** How often a failed call is tried again, default 2. */
  maxRetries?: number | undefined;
  /** Another `fetch`, for proxies and tests. It is handed the key, and must not follow redirects. */
  fetch?: typeof fetch | undefined;
  /** What `webhooks.unwrap` checks with, `whsec_…`. Default: `ANANKE_WEBHOOK_SECRET`. */
  webhookSecret?: string | undefined;
}

/** Templates, documents and their verification. */
export class Trust {
  readonly templates: TrustTemplates;
  readonly documents: TrustDocuments;
  readonly verify: TrustVerify;

  constructor(transport: Transport) {
    this.templates = new TrustTemplates(transport);
    this.documents = new TrustDocuments(transport);
    this.verify = new TrustVerify(transport);
  }
}

/** Stamps, what goes into their seals, and their verification. */
export class Tcode {
  readonly templates: TcodeTemplates;
  readonly placement: TcodePlacement;
  /** The same as `placement`. */
  readonly placementTemplates: TcodePlacement;
  readonly documents: TcodeDocuments;
  readonly verify: TcodeVerify;

  constructor(transport: Transport) {
    this.templates = new TcodeTemplates(transport);
    this.placement = new TcodePlacement(transport);
    this.placementTemplates = this.placement;
    this.documents = new TcodeDocuments(transport);
    this.verify = new TcodeVerify(transport);
  }
}

/** A client of one server. Make one, at the top of a module, and use it everywhere. */
export class AnankeClient {
  readonly #transport: Transport;
  /** The base URL, without a slash at the end. */
  readonly baseUrl: string;
  readonly trust: Trust;
  readonly tcode: Tcode;
  readonly apiKeys: ApiKeys;
  readonly signingKeys: SigningKeys;
  readonly alerts: Alerts;
  readonly alertChannels: AlertChannels;
  readonly revocations: Revocations;
  readonly restorations: Restorations;
  readonly audit: Audit;
  readonly usage: UsageRecords;
  readonly checklist: ProductionChecklist;
  readonly referenceData: ReferenceData;
  readonly published: Published;
  readonly webhooks: Webhooks;

  constructor(options: ClientOptions = {}) {
    refuseBrowsers();
    if (typeof options !== 'object' || options === null) {
      throw new AnankeUsageError('new AnankeClient takes an object, such as { apiKey }');
    }
    refuseUnknown(options, ['apiKey', 'baseUrl', 'timeout', 'maxRetries', 'fetch', 'webhookSecret']);
    if (options.fetch !== undefined && typeof options.fetch !== 'function') {
      throw new AnankeUsageError('fetch must be a function');
    }
    const address = Address.parse(options.baseUrl ?? variable('ANANKE_BASE_URL') ?? 'http://127.0.0.1:8787');
    const transport = new Transport({
      address,
      key: new Key(options.apiKey),
      timeout: checkedTimeout(options.timeout ?? 30_000),
      maxRetries: checkedRetries(options.maxRetries ?? 2),
      fetch: options.fetch,
    });
    this.#transport = transport;
    this.baseUrl = address.toString();
    this.trust = new Trust(transport);
    this.tcode = new Tcode(transport);
    this.apiKeys = new ApiKeys(transport);
    this.signingKeys = new SigningKeys(transport);
    this.alerts = new Alerts(transport);
    this.alertChannels = new AlertChannels(transport);
    this.revocations = new Revocations(transport);
    this.restorations = new Restorations(transport);
    this.audit = new Audit(transport);
    this.usage = new UsageRecords(transport);
    this.checklist = new ProductionChecklist(transport);
    this.referenceData = new ReferenceData(transport);
    this.published = new Published(transport);
    this.webhooks = new Webhooks(options.webhookSecret);
  }

  /** Who the key is, what it may do, and its limits. */
  whoami(options?: CallOptions): Call<Whoami> {
    return this.#transport.call('whoami', {}, options);
  }

  /** What JSON shows of it: where the server is, and no more. */
  toJSON(): { baseUrl: string } {
    return { baseUrl: this.baseUrl };
  }

  /** What `console.log` shows of it. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `AnankeClient { baseUrl: '${this.baseUrl}' }`;
  }
}

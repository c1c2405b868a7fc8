import type { Call } from '../call.js';
import type { CsvField, TdocTemplate, TdocTemplateInput } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import { ifMatch, type UpdateOptions } from './if-match.js';
import type { Query } from './query.js';

/** TDoc templates: which fields go inside a seal. */
export class TcodeTemplates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All of them: this list has no pages. */
  list(query: Query<'list_tdoc_templates'> = {}, options?: CallOptions): Call<TdocTemplate[]> {
    return this.#transport.call('list_tdoc_templates', { query }, options);
  }

  /** One template. */
  get(id: string, options?: CallOptions): Call<TdocTemplate> {
    return this.#transport.call('get_tdoc_template', { path: [id] }, options);
  }

  /** Makes a template. */
  create(template: TdocTemplateInput, options?: CallOptions): Call<TdocTemplate> {
    return this.#transport.call('create_tdoc_template', { json: template }, options);
  }

  /** Makes a template from a document profile of BSI TR-03171, XML. */
  import(profile: string, options?: CallOptions): Call<TdocTemplate> {
    const body = async () => ({ content: profile, contentType: 'application/xml' });
    return this.#transport.call('import_tdoc_template', { body }, options);
  }

  /** Writes the next version; with `ifMatch` only if the version it names is still the newest, else 412. */
  update(id: string, template: TdocTemplateInput, options?: UpdateOptions): Call<TdocTemplate> {
    const ask = { path: [id], json: template, headers: ifMatch(options) };
    return this.#transport.call('update_tdoc_template', ask, options);
  }

  /** Deletes a template that was never used; a used one is 409: archive it instead. */
  delete(id: string, options?: CallOptions): Call<void> {
    return this.#transport.call('delete_tdoc_template', { path: [id] }, options, 'nothing');
  }

  /** Puts a template away. */
  archive(id: string, reason?: string | null, options?: CallOptions): Call<TdocTemplate> {
    return this.#transport.call('archive_tdoc_template', { path: [id], json: { reason: reason ?? null } }, options);
  }

  /** Takes a template out again. */
  unarchive(id: string, options?: CallOptions): Call<TdocTemplate> {
    return this.#transport.call('unarchive_tdoc_template', { path: [id] }, options);
  }

  /** The columns of a CSV file that files are stamped from. */
  getCsvFields(id: string, options?: CallOptions): Call<CsvField[]> {
    return this.#transport.call('list_tdoc_template_csv_fields', { path: [id] }, options);
  }

  /** The template as a document profile of BSI TR-03171, XML. */
  getProfile(id: string, options?: CallOptions): Call<string> {
    return this.#transport.call('get_tdoc_template_profile', { path: [id] }, options, 'text');
  }
}

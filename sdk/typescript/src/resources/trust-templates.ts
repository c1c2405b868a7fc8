import { All, type Call, type List } from '../call.js';
import type { CsvField, Template, TemplateInput } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import { ifMatch, type UpdateOptions } from './if-match.js';
import type { Query } from './query.js';

/** Which templates. */
export type TemplateQuery = Query<'list_templates'>;

/** Templates: what documents carry. */
export class TrustTemplates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The templates, newest first. */
  list(query: TemplateQuery = {}, options?: CallOptions): List<Template> {
    return this.#transport.list('list_templates', { query }, options);
  }

  /** All templates, newest first. */
  listAll(query: TemplateQuery = {}, options?: CallOptions): All<Template> {
    return new All(() => this.list(query, options));
  }

  /** One template. */
  get(id: string, options?: CallOptions): Call<Template> {
    return this.#transport.call('get_template', { path: [id] }, options);
  }

  /** Makes a template. */
  create(template: TemplateInput, options?: CallOptions): Call<Template> {
    return this.#transport.call('create_template', { json: template }, options);
  }

  /** Writes the next version; with `ifMatch` only if the version it names is still the newest, else 412. */
  update(id: string, template: TemplateInput, options?: UpdateOptions): Call<Template> {
    return this.#transport.call('update_template', { path: [id], json: template, headers: ifMatch(options) }, options);
  }

  /** Deletes a template that was never used; a used one is 409: archive it instead. */
  delete(id: string, options?: CallOptions): Call<void> {
    return this.#transport.call('delete_template', { path: [id] }, options, 'nothing');
  }

  /** Puts a template away. */
  archive(id: string, reason?: string | null, options?: CallOptions): Call<Template> {
    return this.#transport.call('archive_template', { path: [id], json: { reason: reason ?? null } }, options);
  }

  /** Takes a template out again. */
  unarchive(id: string, options?: CallOptions): Call<Template> {
    return this.#transport.call('unarchive_template', { path: [id] }, options);
  }

  /** Copies a template under another name. */
  duplicate(id: string, name: string, options?: CallOptions): Call<Template> {
    return this.#transport.call('duplicate_template', { path: [id], json: { name } }, options);
  }

  /** The columns of a CSV file that documents of this template are issued from. */
  getCsvFields(id: string, options?: CallOptions): Call<CsvField[]> {
    return this.#transport.call('list_template_csv_fields', { path: [id] }, options);
  }

  /** Chooses where the barcode goes on documents of this template; `null`: nowhere in particular. */
  setPlacementTemplate(id: string, placementTemplateId: string | null, options?: CallOptions): Call<Template> {
    return this.#transport.call('set_template_placement', { path: [id], json: { placementTemplateId } }, options);
  }
}

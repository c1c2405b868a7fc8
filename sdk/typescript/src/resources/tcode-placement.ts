import type { Call, List } from '../call.js';
import type { PlacementInput, PlacementTemplate } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';
import { ifMatch, type UpdateOptions } from './if-match.js';
import type { Query } from './query.js';

/** Placement templates: where the barcode goes on the page. */
export class TcodePlacement {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The templates, newest first. */
  list(query: Query<'list_placement_templates'> = {}, options?: CallOptions): List<PlacementTemplate> {
    return this.#transport.list('list_placement_templates', { query }, options);
  }

  /** One template. */
  get(id: string, options?: CallOptions): Call<PlacementTemplate> {
    return this.#transport.call('get_placement_template', { path: [id] }, options);
  }

  /** Makes a template. */
  create(template: PlacementInput, options?: CallOptions): Call<PlacementTemplate> {
    return this.#transport.call('create_placement_template', { json: template }, options);
  }

  /** Writes the next version; with `ifMatch` only if the version it names is still the newest, else 412. */
  update(id: string, template: PlacementInput, options?: UpdateOptions): Call<PlacementTemplate> {
    const ask = { path: [id], json: template, headers: ifMatch(options) };
    return this.#transport.call('update_placement_template', ask, options);
  }

  /** Deletes a template. */
  delete(id: string, options?: CallOptions): Call<void> {
    return this.#transport.call('delete_placement_template', { path: [id] }, options, 'nothing');
  }

  /** Copies a template under another name. */
  duplicate(id: string, name: string, options?: CallOptions): Call<PlacementTemplate> {
    return this.#transport.call('duplicate_placement_template', { path: [id], json: { name } }, options);
  }
}

import type { Call, List } from '../call.js';
import type {
  AlertChannel,
  CreateAlertChannel,
  CreatedAlertChannel,
  RotateAlertChannelSecret,
  TestedAlertChannel,
} from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

/** Channels that alerts go out by. */
export class AlertChannels {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All channels, oldest first: there are never more than fit a page. */
  list(options?: CallOptions): List<AlertChannel> {
    return this.#transport.list('list_alert_channels', {}, options);
  }

  /** Makes a channel. The `secret` of a webhook is in this answer and nowhere else. */
  create(channel: CreateAlertChannel, options?: CallOptions): Call<CreatedAlertChannel> {
    return this.#transport.call('create_alert_channel', { json: channel }, options);
  }

  /** Deletes a channel: nothing more is sent there. */
  delete(id: string, options?: CallOptions): Call<void> {
    return this.#transport.call('delete_alert_channel', { path: [id] }, options, 'nothing');
  }

  /** Sends a test now, and says whether the receiver took it. */
  test(id: string, options?: CallOptions): Call<TestedAlertChannel> {
    return this.#transport.call('test_alert_channel', { path: [id] }, options);
  }

  /** Gives a webhook another `secret`, which is in this answer and nowhere else. */
  rotateSecret(id: string, request: RotateAlertChannelSecret = {}, options?: CallOptions): Call<CreatedAlertChannel> {
    return this.#transport.call('rotate_alert_channel_secret', { path: [id], json: request }, options);
  }
}

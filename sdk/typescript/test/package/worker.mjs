// workerd. The client is made at the top of the module, as on any server.
import * as sdk from '@ananke/sdk';
import { conformance } from './conformance.mjs';

const atTheTop = new sdk.AnankeClient();

export default {
  async fetch(request) {
    try {
      return Response.json({ baseUrl: atTheTop.baseUrl, checked: await conformance(sdk, await request.json()) });
    } catch (error) {
      return Response.json({ error: String(error?.stack ?? error) });
    }
  },
};

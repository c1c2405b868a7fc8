// Node, ES modules; Bun and Deno run it too.
import * as sdk from '@ananke/sdk';
import { conformance } from './conformance.mjs';

console.log(JSON.stringify(await conformance(sdk, JSON.parse(process.env.SERVER))));

// Deno, with no permission but that for the server's address: the environment cannot be read.
import * as sdk from '@ananke/sdk';
import { conformance } from './conformance.mjs';

console.log(JSON.stringify(await conformance(sdk, JSON.parse(Deno.args[0]))));

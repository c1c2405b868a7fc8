// The same route in the edge runtime.

export { GET } from '../verify/route';
export const runtime = 'edge';

// The same route in the edge runtime, for those who deploy to one; Next itself advises Node.

export { GET } from '../verify/route';
export const runtime = 'edge';

// How often each visitor may ask. It counts in the memory of one process: several processes let a visitor through several
// times as often, which is good enough here; the server behind has limits of its own.

const perMinute = Number(process.env.ASKS_PER_MINUTE ?? 30);

/** Nobody has so many visitors in a minute; an attacker with many addresses has, and shall not fill the memory. */
const most = 100_000;

/** @type {Map<string, number>} */
const asked = new Map();
let began = performance.now();

/**
 * Seconds that this visitor has to wait; 0 where it may ask now.
 *
 * @param {string} visitor
 */
export function secondsToWait(visitor) {
  const since = performance.now() - began;
  if (since >= 60_000) {
    asked.clear();
    began = performance.now();
    return secondsToWait(visitor);
  }
  const times = asked.get(visitor) ?? 0;
  if (times >= perMinute || (times === 0 && asked.size >= most)) return Math.ceil((60_000 - since) / 1000);
  asked.set(visitor, times + 1);
  return 0;
}

/**
 * Who asks, behind one proxy: the last address of `x-forwarded-for` is the one that the proxy saw. Those before it are what the
 * visitor wrote, so they are not believed. Behind two proxies take `.at(-2)`, with none the address of the connection.
 *
 * @param {string | null | undefined} forwarded
 */
export function behindProxy(forwarded) {
  return network(forwarded?.split(',').at(-1)?.trim() ?? '');
}

/**
 * A visitor has one address of IPv4, but 2^64 of IPv6: those of its network are one visitor.
 *
 * @param {string} address
 */
export function network(address) {
  // Some proxies add the port.
  const old = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address)?.[1];
  if (old) return old;
  const [head, tail] = address.toLowerCase().replace(/^\[|\].*$/g, '').split('::');
  const groups = head ? head.split(':') : [];
  const rest = tail ? tail.split(':') : [];
  while (tail !== undefined && groups.length + rest.length < 8) groups.push('0');
  return [...groups, ...rest].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}

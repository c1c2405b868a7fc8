// Numbers that a seed repeats, and what is done to bytes, texts and JSON with them.

/** Mulberry32: small, and the same everywhere. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number below `end`. */
  below(end) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(end, 1);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  /** True once in so many times. */
  once(times) {
    return this.below(times) === 0;
  }
}

/** Bytes with one to three changes. */
export function mutatedBytes(random, bytes, others = [bytes]) {
  let data = Buffer.from(bytes);
  const spliced = (at, count, ...more) => Buffer.concat([data.subarray(0, at), ...more, data.subarray(at + count)]);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const [one, two] = [random.below(data.length + 1), random.below(data.length + 1)];
    const [from, to] = [Math.min(one, two), Math.max(one, two)];
    switch (random.below(8)) {
      case 0:
        if (from < data.length) data[from] ^= 1 << random.below(8);
        break;
      case 1:
        if (from < data.length) data[from] = random.below(256);
        break;
      case 2:
        data = spliced(from, 0, Buffer.from([random.below(256)]));
        break;
      case 3:
        data = spliced(from, 1 + random.below(Math.min(to - from + 1, 40)));
        break;
      case 4:
        data = data.subarray(0, to);
        break;
      case 5:
        data = spliced(to, 0, data.subarray(from, Math.min(to, from + 64)));
        break;
      case 6:
        if (from < data.length) data[from] += random.of([1, 255]);
        break;
      default:
        data = Buffer.concat([data.subarray(0, from), random.of(others).subarray(random.once(8) ? to : from)]);
    }
  }
  return new Uint8Array(data);
}

/** A text with one to three changes; each of its characters is a byte. */
export const mutatedText = (random, text, others = [text]) =>
  Buffer.from(mutatedBytes(random, Buffer.from(text, 'latin1'), others.map((other) => Buffer.from(other, 'latin1')))).toString('latin1');

// JSON in which members can stand twice, and numbers have other spellings: objects are lists of pairs, `raw` stands as it is.
const tree = (value) =>
  Array.isArray(value)
    ? { items: value.map(tree) }
    : value !== null && typeof value === 'object'
      ? { pairs: Object.entries(value).map(([name, member]) => [JSON.stringify(name), tree(member)]) }
      : { raw: JSON.stringify(value) };

const written = (node) => {
  if (node.items) return `[${node.items.map(written).join(',')}]`;
  if (node.pairs) return `{${node.pairs.map(([name, value]) => `${name}:${written(value)}`).join(',')}}`;
  return node.raw;
};

const every = (node) => [node, ...(node.items ?? node.pairs?.map(([, value]) => value) ?? []).flatMap(every)];

const RAW = [
  ...['null', 'true', '""', '0', '-0', '1', '2', '2.0', '1e0', '-1', '131071', '131072', '4294967296', '18446744073709551616'],
  ...['9007199254740993', '1e999', '01', '"x"', '"\\u0000"', '"\\ud83d\\ude00"', '"\\ud800"', '"é"', '[]', '{}', '[[]]', '{"a":1}'],
  ...['"2026-06-01T10:00:00.000Z"', '"0000-01-01T00:00:00.000Z"', '"9999-12-30T21:59:59.999Z"', '"9999-12-30T22:00:00.000Z"'],
  ...['"2026-06-01"', '"https://old.example.com"', '"test"', '"ACME01"', '"000000"', '"token"'],
];

/** A JSON text with one or two changes; most are still JSON. */
export function mutatedJson(random, text, also = []) {
  let root;
  try {
    root = tree(JSON.parse(text));
  } catch {
    return mutatedText(random, text);
  }
  const others = every(root);
  for (let left = 1 + random.below(2); left > 0; left -= 1) {
    const node = random.of(every(root));
    const { pairs, items } = node;
    const at = random.below((pairs ?? items ?? []).length);
    switch (random.below(9)) {
      case 0:
      case 1:
        replace(node, { raw: random.of([...RAW, ...also]) });
        break;
      case 2:
        replace(node, structuredClone(random.of(others)));
        break;
      case 3:
        (pairs ?? items)?.splice(at, 1);
        break;
      case 4:
        if (pairs?.length) pairs.splice(random.below(pairs.length + 1), 0, structuredClone(pairs[at]));
        else items?.push(...items.slice(at, at + 1));
        break;
      case 5:
        if (pairs) pairs.push([random.of(['"more"', '"id"', '"type"', '"crit"', '"jwk"', '"__proto__"', '"\\u0061"']), { raw: random.of(RAW) }]);
        else if (items) items.push({ raw: random.of(RAW) });
        break;
      case 6:
        // What some readers take for an object: its values in their order.
        if (pairs) replace(node, { items: pairs.map(([, value]) => value) });
        break;
      case 7:
        if (pairs?.length) pairs.push(pairs.splice(at, 1)[0]);
        else if (items?.length) items.push(items.splice(at, 1)[0]);
        break;
      default:
        if (node.raw?.startsWith('"')) node.raw = JSON.stringify(mutatedText(random, JSON.parse(node.raw.replace(/\\ud800/, ''))));
        else if (node.raw) node.raw = random.of([' ', '\n\t', '']) + node.raw + random.of(['', ' ', '.0', 'e0', '0']);
    }
  }
  return random.once(20) ? mutatedText(random, written(root)) : written(root);
}

function replace(node, other) {
  for (const name of Object.keys(node)) delete node[name];
  Object.assign(node, other);
}

// C40 as headers of seals have it: three characters in two bytes (`spec/seal.md`).

const FILLER = 3;
const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALONE = 0xfe;

/** How many bytes so many characters take. */
export const packedLength = (characters: number): number => Math.ceil(characters / 3) * 2;

/** The text of these bytes, if it is one of so many characters and packed in the one way there is. */
export function unpack(bytes: Uint8Array, characters: number): string | undefined {
  if (bytes.length !== packedLength(characters)) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    const left = characters - text.length;
    if (left === 1) {
      const character = String.fromCharCode(second - 1);
      if (first !== ALONE || valueOf(character) === undefined) return undefined;
      text += character;
      continue;
    }
    const packed = first * 256 + second - 1;
    const values = [Math.floor(packed / 1600), Math.floor(packed / 40) % 40, packed % 40];
    if (packed < 0 || values[0]! > 39 || (left === 2 && values[2] !== 0)) return undefined;
    for (const value of values.slice(0, left)) {
      const character = value === FILLER ? '<' : value > FILLER ? CHARACTERS[value - 4] : undefined;
      if (character === undefined) return undefined;
      text += character;
    }
  }
  return text;
}

const valueOf = (character: string): number | undefined => {
  if (character === '<') return FILLER;
  const place = CHARACTERS.indexOf(character);
  return place === -1 || character === '' ? undefined : place + 4;
};

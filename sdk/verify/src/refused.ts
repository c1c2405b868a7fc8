/** Something was read and is not what `spec/` says. `word` is the name the specification gives to it, such as `jws.high_s`. */
export class AnankeRefusedError extends Error {
  override readonly name = 'AnankeRefusedError';
  readonly word: string;

  constructor(word: string) {
    super(`refused: ${word}`);
    this.word = word;
  }
}

/** Refuses. */
export function refuse(word: string): never {
  throw new AnankeRefusedError(word);
}

/** What `read` gives, or its refusal with `before.` in front of its word. */
export async function within<T>(before: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AnankeRefusedError) refuse(`${before}.${error.word}`);
    throw error;
  }
}

/** What `read` gives, or the word it was refused with. */
export async function attempt<T>(read: () => T | Promise<T>): Promise<{ value: T } | { refused: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof AnankeRefusedError) return { refused: error.word };
    throw error;
  }
}

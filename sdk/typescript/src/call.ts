// What a method gives back: a promise of the data, which also knows the answer it came in; and lists.

/** The answer that data came in. */
export interface AnankeResponse {
  /** HTTP status. */
  status: number;
  /** Headers; `etag` of templates is one to keep. */
  headers: Headers;
  /** Request id: finds the request in the server's log. */
  requestId: string | null;
  /** Whether this was done by an earlier try, or an earlier call with the same idempotency key. */
  replayed: boolean;
  /** How often it was tried, the last time included. */
  tries: number;
}

/** Data, and the answer it came in. */
export interface WithResponse<T> {
  data: T;
  response: AnankeResponse;
}

/** A call under way: await it for the data. */
export class Call<T> implements Promise<T> {
  readonly #answer: Promise<WithResponse<T>>;

  constructor(answer: Promise<WithResponse<T>>) {
    this.#answer = answer;
  }

  /** The data with status, headers and request id of the answer. */
  withResponse(): Promise<WithResponse<T>> {
    return this.#answer;
  }

  then<A = T, B = never>(
    fulfilled?: ((data: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#answer.then(({ data }) => data).then(fulfilled, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, rejected);
  }

  finally(settled?: (() => void) | null): Promise<T> {
    return this.then().finally(settled);
  }

  get [Symbol.toStringTag](): string {
    return 'Call';
  }
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Hand it over as `cursor` for the next page; `null` on the last. */
  nextCursor: string | null;
}

/** A list: await it for its first page, or go through all of its items with `for await`. */
export class List<T, P extends Page<T> = Page<T>> extends Call<P> implements AsyncIterable<T> {
  readonly #after: (cursor: string) => Call<P>;

  constructor(first: Promise<WithResponse<P>>, after: (cursor: string) => Call<P>) {
    super(first);
    this.#after = after;
  }

  /** Page after page, each asked for when it is wanted. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    let page: P = await this;
    for (;;) {
      yield page;
      const cursor = page.nextCursor;
      if (cursor === null || cursor === undefined) return;
      page = await this.#after(cursor);
      // A record that is followed always says where it goes on: there it is the end for now.
      if (page.nextCursor === cursor && page.items.length === 0) return;
    }
  }

  /** Item after item, over all pages. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }
}

/** All items of a list: await it for an array of them, or go through them with `for await`. */
export class All<T> implements AsyncIterable<T>, PromiseLike<T[]> {
  readonly #list: () => List<T>;

  constructor(list: () => List<T>) {
    this.#list = list;
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#list()[Symbol.asyncIterator]();
  }

  async #collect(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  then<A = T[], B = never>(
    fulfilled?: ((items: T[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#collect().then(fulfilled, rejected);
  }
}

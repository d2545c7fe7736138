/**
 * Entries, all at once (`await`) or one after the other (`for await`). A server that gives them in pages is asked for the
 * next one when it is needed; those of today give all in one answer.
 */
export interface Listing<Entry> extends Promise<Entry[]>, AsyncIterable<Entry> {}

export function asListing<Entry>(entries: Promise<Entry[]>): Listing<Entry> {
  async function* each(): AsyncGenerator<Entry, void, undefined> {
    yield* await entries;
  }
  return Object.assign(entries, { [Symbol.asyncIterator]: each });
}

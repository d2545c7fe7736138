/**
 * Entries, all at once (`await`) or one after the other (`for await`). If a server returns them in pages, the next page
 * is fetched when it is needed; today's servers return all in one answer.
 */
export interface Listing<Entry> extends Promise<Entry[]>, AsyncIterable<Entry> {}

export function asListing<Entry>(entries: Promise<Entry[]>): Listing<Entry> {
  async function* each(): AsyncGenerator<Entry, void, undefined> {
    yield* await entries;
  }
  return Object.assign(entries, { [Symbol.asyncIterator]: each });
}

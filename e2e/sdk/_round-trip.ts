import type * as sdk from "@consigne/sdk";

/** The result, as JSON. */
export interface RoundTrip {
  url: string;
  /** Names and sizes of the files in the root. */
  listed: [string, number][];
  /** The received bytes equal the sent ones. */
  isSame: boolean;
  /** The error of an upload that was aborted halfway. */
  stoppedWith: string;
}

const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 7919) % 251);

/** The same in every runtime: sends a file, lists it, downloads it and aborts another halfway. */
export async function roundTrip(library: typeof sdk, url: string, apiKey: string): Promise<RoundTrip> {
  const client = library.createClient({ url, apiKey });
  const sent = await client.uploads.sendOne(library.fromBlob(new Blob([bytes]), { name: "été 1.bin" }));
  const listed = await client.files.list();
  const fetched = await client.downloads.bytes(sent.url);
  return {
    url: sent.url,
    listed: listed.map(({ name, sizeBytes }) => [name, sizeBytes]),
    isSame: fetched.length === bytes.length && fetched.every((byte, at) => byte === bytes[at]),
    stoppedWith: await stopHalfway(library, client),
  };
}

async function stopHalfway(library: typeof sdk, client: sdk.Client): Promise<string> {
  const stop = new AbortController();
  async function* halves() {
    yield bytes;
    stop.abort(new Error("That is enough."));
    yield bytes;
  }
  const source = await library.fromIterable(halves(), { name: "half.bin", sizeBytes: 2 * bytes.length });
  return client.uploads.sendOne(source, { signal: stop.signal }).then(
    () => "It was not stopped.",
    (error: unknown) => String(error),
  );
}

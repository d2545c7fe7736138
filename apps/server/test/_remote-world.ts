import assert from "node:assert/strict";
import { type AccountActor, fetchEnglish, inSentences, type RemoteUploadDetails, remoteStateOf } from "@consigne/core";
import { work } from "./_letters.ts";
import { type Bench, downloadText, openBench, HOUR_MS } from "./_services.ts";
import { ScriptedSources } from "./_sources.ts";

export const URL_A = "https://example.org/files/a.bin";

export async function opened(options: Parameters<typeof openBench>[0] = {}) {
  const sources = new ScriptedSources();
  const bench = await openBench({ ...options, replace: () => ({ sources }) });
  return { ...bench, bench, sources, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

export const order = ({ services }: Pick<Bench, "services">, actor: AccountActor, ...urls: string[]) =>
  services.remoteUploads.order(actor, { urls, folder: "root", headers: [] });

export const now = ({ services }: Pick<Bench, "services">, actor: AccountActor, { request }: RemoteUploadDetails) =>
  services.remoteUploads.get(actor, request.id);

export const ends = ({ items }: RemoteUploadDetails) => items.map(({ item }) => item.end);
export const states = ({ items }: RemoteUploadDetails) => items.map(remoteStateOf);
export const messages = ({ items }: RemoteUploadDetails) =>
  items.map(({ item }) => inSentences(fetchEnglish, item.end?.messages ?? item.trouble));

export async function textOf(
  bench: Pick<Bench, "services">,
  actor: AccountActor,
  details: RemoteUploadDetails,
  at = 0,
) {
  const end = details.items[at]?.item.end;
  assert.ok(end?.state === "done", JSON.stringify(end));
  return downloadText(bench, actor, end.fileId);
}

/** Until there is nothing left to try, whenever it is due. */
export async function workOn(bench: Bench): Promise<void> {
  for (let round = 0; round < 15; round++) {
    await work(bench);
    bench.clock.advance(HOUR_MS + 1);
  }
}

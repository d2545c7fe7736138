import type { RemoteUpload, RemoteUploadEntry, RemoteUploadProgress } from "@consigne/sdk";
import type { CommandCall, JsonValues } from "../command-line/command.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { itemText, requestText } from "./remote-texts.ts";

export type Entry = Pick<RemoteUploadEntry, "id" | "requestedAt" | "executedAt">;

export const entryLine = ({ id, requestedAt }: Entry, text: string): string =>
  `${String(id).padStart(8)}  ${timeText(requestedAt)}  ${text}`;

export function printUpload(call: CommandCall<JsonValues>, upload: RemoteUpload): number {
  const { options, output } = call;
  const { id, requestedAt, executedAt, sourceUrls, results } = upload;
  if (options.json) output.print(JSON.stringify({ id, requestedAt, executedAt, sourceUrls, results }));
  else {
    const items = results.map(({ isDone }) => ({ state: isDone ? ("done" as const) : ("failed" as const) }));
    output.print(entryLine(upload, requestText(items, executedAt)));
    for (const { sourceUrl, isDone, url, message } of results) {
      const outcome = isDone ? (url ?? "done") : `failed: ${message ?? "the server gives no reason"}`;
      output.print(`  ${visible(sourceUrl)}  ${visible(outcome)}`);
    }
  }
  return results.every(({ isDone }) => isDone) ? exitCodes.ok : exitCodes.partial;
}

export function printProgress(
  call: CommandCall<JsonValues>,
  upload: RemoteUpload,
  { items }: RemoteUploadProgress,
): number {
  const { options, output } = call;
  const { id, requestedAt, executedAt, sourceUrls, results } = upload;
  if (options.json) output.print(JSON.stringify({ id, requestedAt, executedAt, sourceUrls, results, items }));
  else {
    output.print(entryLine(upload, requestText(items, executedAt)));
    for (const item of items) output.print(`  ${itemText(item)}`);
  }
  return items.some(({ state }) => state === "failed" || state === "cancelled") ? exitCodes.partial : exitCodes.ok;
}

import type { RemoteUploadItem } from "@consigne/sdk";
import { counted, formatBytes } from "../command-line/amounts.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";

/** One address of a request, as a line. */
export function itemText(item: RemoteUploadItem): string {
  const { sourceUrl, state, url, message, attempts, nextAttemptAt } = item;
  const said = message === undefined ? "" : `: ${message}`;
  const texts = {
    done: `${url ?? "done"}${message === undefined ? "" : `  ${message}`}`,
    failed: `failed${said}`,
    cancelled: "cancelled",
    running: `running, ${progressText(item)}`,
    waiting:
      attempts === 0
        ? "waiting"
        : `waiting until ${timeText(nextAttemptAt)} after ${counted(attempts, "attempt")}${said}`,
  } as const;
  return `${visible(sourceUrl)}  ${visible(texts[state])}`;
}

/** What nobody knows is called unknown. */
function progressText({ receivedBytes = 0, sizeBytes }: RemoteUploadItem): string {
  const received = formatBytes(receivedBytes);
  if (sizeBytes === undefined) return `${received} of unknown size`;
  const share = sizeBytes === 0 ? 100 : Math.floor((receivedBytes / sizeBytes) * 100);
  return `${received} of ${formatBytes(sizeBytes)} (${share} %)`;
}

import { isNotFoundError, type RemoteUploadItem } from "@consigne/sdk";
import { counted, formatBytes } from "../command-line/amounts.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";

const worstFirst = ["running", "waiting", "failed", "cancelled", "done"] as const;

/** The state of a request: the one still in progress, else the worst of its URLs. */
export function requestState(items: readonly Pick<RemoteUploadItem, "state">[]): RemoteUploadItem["state"] {
  return worstFirst.find((each) => items.some(({ state }) => state === each)) ?? "waiting";
}

/**
 * A single word if all URLs have the same state, else the number in each state. 1fichier.com lists requests
 * without their URLs: it only says that they were processed.
 */
export function requestText(items: readonly Pick<RemoteUploadItem, "state">[], endedAt: Date | undefined): string {
  const shown = items.length === 0 && endedAt !== undefined ? "finished" : requestState(items);
  const others = worstFirst.toReversed().flatMap((each) => {
    const count = items.filter(({ state }) => state === each).length;
    return count === 0 || count === items.length ? [] : `${count} ${each}`;
  });
  const at = endedAt === undefined ? "" : ` ${timeText(endedAt)}`;
  return `${shown}${at}${others.length === 0 ? "" : ` (${others.join(", ")})`}`;
}

/** Explains that there is no such request, or import. */
export async function orNoSuch<Answer>(answer: Promise<Answer>, what: string): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
    throw new CliError("not-found", `There is no ${what}. Run \`consigne remote ls\` to list them.`, {
      cause: error,
      exitCode: exitCodes.notFound,
    });
  }
}

/** One URL of a request, as a line. */
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

/** Unknown sizes are called unknown. */
function progressText({ receivedBytes = 0, sizeBytes }: RemoteUploadItem): string {
  const received = formatBytes(receivedBytes);
  if (sizeBytes === undefined) return `${received} of unknown size`;
  const share = sizeBytes === 0 ? 100 : Math.floor((receivedBytes / sizeBytes) * 100);
  return `${received} of ${formatBytes(sizeBytes)} (${share} %)`;
}

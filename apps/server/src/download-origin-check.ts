import { reasonOf } from "@consigne/contract/system-reasons";

const PATIENCE_MS = 3000;

/**
 * A warning for the operator if the download origin does not answer; undefined if it does, whatever the answer, and
 * without a download origin. It may be reachable from here but not for others, never the other way round.
 */
export async function silentDownloadOrigin(downloadUrl: string | undefined): Promise<string | undefined> {
  if (downloadUrl === undefined) return undefined;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(downloadUrl, { method: "HEAD", redirect: "manual", signal });
    await answer.body?.cancel();
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return `Nothing answers at ${downloadUrl} (CONSIGNE_DOWNLOAD_URL), where all downloads are sent: ${reasonOf(cause)}.`;
  }
}

import { reasonOf } from "@consigne/contract/system-reasons";

const PATIENCE_MS = 3000;

/**
 * What the operator is told of an origin for downloads that does not answer; undefined for one that does, whatever it says,
 * and where there is none. Asked from here it may be reached where others cannot, never the other way round.
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

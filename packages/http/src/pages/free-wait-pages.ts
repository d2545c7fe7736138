import { DownloadWaitError, isDomainError } from "@consigne/core";
import { minutesOf } from "./account/refusal-page.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";

/** Times up to this are shown in seconds. */
const LONGEST_SECONDS = 120;

/**
 * For people who have to wait for the next free download, with status 200: programs look for their words, not for a
 * status. JDownloader, Synology's module and plowshare read minutes, the latter on one line; pyLoad reads seconds.
 * There is no form, since JDownloader takes a form with a password for a wrong password.
 */
export function downloadWaitPage(
  { texts }: PageContext,
  { waitMs, fileUrl }: { waitMs: number; fileUrl: string },
): Page {
  const { title, inSeconds, inMinutes, between, minutes, seconds, advice, again } = texts.free;
  const secondsLeft = Math.max(1, Math.ceil(waitMs / 1000));
  const left = secondsLeft <= LONGEST_SECONDS ? inSeconds(secondsLeft) : inMinutes(minutesOf(waitMs));
  const main = html`
    <h1>${title}</h1>
    <div class="notice">
    <div class="bloc2">${left}</div>
    <div hidden>${between}<br/>${minutes(minutesOf(waitMs))}</div>
    <div hidden>${seconds(secondsLeft)}</div>
    </div>
    <p>${advice}</p>
    <p><a href="${fileUrl}">${again}</a></p>
  `;
  return { title, main };
}

/**
 * For people with a running free download, with status 200 for the same reason. JDownloader and pyLoad ask again later.
 */
export function downloadBusyPage({ texts }: PageContext, { fileUrl }: { fileUrl: string }): Page {
  const { title, busy, busyAdvice, again } = texts.free;
  const main = html`
    <h1>${title}</h1>
    <div class="notice">
    <div class="bloc2">${busy}</div>
    </div>
    <p>${busyAdvice}</p>
    <p><a href="${fileUrl}">${again}</a></p>
  `;
  return { title, main };
}

/** The page for a free download that may not begin yet; undefined for every other refusal. */
export function freeWaitPage(context: PageContext, error: unknown, fileUrl: string): Page | undefined {
  if (error instanceof DownloadWaitError) return downloadWaitPage(context, { waitMs: error.retryAfterMs, fileUrl });
  return isDomainError(error, "too-many-downloads") ? downloadBusyPage(context, { fileUrl }) : undefined;
}

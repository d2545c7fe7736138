import { type AccountActor, type DoorServices, type FetchSentences, type Import, inSentences } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { ShownImport } from "../../pages/account/imports-table.ts";

/** All that are kept, nearly: an account has up to 50 that have ended and 10 under way. */
const MOST_IMPORTS = 60;
/** Of an address: people tell it by less, and markup may make six characters of one. */
const SHOWN_CHARACTERS = 500;

/** What an account takes over from elsewhere, as a page shows it, newest first. */
export async function shownImports(
  { imports }: Pick<DoorServices, "imports">,
  { times }: Pick<EdgeSettings, "times">,
  actor: AccountActor,
  sentences: FetchSentences,
): Promise<ShownImport[]> {
  const page = await imports.list(actor, { before: undefined, limit: MOST_IMPORTS });
  return Promise.all(
    page.map(async (found) => {
      const { id, state, messages, tallies, endedAt } = found;
      const { files, folders } = tallies;
      const job = await imports.jobOf(found);
      return {
        id,
        source: sourceOf(found),
        state,
        arrived: files.done.count + files.present.count,
        toFetch: files.open.count,
        failed: files.failed.count + folders.failed,
        message: inSentences(sentences, messages),
        nextAt: job?.state === "delayed" ? times.toWire(job.runAt) : undefined,
        retry: (await imports.mayRetry(found)) ? secretsFor(found) : undefined,
        isOpen: endedAt === undefined,
      };
    }),
  );
}

function sourceOf({ sourceUrl, sourcePath }: Import): string {
  const source = sourcePath === "" ? sourceUrl : `${sourceUrl} ${sourcePath}`;
  return source.length > SHOWN_CHARACTERS ? `${source.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : source;
}

const secretsFor = ({ kind }: Import) => ({ takesKey: kind !== "index", takesPassword: kind === "page" });

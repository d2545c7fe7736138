import { type AccountActor, type EdgeServices, type FetchSentences, type Import, inSentences } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { ShownImport } from "../../pages/account/imports-table.ts";

/** Nearly all that are kept: an account has up to 50 ended ones and 10 in progress. */
const MOST_IMPORTS = 60;
/** The part of an address that is shown: people recognize it by less, and escaping may turn one character into six. */
const SHOWN_CHARACTERS = 500;

/** The imports of an account, as a page shows them, newest first. */
export async function shownImports(
  { imports }: Pick<EdgeServices, "imports">,
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

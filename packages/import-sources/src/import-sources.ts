import type { ImportSources } from "@consigne/core";
import type { SourceOpener, SourceOpenerInput } from "./source-opener.ts";

/**
 * Places elsewhere, each asked through `fetch`, which has to refuse what `sources` refuses. The client library is a
 * hundred files: a server that imports nothing does not read them.
 */
export function createImportSources(input: SourceOpenerInput): ImportSources {
  let opener: SourceOpener | undefined;
  return {
    open: async (access) => {
      const { createSourceOpener } = await import("./source-opener.ts");
      opener ??= createSourceOpener(input);
      return opener(access);
    },
  };
}

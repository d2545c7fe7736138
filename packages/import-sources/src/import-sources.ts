import type { ImportSources } from "@consigne/core";
import type { SourceOpener, SourceOpenerInput } from "./source-opener.ts";

/**
 * Opens remote sources, using `fetch`, which must refuse what `sources` refuses. The client library has a hundred
 * files: a server that imports nothing does not load them.
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

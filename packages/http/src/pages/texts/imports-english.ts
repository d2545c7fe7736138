import { plural } from "../plural.ts";

/** Imports of folders, on the page of remote uploads. */
export const importsEnglish = {
  title: "Imports",
  source: "Source",
  progress: "Progress",
  states: {
    walking: "reading folders",
    copying: "fetching files",
    planned: "planned",
    done: "done",
    failed: "failed",
    cancelled: "cancelled",
  },
  stateAndCounts: (state: string, counts: string) => `${state}: ${counts}`,
  arrived: plural("en", { one: "{n} file arrived", other: "{n} files arrived" }),
  toFetch: plural("en", { one: "{n} file to fetch", other: "{n} files to fetch" }),
  failed: plural("en", { one: "{n} failed", other: "{n} failed" }),
  again: (time: string) => `Continues: ${time}`,
  key: "API key of the source",
  password: "Password of the page, if it has one",
  keyAdvice: "The server deleted it when the import ended.",
};

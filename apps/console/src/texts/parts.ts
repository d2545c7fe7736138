import type { texts as base } from "./english.ts";

/** Texts that are loaded with the page or dialog that shows them, in one language at a time. */
export const parts = {
  activity: { en: () => import("./english-activity.ts"), fr: () => import("./french-activity.ts") },
  admin: { en: () => import("./english-admin.ts"), fr: () => import("./french-admin.ts") },
  attributes: { en: () => import("./english-attributes.ts"), fr: () => import("./french-attributes.ts") },
  conflict: { en: () => import("./english-conflict.ts"), fr: () => import("./french-conflict.ts") },
  dialogs: { en: () => import("./english-dialogs.ts"), fr: () => import("./french-dialogs.ts") },
  invitations: { en: () => import("./english-invitations.ts"), fr: () => import("./french-invitations.ts") },
  keys: { en: () => import("./english-keys.ts"), fr: () => import("./french-keys.ts") },
  leaving: { en: () => import("./english-leaving.ts"), fr: () => import("./french-leaving.ts") },
  preview: { en: () => import("./english-preview.ts"), fr: () => import("./french-preview.ts") },
  proof: { en: () => import("./english-proof.ts"), fr: () => import("./french-proof.ts") },
  search: { en: () => import("./english-search.ts"), fr: () => import("./french-search.ts") },
  settings: { en: () => import("./english-settings.ts"), fr: () => import("./french-settings.ts") },
  share: { en: () => import("./english-share.ts"), fr: () => import("./french-share.ts") },
  storage: { en: () => import("./english-storage.ts"), fr: () => import("./french-storage.ts") },
  transfers: { en: () => import("./english-transfers.ts"), fr: () => import("./french-transfers.ts") },
  trash: { en: () => import("./english-trash.ts"), fr: () => import("./french-trash.ts") },
  tree: { en: () => import("./english-tree.ts"), fr: () => import("./french-tree.ts") },
  uploads: { en: () => import("./english-uploads.ts"), fr: () => import("./french-uploads.ts") },
  versions: { en: () => import("./english-versions.ts"), fr: () => import("./french-versions.ts") },
};

export type Part = keyof typeof parts;

type IdsOf = { [P in Part]: keyof Awaited<ReturnType<(typeof parts)[P]["en"]>>["texts"] };

/** Ids of the texts that are always loaded, and of the named parts. */
export type TextId<P extends Part = never> = keyof typeof base | IdsOf[P];

export type Text<P extends Part = never> = (
  id: TextId<P>,
  values?: Readonly<Record<string, string | number>>,
) => string;

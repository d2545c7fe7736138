/** A change in an account: the kind of thing, and which one. */
export type AccountChange =
  /** The contents of a folder, its name or its counters. */
  | { readonly topic: "folder"; readonly id: number }
  /** A request for remote uploads, or an import: its state or progress. */
  | { readonly topic: "remote" | "import"; readonly id: number }
  | { readonly topic: "trash" }
  /** As `folder`, of one that somebody shares with the account. Noted with every change of `folder` by itself. */
  | { readonly topic: "shared-folder"; readonly id: number }
  /** A share of that folder of somebody's began, ended, or gives other rights. */
  | { readonly topic: "share"; readonly id: number }
  /** More changes than are reported one by one. */
  | { readonly topic: "reset" };

export type ChangeTopic = AccountChange["topic"];

/** Numbers of one account rise with every change; of a thing that changes again only the last number is kept. */
export type NumberedChange = AccountChange & { readonly number: number };

/** So many last numbers of an account can be asked for; whoever was away for longer looks at everything anew. */
export const CHANGES_KEPT = 1000;

/** A change in an account: the topic, and what changed. */
export type AccountChange =
  /** The contents of a folder, its name or its counters changed. */
  | { readonly topic: "folder"; readonly id: number }
  /** The state or progress of a remote upload request or an import. */
  | { readonly topic: "remote" | "import"; readonly id: number }
  | { readonly topic: "trash" }
  /**
   * Like `folder`, for one that somebody shares with the account. Recorded automatically with every change of `folder`.
   */
  | { readonly topic: "shared-folder"; readonly id: number }
  /** A share of somebody else's folder began, ended, or changed its rights. */
  | { readonly topic: "share"; readonly id: number }
  /** More changes than are reported one by one. */
  | { readonly topic: "reset" };

export type ChangeTopic = AccountChange["topic"];

/** Numbers of an account increase with every change; only the last number is kept for each thing. */
export type NumberedChange = AccountChange & { readonly number: number };

/** How many last numbers are kept per account; a client that was away for longer reloads everything. */
export const CHANGES_KEPT = 1000;

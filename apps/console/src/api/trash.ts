import type { RefusedPart } from "@consigne/sdk";
import { RefusedChangeError } from "./own-errors.ts";
import { client } from "./client.ts";

/** Invalidated when the account's trash changes. */
export const TRASH = ["trash"] as const;

/** Returns where it was restored to. @throws {RefusedChangeError} */
export async function restoreFromTrash(entry: {
  id: number;
  name: string;
  path: string;
}): Promise<{ name: string; path: string }> {
  const [restored] = await client.trash.restore([entry.id]);
  if (restored?.outcome !== "done") throw refusal(restored?.error);
  return { name: restored.name ?? entry.name, path: restored.path ?? entry.path };
}

/** Returns how many were restored, and why the others were not. */
export async function restoreAll(ids: readonly number[]): Promise<{ count: number; failure: unknown }> {
  const restored = await client.trash.restore(ids);
  const failed = restored.find(({ outcome }) => outcome === "failed");
  const count = restored.filter(({ outcome }) => outcome === "done").length;
  return { count, failure: failed === undefined ? undefined : refusal(failed.error) };
}

const refusal = (error: RefusedPart | undefined) => new RefusedChangeError(error ?? { status: 404, message: "" });

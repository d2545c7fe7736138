import type { Repositories } from "../ports/database.ts";
import { type FetchMessage, type FetchMessages, shortestMessage } from "../remote/fetch-message.ts";
import type { ImportEntry } from "./import.ts";

/**
 * Of all that a source may say of its entries: what they are called there and here, and why they failed. It is outside of
 * every quota, and a hundred times as much if each name were as long as it may be.
 */
export const MOST_IMPORT_TEXT_BYTES = 128 * 1024 ** 2;

/** What an entry adds to that. */
export function textBytesOf({
  reference,
  name,
  messages,
}: Pick<ImportEntry, "reference" | "name" | "messages">): number {
  return Buffer.byteLength(reference) + Buffer.byteLength(name) + messageBytesOf(messages);
}

export function messageBytesOf(messages: FetchMessages): number {
  return messages.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(messages));
}

/** Why an entry failed, as it may be kept: of an import that has no room left for words, little more than the kind of failure. */
export async function keptReason(
  rows: Pick<Repositories, "imports">,
  id: number,
  reason: FetchMessage,
): Promise<FetchMessages> {
  const { textBytes = 0 } = (await rows.imports.findById(id)) ?? {};
  return [textBytes < MOST_IMPORT_TEXT_BYTES ? reason : shortestMessage(reason)];
}

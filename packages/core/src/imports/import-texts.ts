import type { Repositories } from "../ports/database.ts";
import { type FetchMessage, type FetchMessages, shortestMessage } from "../remote/fetch-message.ts";
import type { ImportEntry } from "./import.ts";

/**
 * The limit on texts from a source: names there and here, and failure reasons. These are outside every quota, and could
 * be a hundred times as much if each name were as long as possible.
 */
export const MOST_IMPORT_TEXT_BYTES = 128 * 1024 ** 2;

/** The text size of an entry. */
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

/**
 * Why an entry failed, shortened for storage: once an import's text limit is reached, little more than the kind of
 * failure.
 */
export async function storedReason(
  rows: Pick<Repositories, "imports">,
  id: number,
  reason: FetchMessage,
): Promise<FetchMessages> {
  const { textBytes = 0 } = (await rows.imports.findById(id)) ?? {};
  return [textBytes < MOST_IMPORT_TEXT_BYTES ? reason : shortestMessage(reason)];
}

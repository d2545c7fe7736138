import { decodedText } from "../looks/decoded-text.ts";
import { directAddress } from "./downloads.ts";
import type { FileItem } from "./entries.ts";

export type PreviewKind = "image" | "audio" | "video" | "pdf" | "text";

const kinds: readonly (readonly [PreviewKind, RegExp, RegExp])[] = [
  ["image", /\.(?:avif|bmp|gif|ico|jpe?g|png|webp)$/i, /^image\/(?:avif|bmp|gif|jpeg|png|webp|x-icon)\b/],
  ["audio", /\.(?:aac|flac|m4a|mp3|oga|ogg|opus|wav)$/i, /^audio\//],
  ["video", /\.(?:m4v|mp4|ogv|webm)$/i, /^video\//],
  ["pdf", /\.pdf$/i, /^application\/pdf\b/],
  [
    "text",
    /\.(?:conf|css|csv|diff|html?|ini|js|json|log|md|nfo|patch|py|sh|sql|srt|svg|tex|toml|ts|txt|xml|ya?ml)$/i,
    /^(?:text\/|application\/(?:json|xml)\b)/,
  ],
];

/** How a file can be shown; undefined if it can only be saved. */
export function previewKind(
  file: Pick<FileItem, "name" | "contentType" | "isDamaged" | "isBlocked">,
): PreviewKind | undefined {
  if (file.isDamaged || file.isBlocked) return undefined;
  const byName = kinds.find(([, ending]) => ending.test(file.name));
  return (byName ?? kinds.find(([, , type]) => type.test(file.contentType ?? "")))?.[0];
}

/** Where the browser shows the file. For its owner this does not count as a download. @throws {ApiError} */
export const previewAddress = (file: FileItem, signal: AbortSignal): Promise<string> =>
  directAddress(file, { inline: true, signal });

/** Whether files are shown at a separate origin: PDF files are only shown there. */
export const isApart = (address: string): boolean => new URL(address).origin !== location.origin;

/** Only the beginning of a long text is read. */
export const MOST_TEXT_BYTES = 1024 * 1024;

export interface TextBeginning {
  text: string;
  isWhole: boolean;
}

/** The bytes are read on the site itself, and only shown as plain text. @throws {Error} if they are unavailable */
export async function readText(
  file: Pick<FileItem, "sizeBytes">,
  address: string,
  signal: AbortSignal,
): Promise<TextBeginning> {
  if (file.sizeBytes === 0) return { text: "", isWhole: true };
  const answer = await fetch(new URL(address).pathname, {
    headers: { range: `bytes=0-${MOST_TEXT_BYTES - 1}` },
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`The server answered with ${answer.status}.`);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    // For a server that sends the whole file all the same.
    if (length >= MOST_TEXT_BYTES) break;
  }
  await reader.cancel();
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer()).subarray(0, MOST_TEXT_BYTES);
  return { text: decodedText(bytes), isWhole: file.sizeBytes <= bytes.length };
}

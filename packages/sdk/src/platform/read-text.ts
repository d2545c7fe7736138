import type { ByteResponse } from "./platform.ts";

/** The body as UTF-8, up to a limit; the rest is not read. */
export async function readText(response: ByteResponse, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let readBytes = 0;
  for await (const chunk of response.body) {
    readBytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (readBytes >= maxBytes) break;
  }
  response.cancel();
  return text + decoder.decode();
}

/**
 * A body as text; undefined if it is longer than the limit, in which case little more than that was read. Nothing may
 * have been read of the response before.
 */
export async function readBody(response: Response, maxBytes: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const announcedBytes = Number(response.headers.get("content-length") ?? 0);
  if (announcedBytes > maxBytes) return letGo(response.body);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let readBytes = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const chunk = read.value as Uint8Array;
    readBytes += chunk.byteLength;
    if (readBytes > maxBytes) return letGo(reader);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function letGo(body: { cancel(): Promise<void> }): Promise<undefined> {
  // The connection may break while it is being closed, which no longer matters.
  await body.cancel().catch(() => undefined);
  return undefined;
}

/** Text of the error for a body that is longer than the limit. */
export const tooLongText = (maxBytes: number): string =>
  `The answer is longer than ${maxBytes} bytes; raise maxAnswerBytes to accept it`;

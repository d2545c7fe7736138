import type { ConsigneChild } from "./consigne-child.ts";

/** The number of different files. All others are copies of them. */
const MOST_SENT = 1000;
const SENT_TOGETHER = 250;

/** Creates a folder in the root with this many small files, most of them copies. Returns its id. */
export async function fillFolder(
  server: ConsigneChild,
  { name, count }: { name: string; count: number },
): Promise<number> {
  const created = await server.call("folder/mkdir", { folder_id: 0, name });
  const folderId = Number(created["folder_id"]);
  const links: string[] = [];
  const sent = Math.min(MOST_SENT, count);
  for (let from = 0; from < sent; from += SENT_TOGETHER) {
    links.push(...(await sendPictures(server, folderId, { from, count: Math.min(SENT_TOGETHER, sent - from) })));
  }
  for (let there = links.length; there < count;) {
    const urls = links.slice(0, count - there);
    await server.call("file/cp", { urls, folder_id: folderId });
    there += urls.length;
  }
  return folderId;
}

/** Sends them in one request, like a form. */
async function sendPictures(
  server: ConsigneChild,
  folderId: number,
  { from, count }: { from: number; count: number },
): Promise<string[]> {
  const form = new FormData();
  form.append("did", String(folderId));
  for (let at = from; at < from + count; at++) {
    form.append("file[]", new Blob(["x".repeat(1 + (at % 977))]), `picture ${String(at).padStart(4, "0")}.jpg`);
  }
  const answer = await fetch(`${server.url}/upload.cgi`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.apiKey}`, JSON: "1" },
    body: form,
  });
  const { links } = (await answer.json()) as { links: { download: string }[] };
  if (links.length !== count) throw new Error(`${links.length} of ${count} files were stored.`);
  return links.map(({ download }) => download);
}

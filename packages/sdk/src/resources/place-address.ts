const PREFIX = "place:";

/**
 * Stands for the link of a file if the owner of a shared folder hides links: the file is then known by its folder and
 * name. It works for `downloads` and `files.info` only, and is of no use to anybody else.
 */
export function placeAddress(folderId: number, name: string): string {
  return `${PREFIX}${folderId}/${encodeURIComponent(name)}`;
}

/** Whether this `url` of a file is not a link but names a folder and a file in it. */
export const isPlaceAddress = (url: string): boolean => url.startsWith(PREFIX);

/** How a call names a file: by its link, or by folder and name. */
export function fileAsked(url: string): { url: string } | { folder_id: number; filename: string } {
  const [, id, name] = /^place:(\d{1,15})\/(.+)$/.exec(url) ?? [];
  if (id === undefined || name === undefined) return { url };
  return { folder_id: Number(id), filename: decodeURIComponent(name) };
}

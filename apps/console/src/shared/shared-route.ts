const PREFIX = "/shared";

export const sharedHref = (folderId?: number): string => `#${PREFIX}${folderId === undefined ? "" : `/${folderId}`}`;

/** Undefined for the list of all. */
export function folderIdOf(route: string): number | undefined {
  const [, id] = /^\/shared\/(\d{1,15})$/.exec(route) ?? [];
  return id === undefined ? undefined : Number(id);
}

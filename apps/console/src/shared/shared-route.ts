const PREFIX = "/shared";

/** The route of one folder, or of the list of everything that others share. */
export const sharedRoute = (folderId?: number): string => (folderId === undefined ? PREFIX : `${PREFIX}/${folderId}`);

export const sharedHref = (folderId?: number): string => `#${sharedRoute(folderId)}`;

/** Undefined for the list of all. */
export function folderIdOf(route: string): number | undefined {
  const [, id] = /^\/shared\/(\d{1,15})$/.exec(route) ?? [];
  return id === undefined ? undefined : Number(id);
}

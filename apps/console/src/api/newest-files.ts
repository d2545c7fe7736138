interface Dated {
  readonly name: string;
  readonly date: Date;
}

/**
 * Adds a file unless a newer one has its name. The server chooses by the same rule which of several files a batch
 * replaces.
 */
export function addNewest<Named extends Dated>(files: Map<string, Named>, file: Named): void {
  const other = files.get(file.name);
  if (other === undefined || other.date.getTime() <= file.date.getTime()) files.set(file.name, file);
}

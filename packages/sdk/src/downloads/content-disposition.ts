import { contentDispositionName } from "@consigne/contract/content-disposition";

/** The file name in a Content-Disposition. Only the last part of a path counts. */
export function readDisposition(header: string): string | undefined {
  const name = contentDispositionName(header);
  const base = name?.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  return base === "" ? undefined : base;
}

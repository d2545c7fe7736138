import mime from "mime";

const UNKNOWN = "application/octet-stream";
const WELL_FORMED = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/;

/** The type that the client announced if it is meaningful, else the usual one for the name's extension. */
export function contentTypeOf(name: string, announced: string | undefined): string {
  const essence = announced?.split(";")[0]?.trim().toLowerCase();
  if (essence !== undefined && essence !== UNKNOWN && WELL_FORMED.test(essence)) return essence;
  return mime.getType(name) ?? UNKNOWN;
}

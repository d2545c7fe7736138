const MAX_TYPES = 50;

interface AcceptedType {
  type: string;
  quality: number;
}

/** True if JSON is named and HTML is not equally wanted: a wildcard names neither. */
export function prefersJson(accept: string | undefined): boolean {
  const types = acceptedTypes(accept);
  const json = qualityOf(types, "application/json");
  return json > 0 && json > qualityOf(types, "text/html");
}

/** True for what browsers send when they open a page or post a form; Java's HttpURLConnection sends the same. */
export function acceptsPages(accept: string | undefined): boolean {
  return qualityOf(acceptedTypes(accept), "text/html") > 0;
}

function acceptedTypes(accept: string | undefined): AcceptedType[] {
  return (accept ?? "").split(",", MAX_TYPES).map((part) => {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith("q="))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
}

function qualityOf(types: readonly AcceptedType[], type: string): number {
  return Math.max(0, ...types.filter((each) => each.type === type).map((each) => each.quality));
}

import { noteEnd } from "../unwritable.ts";
import type { LinkRepository } from "./link-repository.ts";
import type { Link } from "./link.ts";

/** Records that a link has expired, when a caller notices. */
export async function noteEndOfLink(
  rows: { readonly links: Pick<LinkRepository, "endExpired"> },
  link: Pick<Link, "id" | "endsAt" | "hasEnded">,
  now: Date,
): Promise<void> {
  if (link.hasEnded || link.endsAt === undefined || link.endsAt > now) return;
  await noteEnd(() => rows.links.endExpired(now, link.id));
}

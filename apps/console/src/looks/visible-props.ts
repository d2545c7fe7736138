import { visible } from "@consigne/contract/visible-text";
import { Fragment, type ReactElement } from "react";
import { jsxs } from "react/jsx-runtime";
import { type Piece, piecesOf, withoutIsolates } from "../texts/isolates.ts";

/**
 * The props of an element that people read or hear; neither a field's value nor a link's address, nor anything that is
 * sent.
 */
const SHOWN = [
  "children",
  "title",
  "aria-label",
  "aria-description",
  "aria-valuetext",
  "alt",
  "placeholder",
  "textValue",
];

/** Called for each element of the console, so that no place that shows a name can forget it. */
export function visibleProps<Props>(type: unknown, props: Props): Props {
  const given = props as Record<string, unknown>;
  let changed: Record<string, unknown> | undefined;
  for (const key of SHOWN) {
    const before = given[key];
    if (before === undefined) continue;
    const after = key === "children" && type !== "option" ? visibleContent(before) : visibleText(type, key, before);
    if (after !== before) (changed ??= { ...given })[key] = after;
  }
  return (changed as Props | undefined) ?? props;
}

function visibleText(type: unknown, key: string, content: unknown): unknown {
  if (typeof content !== "string") return content;
  // A component shows its title in an element.
  const isShownLater = key === "title" && typeof type !== "string";
  return isShownLater ? visible(content) : withoutIsolates(visible(content));
}

/** Nested elements have already been processed. */
function visibleContent(content: unknown): unknown {
  if (typeof content === "string") return elementOf(visible(content));
  if (!Array.isArray(content)) return content;
  const shown: unknown[] = content.map(visibleContent);
  return shown.some((each, at) => each !== content[at]) ? shown : content;
}

function elementOf(text: string): string | ReactElement {
  const pieces = piecesOf(text);
  return pieces === undefined ? text : jsxs(Fragment, { children: pieces.map(nodeOf) });
}

const nodeOf = (piece: Piece): string | ReactElement =>
  typeof piece === "string" ? piece : jsxs("bdi", { children: piece.apart.map(nodeOf) });

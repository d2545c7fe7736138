import { visible } from "@consigne/contract/visible-text";

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
export function visibleProps<Props>(props: Props): Props {
  const given = props as Record<string, unknown>;
  let changed: Record<string, unknown> | undefined;
  for (const key of SHOWN) {
    const before = given[key];
    if (before === undefined) continue;
    const after = visibleContent(before);
    if (after !== before) (changed ??= { ...given })[key] = after;
  }
  return (changed as Props | undefined) ?? props;
}

/** Nested elements have already been processed. */
function visibleContent(content: unknown): unknown {
  if (typeof content === "string") return visible(content);
  if (!Array.isArray(content)) return content;
  const shown: unknown[] = content.map(visibleContent);
  return shown.some((each, at) => each !== content[at]) ? shown : content;
}

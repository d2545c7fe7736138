import { visible } from "@consigne/contract/visible-text";

/** What people read or hear of an element; a field's value and a link's address are not among it, nor what is sent. */
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

/** For each element of the console, so that no place where a name is shown can forget it. */
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

/** Elements within have been through it themselves. */
function visibleContent(content: unknown): unknown {
  if (typeof content === "string") return visible(content);
  if (!Array.isArray(content)) return content;
  const shown: unknown[] = content.map(visibleContent);
  return shown.some((each, at) => each !== content[at]) ? shown : content;
}

import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { hrefOf } from "./folder-path.ts";
import type { Chosen } from "./chosen.ts";
import styles from "./folder-page.module.css";
import type { RowDrag } from "./row-drag.ts";

interface Props {
  path: readonly string[];
  drag: RowDrag;
  /** Moves what is dropped on a folder above into it. */
  onDropInto(path: readonly string[], chosen: Chosen): void;
}

export function Breadcrumbs({ path, drag, onDropInto }: Props) {
  const { text } = useText();
  const steps = [text("files.root"), ...path];
  return (
    <nav aria-label={text("files.path")} className={styles.crumbs}>
      <ol>
        {steps.map((name, depth) => (
          <li key={depth}>
            {depth > 0 && <Icon name="right" />}
            <a
              href={hrefOf(path.slice(0, depth))}
              aria-current={depth === path.length ? "page" : undefined}
              title={name}
              {...(depth === path.length
                ? {}
                : drag.target({
                    key: `above ${depth}`,
                    isListed: false,
                    take: (chosen) => onDropInto(path.slice(0, depth), chosen),
                  }))}
            >
              {name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

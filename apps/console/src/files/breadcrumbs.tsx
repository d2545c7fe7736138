import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { hrefOf } from "./folder-path.ts";
import styles from "./folder-page.module.css";

export function Breadcrumbs({ path }: { path: readonly string[] }) {
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
            >
              {name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

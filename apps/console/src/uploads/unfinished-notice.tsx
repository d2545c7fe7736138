import { useState } from "react";
import { Button } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import type { Unfinished } from "./unfinished.ts";
import styles from "./uploads.module.css";

/** After the page was loaded again: what had not arrived. Browsers hand out the files only to whoever chooses them anew. */
export function UnfinishedNotice({ unfinished, onClose }: { unfinished: Unfinished; onClose(): void }) {
  const { text } = useText();
  const [isOpen, setOpen] = useState(false);
  const { names, others } = unfinished;
  return (
    <section className={styles.bar} aria-label={text("up.title")}>
      {isOpen && (
        <div className={styles.list} tabIndex={0} role="group" aria-label={text("up.lacking")}>
          <ul className={styles.names}>
            {names.map((name) => (
              <li key={name}>{name}</li>
            ))}
            {others > 0 && <li>{text("up.lackingMore", { count: others })}</li>}
          </ul>
        </div>
      )}
      <div className={styles.summary}>
        <Button
          className="icon-button"
          aria-expanded={isOpen}
          aria-label={text(isOpen ? "up.hideLacking" : "up.showLacking")}
          onPress={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "up"} />
        </Button>
        <p role="status">{text("up.lackingCount", { count: names.length + others })}</p>
        <Button className="icon-button" aria-label={text("up.clear")} onPress={onClose}>
          <Icon name="close" />
        </Button>
      </div>
    </section>
  );
}

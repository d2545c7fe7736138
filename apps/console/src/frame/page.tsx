import { visible } from "@consigne/contract/visible-text";
import { Component, type ReactNode, useEffect, useRef } from "react";
import { LoadFailure } from "./problem.tsx";
import styles from "./page.module.css";
import { withoutIsolates } from "../texts/isolates.ts";
import { useArrival } from "./use-arrival.ts";

interface Props {
  title: string;
  /** One sentence below it. */
  intro?: string | undefined;
  /** Actions for the whole page. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A page that is read from the top; the list of files has its own frame. */
export function Page({ title, intro, tools, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => void (document.title = `${withoutIsolates(visible(title))} - Consigne`), [title]);
  useArrival(true, () => heading.current?.focus());
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {intro !== undefined && <p className="quiet">{intro}</p>}
        </div>
        {tools}
      </div>
      {children}
    </div>
  );
}

/** A section of a page, with its own heading. */
export function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** If the script of a page could not be loaded, the page says so, and the rest of the console works. */
export class PageBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    // After an update of the server the old scripts are gone; reloading the page loads the new ones.
    if ("error" in this.state) return <LoadFailure error={this.state.error} retry={() => location.reload()} />;
    return this.props.children;
  }
}

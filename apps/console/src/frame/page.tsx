import { Component, type ReactNode, useEffect, useRef } from "react";
import { LoadFailure } from "./problem.tsx";
import styles from "./page.module.css";
import { useArrival } from "./use-arrival.ts";

interface Props {
  title: string;
  /** One sentence below it. */
  intro?: string | undefined;
  /** What can be done on the whole page. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A page that is read from the top; the list of files has a frame of its own. */
export function Page({ title, intro, tools, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => void (document.title = `${title} - Consigne`), [title]);
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

/** A part of a page, with a heading of its own. */
export function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** A page whose own script could not be loaded says so, and the rest of the console goes on. */
export class PageBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    // After an update of the server the old scripts are gone; loaded again, the page has the new ones.
    if ("error" in this.state) return <LoadFailure error={this.state.error} retry={() => location.reload()} />;
    return this.props.children;
  }
}

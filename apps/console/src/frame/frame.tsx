import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { Icon, type IconName } from "../looks/icons.tsx";
import type { TextId } from "../texts/english.ts";
import type { Language } from "../texts/language.ts";
import { useText } from "../texts/use-text.ts";
import { TransfersBar } from "../uploads/transfers-bar.tsx";
import styles from "./frame.module.css";

const pages: readonly { text: TextId; icon: IconName; href: string; isHere?: true }[] = [
  { text: "nav.files", icon: "folder", href: "#/files", isHere: true },
  { text: "nav.remote", icon: "globe", href: "/console/remote.pl" },
  { text: "nav.keys", icon: "key", href: "/console/params.pl" },
  { text: "nav.account", icon: "person", href: "/console/index.pl" },
  { text: "nav.security", icon: "shield", href: "/console/security.pl" },
];

/** What stays in place: the way to every page, and how uploads come along. */
export function Frame({ children, onLanguage }: { children: ReactNode; onLanguage(language: Language): void }) {
  const { text, language } = useText();
  const other = language === "en" ? "fr" : "en";
  return (
    <div className={styles.frame}>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {text("app.skip")}
      </a>
      <header className={styles.side}>
        <a className={styles.brand} href="#/files">
          <Icon name="tray" />
          Consigne
        </a>
        <nav aria-label={text("app.main")}>
          <ul>
            {pages.map(({ text: id, icon, href, isHere }) => (
              <li key={id}>
                <a href={href} aria-current={isHere === true ? "page" : undefined}>
                  <Icon name={icon} />
                  <span>{text(id)}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.foot}>
          <Button className={styles.language} onPress={() => onLanguage(other)}>
            <span lang={other}>{text("app.language")}</span>
          </Button>
          <a href="/logout.pl">
            <Icon name="out" />
            <span>{text("app.signOut")}</span>
          </a>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <TransfersBar />
    </div>
  );
}

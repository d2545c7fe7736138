import { type ReactNode, useRef } from "react";
import { Button, Menu, MenuTrigger, Popover, Separator } from "react-aria-components";
import { useLocation } from "wouter";
import { useAccount } from "../api/account.ts";
import { Icon } from "../looks/icons.tsx";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import type { Language } from "../texts/language.ts";
import { useText } from "../texts/use-text.ts";
import { TransfersBar } from "../uploads/transfers-bar.tsx";
import styles from "./frame.module.css";
import { MenuEntry } from "./menu-entry.tsx";
import { type ConsolePage, hrefOf, pageAt, pages } from "./pages.tsx";
import { useFocusRescue } from "./use-focus-rescue.ts";
import { useSearchKey } from "./use-search-key.ts";

/** The bottom bar has these, and a menu for all others. */
const IN_BOTTOM_BAR = 4;
const SIGN_OUT = "/logout.pl";
/** The same files without scripts. */
const PLAIN_PAGES = "/console/files.pl";

/** What stays in place: links to every page, and the progress of uploads. */
export function Frame({ children }: { children: ReactNode }) {
  const { text, language, choose } = useText();
  const isNarrow = useIsNarrow();
  const [route] = useLocation();
  useSearchKey();
  const frame = useRef<HTMLDivElement>(null);
  useFocusRescue(frame);
  const mayAdminister = useAccount().data?.mayAdminister === true;
  const shown = pages.filter(({ isForAdministrators }) => isForAdministrators !== true || mayAdminister);
  const here = pageAt(route);
  const other = language === "en" ? "fr" : "en";
  return (
    <div ref={frame} className={styles.frame}>
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
            {(isNarrow ? shown.slice(0, IN_BOTTOM_BAR) : shown).map((page) => (
              <li key={page.text}>
                <a href={hrefOf(page)} aria-current={page === here ? "page" : undefined}>
                  <Icon name={page.icon} />
                  <span>{text(page.text)}</span>
                </a>
              </li>
            ))}
            {isNarrow && (
              <li>
                <MoreMenu
                  pages={shown.slice(IN_BOTTOM_BAR)}
                  here={here}
                  language={other}
                  onLanguage={() => choose(other)}
                />
              </li>
            )}
          </ul>
        </nav>
        {!isNarrow && (
          <div className={styles.foot}>
            <Button className={styles.language} onPress={() => choose(other)}>
              <Icon name="language" />
              <span lang={other}>{text("app.language")}</span>
            </Button>
            <a href={PLAIN_PAGES}>
              <Icon name="writing" />
              <span>{text("app.plain")}</span>
            </a>
            <a href={SIGN_OUT}>
              <Icon name="out" />
              <span>{text("app.signOut")}</span>
            </a>
          </div>
        )}
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <TransfersBar />
    </div>
  );
}

interface MoreProps {
  pages: readonly ConsolePage[];
  here: ConsolePage | undefined;
  language: Language;
  onLanguage(): void;
}

/** Pages that do not fit into the bottom bar. */
function MoreMenu({ pages: others, here, language, onLanguage }: MoreProps) {
  const { text } = useText();
  const isHere = here !== undefined && others.includes(here);
  return (
    <MenuTrigger>
      <Button className={styles.more ?? ""} data-here={isHere || undefined}>
        <Icon name="more" />
        <span>{text("nav.more")}</span>
      </Button>
      <Popover className="popover" placement="top end">
        <Menu className="menu">
          {others.map((page) => (
            <MenuEntry key={page.text} id={page.text} icon={page.icon} text={text(page.text)} href={hrefOf(page)} />
          ))}
          <Separator className="menu-line" />
          <MenuEntry id="language" icon="language" text={text("app.language")} lang={language} onAction={onLanguage} />
          <MenuEntry id="plain" icon="writing" text={text("app.plain")} href={PLAIN_PAGES} />
          <MenuEntry id="out" icon="out" text={text("app.signOut")} href={SIGN_OUT} />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

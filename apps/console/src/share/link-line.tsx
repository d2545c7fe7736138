import { type ReactNode, useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover, ToggleButton } from "react-aria-components";
import type { Entry } from "../api/entries.ts";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { copiedForm, type CopiedForm, forms } from "./copied-forms.ts";
import styles from "./share.module.css";

interface Props {
  url: string;
  entry: Entry;
  /** Further actions. */
  children?: ReactNode;
}

/** A link to read, copy in several formats, or scan. */
export function LinkLine({ url, entry, children }: Props) {
  const { text } = useText("share");
  const notices = useNotices();
  const [isDrawn, draw] = useState(false);
  const copy = async (form: CopiedForm) => {
    const copied = copiedForm(form, { url, name: entry.name });
    if (await copyText(copied)) notices.tell(text("app.copied"));
    else notices.tell(text("done.copyFailed"), { copyText: copied });
  };
  return (
    <>
      <div className={styles.line}>
        <code>{url}</code>
        <MenuTrigger>
          <Button className="icon-button" aria-label={text("share.copy", { url })}>
            <Icon name="copy" />
          </Button>
          <Popover className="popover" placement="bottom end">
            <Menu className="menu">
              {forms.map((form) => (
                <MenuItem key={form} id={form} className="menu-item" onAction={() => void copy(form)}>
                  {text(`share.copy.${form}`)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
        <ToggleButton
          className="icon-button"
          aria-label={text("share.qr", { url })}
          isSelected={isDrawn}
          onChange={draw}
        >
          <Icon name="qr" />
        </ToggleButton>
        {children}
      </div>
      {isDrawn && (
        <img className={styles.picture} src={pictureOf(url)} alt={text("share.qr", { url })} width={176} height={176} />
      )}
    </>
  );
}

/** Made by the server, as on the page of the link. */
function pictureOf(url: string): string {
  const folder = /\/dir\/(\w+)$/.exec(url)?.[1];
  return folder === undefined ? `/qr.pl${new URL(url).search}` : `/qr.pl?${folder}&dir=1`;
}

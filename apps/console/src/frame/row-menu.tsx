import { Button, Menu, MenuTrigger, Popover } from "react-aria-components";
import { Icon, type IconName } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { MenuEntry } from "./menu-entry.tsx";

export interface RowAction {
  text: string;
  icon: IconName;
  onAction(): void;
}

/** The actions for one row of a table. */
export function RowMenu({ name, actions }: { name: string; actions: readonly RowAction[] }) {
  const { text } = useText();
  if (actions.length === 0) return null;
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={text("app.actionsOf", { name })}>
        <Icon name="more" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          {actions.map(({ text: words, icon, onAction }) => (
            <MenuEntry key={words} id={words} icon={icon} text={words} onAction={onAction} />
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

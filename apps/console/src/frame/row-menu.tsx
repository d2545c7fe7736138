import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon, type IconName } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";

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
            <MenuItem key={words} id={words} className="menu-item" onAction={onAction}>
              <Icon name={icon} />
              {words}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

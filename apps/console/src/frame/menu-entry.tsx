import { MenuItem, type MenuItemProps } from "react-aria-components";
import { Icon, type IconName } from "../looks/icons.tsx";

interface Props extends Pick<MenuItemProps, "id" | "href" | "onAction"> {
  icon: IconName;
  text: string;
  /** If the text is in another language than the page. */
  lang?: string;
}

/** An action or a page in a menu. Typing its first letters leads to it. */
export function MenuEntry({ icon, text, lang, ...rest }: Props) {
  return (
    <MenuItem {...rest} className="menu-item" textValue={text}>
      <Icon name={icon} />
      <span lang={lang}>{text}</span>
    </MenuItem>
  );
}

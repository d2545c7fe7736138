import { Button, Menu, MenuTrigger, Popover } from "react-aria-components";
import type { Place } from "../api/place.ts";
import { MenuEntry } from "../frame/menu-entry.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { useUploads } from "./uploads-provider.tsx";

export function UploadMenu({ place }: { place: Place }) {
  const { text } = useText();
  const { choose } = useUploads();
  return (
    <MenuTrigger>
      <Button className="button">
        <Icon name="upload" />
        {text("up.button")}
      </Button>
      <Popover className="popover">
        <Menu className="menu" onAction={(key) => choose(place, key === "folder" ? "folder" : "files")}>
          <MenuEntry id="files" icon="file" text={text("up.files")} />
          <MenuEntry id="folder" icon="folder" text={text("up.folder")} />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

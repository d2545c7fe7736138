import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import type { Place } from "../api/place.ts";
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
          <MenuItem id="files" className="menu-item">
            <Icon name="file" />
            {text("up.files")}
          </MenuItem>
          <MenuItem id="folder" className="menu-item">
            <Icon name="folder" />
            {text("up.folder")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

import { Button } from "react-aria-components";
import { copyText } from "../looks/copy-text.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { useNotices } from "./notices.tsx";

interface Props {
  /** A description of what it copies. */
  label: string;
  value: string;
  /** The label is shown beside the icon. */
  isWide?: boolean;
}

export function CopyButton({ label, value, isWide = false }: Props) {
  const { text } = useText();
  const notices = useNotices();
  const copy = async () => {
    if (await copyText(value)) notices.tell(text("app.copied"));
    else notices.tell(text("done.copyFailed"), { copyText: value });
  };
  return (
    <Button
      className={isWide ? "button plain" : "icon-button"}
      {...(isWide ? {} : { "aria-label": label })}
      onPress={() => void copy()}
    >
      <Icon name="copy" />
      {isWide && label}
    </Button>
  );
}

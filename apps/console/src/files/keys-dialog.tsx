import { DialogBox } from "../frame/dialog-box.tsx";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";

const rows: readonly (readonly [TextId<"dialogs">, readonly string[]])[] = [
  ["keys.move", ["keys.arrows"]],
  ["keys.select", ["keys.space"]],
  ["keys.range", ["keys.shift", "keys.arrows"]],
  ["keys.all", ["keys.ctrl", "A"]],
  ["keys.open", ["keys.enter"]],
  ["keys.up", ["keys.backspace"]],
  ["keys.rename", ["F2"]],
  ["keys.remove", ["keys.delete"]],
  ["keys.copy", ["keys.ctrl", "C"]],
  ["keys.cut", ["keys.ctrl", "X", "keys.ctrl", "V"]],
  ["keys.undo", ["keys.ctrl", "Z"]],
  ["keys.searchAll", ["/"]],
  ["keys.search", ["keys.ctrl", "F"]],
  ["keys.menu", ["keys.shiftF10"]],
  ["keys.upload", ["U"]],
  ["keys.newFolder", ["N"]],
  ["keys.notice", ["F6"]],
  ["keys.help", ["?"]],
];

export function KeysDialog({ onClose }: { onClose(): void }) {
  const { text } = useText("dialogs");
  const named = (key: string) => (key.startsWith("keys.") ? text(key as TextId<"dialogs">) : key);
  return (
    <DialogBox title={text("keys.title")} onClose={onClose}>
      <dl className="keys">
        {rows.map(([id, keys]) => (
          <div key={id}>
            <dt>{text(id)}</dt>
            <dd>
              {keys.map((key, at) => (
                <kbd key={at}>{named(key)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </DialogBox>
  );
}

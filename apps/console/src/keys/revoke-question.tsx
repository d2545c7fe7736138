import type { AccountKey } from "@consigne/sdk";
import { useState } from "react";
import { CheckboxButton, CheckboxField } from "react-aria-components";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { useCall } from "../frame/use-call.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { isActive, usedText } from "./key-words.ts";

interface Props {
  keyToRevoke: AccountKey;
  /** Working keys that it made. */
  created: readonly AccountKey[];
  revoke(withCreated: boolean): Promise<{ createdKeys: readonly AccountKey[] }>;
  onChanged(): Promise<void>;
  onClose(): void;
}

/** Asks before a key is revoked, and whether to revoke the keys it made too. */
export function RevokeQuestion({ keyToRevoke: key, created, revoke, onChanged, onClose }: Props) {
  const { text, language } = useText("keys");
  const notices = useNotices();
  const call = useCall();
  const [withCreated, setWithCreated] = useState(key.state === "revoked");
  const [left, setLeft] = useState<readonly AccountKey[]>();
  const listed = left ?? created;
  const confirm = async () => {
    let working: AccountKey[] = [];
    const end = async () => void (working = (await revoke(withCreated)).createdKeys.filter(isActive));
    if (!(await call.run(end, onChanged))) return;
    // A thief may have made more since the list was loaded.
    if (working.some(({ id }) => !listed.some((each) => each.id === id))) {
      setLeft(working);
      setWithCreated(true);
      call.say(text("key.createdMeanwhile", { name: key.name }));
      return;
    }
    notices.tell(text("key.revokedDone", { name: key.name }));
    onClose();
  };
  const used = usedText(key, text, language);
  return (
    <ConfirmDialog
      title={text("key.revokeTitle", { name: key.name })}
      action={text("key.revokeDo")}
      call={call}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{text("key.revokeText")}</p>
      <p>{key.lastUsedAt === undefined ? text("key.neverUsed") : text("key.wasUsed", { used })}</p>
      {listed.length > 0 && (
        <>
          <p>{text("key.createdKeys", { count: listed.length })}</p>
          <ul className="names">
            {listed.map(({ id, name, hint }) => (
              <li key={id}>
                {name} <code>{hint}…</code>
              </li>
            ))}
          </ul>
          <CheckboxField isSelected={withCreated} onChange={setWithCreated}>
            <CheckboxButton className="checkbox">
              <span className="box" aria-hidden="true">
                {withCreated && <Icon name="check" />}
              </span>
              {text("key.withCreated", { count: listed.length })}
            </CheckboxButton>
          </CheckboxField>
        </>
      )}
    </ConfirmDialog>
  );
}

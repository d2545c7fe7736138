import type { AccountKey } from "@consigne/sdk";
import { useText } from "../texts/use-text.ts";
import { makerText } from "./key-words.ts";

/** Its name, its first characters, and which of `keys` created it. */
export function KeyName({ of: key, keys }: { of: AccountKey; keys: readonly AccountKey[] }) {
  const { text } = useText("keys");
  return (
    <>
      {key.name} <code className="quiet">{key.hint}…</code>
      {key.createdBy !== undefined && <div className="quiet small">{makerText(key.createdBy, keys, text)}</div>}
    </>
  );
}

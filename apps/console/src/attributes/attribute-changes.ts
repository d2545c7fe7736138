import type { FileAttributes, FileDescription } from "@consigne/sdk";
import type { TextId } from "../texts/parts.ts";
import {
  accessFrom,
  accessUnchanged,
  type AccessProblems,
  accessProblems,
  givenAccess,
} from "../share/access-choice.ts";
import type { GivenAccess } from "../share/access-choice.ts";

const SHORTEST_PASSWORD = 6;

/** The values in the dialog. `keep` is for several files, which may differ, and for a password, which nobody sees. */
export interface GivenAttributes {
  password: { choice: "keep" | "set" | "remove"; text: string };
  note: { choice: "keep" | "set"; text: string };
  shown: "keep" | "yes" | "no";
  access: GivenAccess;
}

export interface AttributeProblems {
  password?: TextId<"share"> | undefined;
  access: AccessProblems;
}

/** @param file the only one; undefined for several */
export function givenAttributes(
  file: Pick<FileDescription, "description" | "isInline" | "access"> | undefined,
): GivenAttributes {
  const password = { choice: "keep", text: "" } as const;
  if (file === undefined)
    return { password, note: { choice: "keep", text: "" }, shown: "keep", access: accessUnchanged };
  return {
    password,
    note: { choice: "set", text: file.description ?? "" },
    shown: file.isInline ? "yes" : "no",
    access: givenAccess(file.access),
  };
}

export function attributeProblems({ password, access }: GivenAttributes): AttributeProblems {
  const isShort = password.choice === "set" && password.text.length < SHORTEST_PASSWORD;
  return { ...(isShort ? { password: "share.passwordShort" } : {}), access: accessProblems(access) };
}

export const hasProblems = ({ password, access }: AttributeProblems): boolean =>
  password !== undefined || Object.keys(access).length > 0;

/** Only changed values; undefined if there are none. */
export function changedAttributes(given: GivenAttributes, before: GivenAttributes): FileAttributes | undefined {
  const { password, note, shown } = given;
  const access = accessFrom(given.access, before.access);
  const isNoteSame = note.choice === before.note.choice && note.text === before.note.text;
  const changes: FileAttributes = {
    ...(password.choice === "keep" ? {} : { password: password.choice === "set" ? password.text : "" }),
    ...(note.choice === "keep" || isNoteSame ? {} : { description: note.text.trim() }),
    ...(shown === "keep" || shown === before.shown ? {} : { isInline: shown === "yes" }),
    ...(access === undefined ? {} : { access }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

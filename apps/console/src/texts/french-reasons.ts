import { frenchReasons } from "@consigne/contract/french-reasons";
import type { RefusalReason } from "@consigne/contract/wire-errors";
import type { texts as english } from "./english-reasons.ts";

type Named = Readonly<Record<`why.${RefusalReason}`, string>>;

export const texts: Readonly<Record<keyof typeof english, string>> = Object.fromEntries(
  Object.entries(frenchReasons).map(([reason, text]) => [`why.${reason}`, text]),
) as Named;

import { Type } from "../schema-builders.ts";
import type { Endpoint } from "../endpoint.ts";

const MOST_ROWS = 500;
export const plans = ["unlimited", "free", "premium", "premium-gold", "access"] as const;

export const FOR_WHOM =
  "For administrators who are signed in or send their password; keys are refused. Not part of the 1fichier.com API: " +
  "`/x/v1/about` lists the extension `admin`.";
export const FRESH = `Needs a password given within the last ten minutes (#557). ${FOR_WHOM}`;

export const adminExtension = (call: string, right: "read" | "write") =>
  ({
    operation: `admin.${call}`,
    path: `/x/v1/admin/${call.replaceAll(".", "/")}`,
    callers: "administrators",
    isForCustomers: false,
    scope: { area: "account", right },
  }) as const satisfies Partial<Endpoint>;

export const id = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });
export const limit = () =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST_ROWS, description: `At most this many; default ${MOST_ROWS}.` }),
  );
export const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  Type.Unsafe<Value>({ type: "string", enum: [...values], description });

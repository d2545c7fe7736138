import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const vouchers = (right: "read" | "write") => ({ area: "vouchers", right }) as const;
const planned = { errors: ["endpointNotAvailable"], availability: "planned" } as const;
const voucher = () => Type.String({ minLength: 1, maxLength: 64, description: "The voucher, 32 characters." });

const vouchersLs = defineEndpoint({
  ...planned,
  operation: "vouchers.ls",
  scope: vouchers("read"),
  summary: "List vouchers",
  description: "Unused vouchers of the account. Body and content type are optional.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    count: wire.count("Number of vouchers."),
    data: Type.Array(Type.Object({ voucher: wire.text("The voucher."), service: wire.text("What it gives.") })),
  }),
  example: {
    request: {},
    response: { ...sample.ok, count: 1, data: [{ voucher: sample.VOUCHER, service: "30 days" }] },
  },
});

const vouchersCheck = defineEndpoint({
  ...planned,
  operation: "vouchers.check",
  scope: vouchers("read"),
  summary: "See what a voucher gives",
  description: "Does not use it.",
  request: Type.Object({ voucher: voucher(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), service: wire.text("What it gives.") }),
  errors: ["endpointNotAvailable", "resourceNotFound"],
  example: { request: { voucher: sample.VOUCHER }, response: { ...sample.ok, service: "30 days" } },
});

const vouchersUse = defineEndpoint({
  ...planned,
  operation: "vouchers.use",
  scope: vouchers("write"),
  summary: "Use a voucher",
  description: "For the account with the given e-mail address, by default the caller's.",
  request: Type.Object({
    voucher: voucher(),
    user_email: Type.Optional(wire.email("E-mail address of the account that gets it.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), message: wire.message() }),
  errors: ["endpointNotAvailable", "resourceNotFound"],
  example: { request: { voucher: sample.VOUCHER, user_email: "me@example.org" }, response: sample.done },
});

export const voucherEndpoints = { vouchersLs, vouchersCheck, vouchersUse };

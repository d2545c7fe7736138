import { directUrl, endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { namedFile } from "../../wire/wire-files.ts";

export function addGetToken(
  json: JsonEndpoints,
  services: Pick<EdgeServices, "downloads">,
  { downloadUrl }: Pick<EdgeSettings, "downloadUrl">,
): void {
  json.add({
    endpoint: endpoints.downloadGetToken,
    handle: async ({ actor, caller, input, gone }) => {
      const asksInline = input.inline === 1 || /[?&]inline=1(?:&|$)/.test(input.url ?? "");
      const { text } = await services.downloads.issueToken(actor, namedFile(actor, input), {
        password: input.pass,
        signal: input.pass === undefined ? undefined : gone(),
        isSingle: input.single === 1,
        isInline: asksInline ? true : undefined,
      });
      return { url: directUrl(caller.face, text, downloadUrl), status: "OK" as const, message: "" };
    },
  });
}

import { directoryUrl, pageEndpoints, parseFileQuery, siteUrl } from "@consigne/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { qrPicture } from "../../pages/qr-picture.ts";
import { callerOf } from "../../wire/caller.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { rawQuery } from "../../wire/request-target.ts";

/**
 * Not for shared caches: the picture depends on the host that the caller used, given by a header that they do not know.
 */
const KEPT = "private, max-age=86400";

/** `qr.pl?ID`, and `&dir=1` for a folder: the link as a picture, whether or not the file or folder exists. */
export function addQrCode(app: FastifyInstance, settings: EdgeSettings): void {
  addPageRoute(app, pageEndpoints.qrCode, async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = parseFileQuery(rawQuery(request));
    const { face } = callerOf(request, settings);
    const picture =
      asked &&
      qrPicture(asked.options.get("dir") === "1" ? directoryUrl(face, asked.id) : siteUrl(face, `/?${asked.id}`));
    if (picture === undefined)
      throw new RequestError("resourceNotFound", "There is no link to show as a QR code here.");
    return reply
      .header("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
      .header("cache-control", KEPT)
      .type("image/svg+xml")
      .send(picture);
  });
}

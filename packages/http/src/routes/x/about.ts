import { pageEndpoints, type ServerAboutJson } from "@consigne/contract";
import { type EdgeServices, paceOf } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callerOf } from "../../wire/caller.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** `/x/v1/about`: not counted and open to locked-out callers, because it tells how to avoid locks. */
export function addAbout(app: FastifyInstance, services: AskedServices, settings: EdgeSettings): void {
  addPageRoute(app, pageEndpoints.serverAbout, async (request, reply) => {
    // On the host names of 1fichier.com, direct links stay as they are there.
    const isNative = callerOf(request, settings).face.kind === "native";
    const downloadUrl = isNative ? settings.downloadUrl : undefined;
    return sendJson(reply, await describeServer(services, { ...settings, downloadUrl }));
  });
}

type AskedServices = Pick<EdgeServices, "admission" | "uploads" | "storageSpace">;

const refusals = { "storage-full": "storage_full", "storage-unavailable": "storage_unavailable" } as const;

async function describeServer(
  { admission, uploads, storageSpace }: AskedServices,
  { version, times, downloadUrl, knowsCountries }: EdgeSettings,
): Promise<ServerAboutJson> {
  const refusal = await storageSpace.refusal();
  const { maxFileBytes, maxUploadBytes, maxFiles } = uploads.rules;
  return {
    name: "consigne",
    version,
    wire_time_zone: times.zone,
    ...(downloadUrl === undefined ? {} : { download_url: downloadUrl }),
    extensions: [
      "keys",
      "remote",
      "imports",
      "entries",
      "account",
      "activity",
      "admin",
      "events",
      "trash",
      "links",
      "versions",
      "people",
      "uploads",
      "leaves",
      "tus",
      "manifests",
      "batch",
      ...(knowsCountries ? ["countries"] : []),
    ],
    limits: { profile: admission.profile.name, ...figuresOf(admission) },
    uploads: {
      max_file_bytes: maxFileBytes,
      max_upload_bytes: maxUploadBytes,
      max_upload_files: maxFiles,
      ...(refusal === undefined ? {} : { refused: refusals[refusal] }),
    },
  };
}

/** Leaves out what is not limited. */
function figuresOf({ profile }: EdgeServices["admission"]): Omit<ServerAboutJson["limits"], "profile"> {
  if (profile.figures === undefined) return {};
  const pace = paceOf(profile.figures);
  const figures = {
    requests_per_second: pace.callsPerSecond,
    burst: pace.burst,
    listing_interval_ms: pace.listingIntervalMs,
    full_listing_interval_ms: pace.fullListingIntervalMs,
    user_info_interval_ms: pace.userInfoIntervalMs,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value > 0));
}

import {
  type Actor,
  type Credentials,
  type EdgeServices,
  isAccountActor,
  type Upload,
  type UploadOptions,
} from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { callerGone, goneFor } from "../../bounds/caller-gone.ts";
import type { RequestRoom } from "../../bounds/request-room.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { FormFields } from "../../multipart/form-fields.ts";
import { type ReceivedMultipart, receiveMultipart } from "../../multipart/receive-multipart.ts";
import { addressOf, isKnownCaller } from "../../wire/caller.ts";
import { credentialsOfHead } from "../../sessions/caller-of-head.ts";
import { sessionOfForm } from "../../sessions/session-credentials.ts";
import { credentialsOfLoginFields, credentialsOfParameters } from "../../wire/credentials.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { tellsOfPage } from "../../wire/sending-page.ts";
import { folderReference } from "../../wire/wire-files.ts";
import { RightsWatch } from "./rights-watch.ts";
import { UploadHold } from "./upload-hold.ts";

const MAX_FIELDS = 1000;
const MAX_FIELD_BYTES = 64 * 1024;
const IDLE_TIMEOUT_MS = 2 * 60_000;
/** From the 1fichier API guide: an upload may take four hours. */
const TOTAL_TIMEOUT_MS = 4 * 3_600_000;

export interface UploadEdge {
  services: EdgeServices;
  settings: EdgeSettings;
  room: RequestRoom;
  logger: EdgeLogger;
}

type Fields = ReadonlyMap<string, string>;

/** Receives the files of a request. The sender is checked first, and the id is only claimed for an accepted one. */
export class UploadReceiver {
  readonly #services: EdgeServices;
  readonly #settings: EdgeSettings;
  readonly #room: RequestRoom;
  readonly #logger: EdgeLogger;

  constructor({ services, settings, room, logger }: UploadEdge) {
    this.#services = services;
    this.#settings = settings;
    this.#room = room;
    this.#logger = logger;
  }

  /** Returns the id under which the report is durable, and the form fields. */
  async receive(request: FastifyRequest): Promise<{ id: string; fields: Fields }> {
    const { uploads } = this.#services;
    const id = queryParameters(request).get("id") || uploads.offer().id;
    const actor = await this.#identify(request, credentialsOfHead(request, this.#settings));
    using hold = new UploadHold(this.#room, request);
    let upload: Upload | undefined;
    const claim = async (by: Actor): Promise<Upload> => {
      upload ??= await uploads.begin(id, by);
      hold.welcome();
      return upload;
    };
    try {
      if (isAccountActor(actor)) await claim(actor);
      const recheck = async () => upload?.recheck(request.actor ?? actor);
      using watch = new RightsWatch(recheck, this.#settings.uploadRecheckMs);
      const received = await this.#receiveFiles(request, hold, watch.signal, claim);
      hold.complete();
      const uploader = await this.#identifyByFields(request, received.fields);
      const claimed = await claim(uploader);
      const options = optionsOf(received.fields);
      await claimed.commit(uploader, options, options.password === "" ? undefined : callerGone(request));
      this.#tellHealed(request, claimed);
      return { id, fields: received.fields };
    } catch (error) {
      await upload?.abort();
      throw error;
    }
  }

  #tellHealed(request: FastifyRequest, { healedBlobIds }: Upload): void {
    if (healedBlobIds.length === 0) return;
    this.#logger.warn({ requestId: request.id, contents: healedBlobIds }, "an upload repaired damaged bytes");
  }

  #receiveFiles(
    request: FastifyRequest,
    hold: UploadHold,
    rightsEnded: AbortSignal,
    claim: (by: Actor) => Promise<Upload>,
  ): Promise<ReceivedMultipart> {
    const fields = new FormFields();
    // A refusal uses the language given in the form, as far as it was read: `lg` before the first file, as in our
    // forms.
    request.body = fields;
    return receiveMultipart(request.raw, {
      fields,
      maxFiles: this.#services.uploads.rules.maxFiles,
      maxFields: MAX_FIELDS,
      maxFieldBytes: MAX_FIELD_BYTES,
      maxAllFieldsBytes: this.#room.boundsOf(request).fieldBytes,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
      tellsOfPage: tellsOfPage(request),
      signal: AbortSignal.any([hold.signal, rightsEnded]),
      holdBytes: (count) => hold.takeFieldBytes(count),
      openFile: async (head, fieldsSoFar) => {
        const likely = await this.#identifyByFields(request, fieldsSoFar);
        // Strangers must not fill the disk in the hope of credentials that follow.
        const upload = await claim(likely);
        const { fileName: name, contentType } = head;
        const to = optionsOf(fieldsSoFar);
        return upload.openFile({ name, contentType, bodyBytes: announcedLength(request), to }, likely);
      },
    });
  }

  async #identifyByFields(request: FastifyRequest, fields: Fields): Promise<Actor> {
    if (request.actor !== undefined && isKnownCaller(request)) return request.actor;
    const ofFields = credentialsOfParameters((name) => fields.get(name)) ?? credentialsOfLoginFields(fields);
    return this.#identify(request, ofFields ?? sessionOfForm(request, fields, this.#settings));
  }

  async #identify(request: FastifyRequest, credentials: Credentials | undefined): Promise<Actor> {
    const { admission } = this.#services;
    const signal = goneFor(credentials, request);
    request.actor = await admission.identify(credentials, addressOf(request), "uploads and pages", signal);
    return request.actor;
  }
}

/** Node has already refused invalid numbers; a chunked body announces nothing. */
function announcedLength({ headers }: FastifyRequest): number | undefined {
  const text = headers["content-length"];
  return text === undefined ? undefined : Number(text);
}

function optionsOf(fields: Fields): UploadOptions & { isFolderRequired: boolean } {
  const integer = (text: string | undefined) =>
    text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
  return {
    folder: folderReference(integer(fields.get("did"))),
    isFolderRequired: fields.get("only_did") === "1",
    domain: integer(fields.get("domain")),
    password: fields.get("dpass") ?? "",
  };
}

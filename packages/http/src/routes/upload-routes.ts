import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { addBatchPut } from "./upload/batch-put.ts";
import { addTus } from "./tus/tus-routes.ts";
import { addEndPl } from "./upload/end-pl.ts";
import { addUploadCgi } from "./upload/upload-cgi.ts";
import { addUploadPart } from "./upload/upload-part.ts";

/** The upload node: bodies are not read here, the handler streams them. */
export function addUploadRoutes(
  app: FastifyInstance,
  services: EdgeServices,
  settings: EdgeSettings,
  logger: EdgeLogger,
  room: RequestRoom,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  addUploadCgi(app, { services, settings, logger, room });
  addUploadPart(app, { services, settings, logger, room });
  addBatchPut(app, { services, settings, logger, room });
  addTus(app, { services, settings, logger, room });
  addEndPl(app, services, settings);
}

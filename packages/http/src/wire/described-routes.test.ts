import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoints, pageEndpoints } from "@consigne/contract";
import fastify from "fastify";
import { allowDescribedRoutesOnly, routerPaths } from "./described-routes.ts";

const handler = async () => "";

test("a route accepts what the contract declares, and refuses other paths and methods", () => {
  const app = fastify({ exposeHeadRoutes: false });
  allowDescribedRoutesOnly(app);
  app.route({ method: ["POST"], url: endpoints.fileLs.path, handler });
  for (const url of routerPaths(pageEndpoints.filePage)) app.route({ method: ["GET", "HEAD", "POST"], url, handler });
  assert.throws(() => app.get(endpoints.fileLs.path, handler), /names GET \/v1\/file\/ls\.cgi/);
  assert.throws(() => app.put("/upload.cgi", handler), /names PUT/);
  assert.throws(() => app.get("/hidden", handler), /names GET \/hidden/);
  assert.throws(() => app.get("/docs/*", handler), /names GET \/docs\/\*/);
});

test("a path's parameters are validated as the contract declares", () => {
  assert.deepEqual(routerPaths(pageEndpoints.filePage), ["/", "/:language([a-z]{2})"]);
  assert.deepEqual(routerPaths(pageEndpoints.direct), ["/p:token([A-Za-z0-9]{10,})"]);
  assert.deepEqual(routerPaths(pageEndpoints.directoryPage), ["/dir/:id", "/:language([a-z]{2})/dir/:id"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { searchRoute, textOfRoute } from "../search/search-route.ts";
import { pathOf, routeOf } from "./folder-path.ts";

test("a route leads back to the same names, whatever is in them, after the router has decoded it", () => {
  for (const name of ["50 %", "100%", "%41", "a%2Fb", "%2541", "été & plus", "?#;=+", "\\", "日本"]) {
    assert.deepEqual(pathOf(decodeURI(routeOf(["a", name]))), ["a", name]);
    assert.equal(textOfRoute(decodeURI(searchRoute(name))), name);
  }
});

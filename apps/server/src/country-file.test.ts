import assert from "node:assert/strict";
import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { countryDatabase } from "@consigne/core/testing";
import { CountryFile, countryFileDate } from "./country-file.ts";
import { StartError } from "./start-error.ts";

suite("the operator's country database", () => {
  let folder: string;
  let created = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-countries-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const fileOf = async (...database: Parameters<typeof countryDatabase>) => {
    const path = join(folder, `${++created}.mmdb`);
    await writeFile(path, countryDatabase(...database));
    return path;
  };
  const open = async (path: string) => {
    const problems: string[] = [];
    return { problems, countries: await CountryFile.open(path, (problem) => problems.push(problem)) };
  };

  test("returns the country of an address in every notation, and of no other", async () => {
    const { countries } = await open(
      await fileOf({ "192.0.2.0/24": "FR", "192.0.2.128/25": "BE", "2001:db8::/32": "DE" }),
    );
    using _ = countries;
    for (const [address, country] of [
      ["192.0.2.1", "FR"],
      ["::ffff:192.0.2.1", "FR"],
      ["192.0.2.200", "BE"],
      ["2001:db8::1", "DE"],
      ["2001:DB8:0:0::1", "DE"],
      ["198.51.100.1", undefined],
      ["2001:db9::1", undefined],
      ["no address", undefined],
      ["", undefined],
    ] as const)
      assert.equal(countries.countryOf(address), country, address);
  });

  test("returns nothing for IPv6 from an IPv4 database, which has an answer for every address", async () => {
    const { countries } = await open(await fileOf({ "0.0.0.0/1": "CN", "192.0.2.0/24": "FR" }, { ipVersion: 4 }));
    using _ = countries;
    assert.equal(countries.countryOf("192.0.2.1"), "FR");
    assert.equal(countries.countryOf("2001:db8::1"), undefined);
  });

  test("reads the code where other publishers of such files keep it", async () => {
    for (const recordOf of [
      (code: string) => ({ country_code: code }),
      (code: string) => ({ country: code }),
      (code: string) => ({ country: "France", country_code: code.toLowerCase() }),
    ]) {
      const { countries } = await open(await fileOf({ "192.0.2.0/24": "FR" }, { recordOf }));
      using _ = countries;
      assert.equal(countries.countryOf("192.0.2.1"), "FR");
    }
    const { countries } = await open(
      await fileOf({ "192.0.2.0/24": "FR" }, { recordOf: () => ({ registered_country: { iso_code: "FR" } }) }),
    );
    using _ = countries;
    assert.equal(countries.countryOf("192.0.2.1"), undefined, "the registered country is not the actual one");
  });

  test("is reloaded when replaced, and kept when the replacement is invalid", async () => {
    const path = await fileOf({ "192.0.2.0/24": "FR" });
    const { countries, problems } = await open(path);
    using _ = countries;
    await countries.look();
    await rename(await fileOf({ "192.0.2.0/24": "BE", "198.51.100.0/24": "FR" }), path);
    await countries.look();
    assert.equal(countries.countryOf("192.0.2.1"), "BE");
    await writeFile(path, "half a file");
    for (let time = 0; time < 3; time++) await countries.look();
    await rm(path);
    for (let time = 0; time < 3; time++) await countries.look();
    assert.equal(countries.countryOf("192.0.2.1"), "BE");
    assert.equal(problems.length, 2, "each problem is reported once");
    assert.match(problems.join("\n"), /not a file in MaxMind's format.*\n.*(no such file|not there|does not exist)/is);
    await rename(await fileOf({ "192.0.2.0/24": "DE" }), path);
    await countries.look();
    assert.equal(countries.countryOf("192.0.2.1"), "DE");
  });

  test("stops the start with advice if the file is invalid", async () => {
    const text = join(folder, "text.mmdb");
    await writeFile(text, "countries");
    const large = join(folder, "large.mmdb");
    await writeFile(large, "");
    await truncate(large, 512 * 1024 * 1024 + 1);
    for (const path of [text, large, folder, join(folder, "absent.mmdb")]) {
      await assert.rejects(open(path), (error) => {
        assert.ok(error instanceof StartError);
        assert.match(error.message, /^The file of countries \S+ cannot be read: .+\. Set CONSIGNE_GEOIP_FILE to /);
        return true;
      });
    }
  });

  test("returns nothing for addresses in a damaged part, and keeps working", async () => {
    const bytes = countryDatabase({ "192.0.2.0/24": "FR", "2001:db8::/32": "DE" });
    const path = join(folder, "damaged.mmdb");
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await writeFile(path, damaged);
      const opened = await open(path).catch((error: unknown) => {
        assert.ok(error instanceof StartError, String(error));
        return undefined;
      });
      if (opened === undefined) continue;
      using countries = opened.countries;
      for (const address of ["192.0.2.1", "2001:db8::1"])
        assert.match(countries.countryOf(address) ?? "none", /^([A-Z]{2}|none)$/);
    }
  });

  test("reports the date of its data", async () => {
    assert.equal((await countryFileDate(await fileOf({ "192.0.2.0/24": "FR" }))).getTime(), 1_780_000_000_000);
  });
});

/** The first release where `node:sqlite` needs no flag and warns of nothing; `package.json` pins a later one. */
const OLDEST = [24, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(
    `Node ${OLDEST.join(".")} or newer is needed, this is ${process.versions.node}: start it with npm, which has the right one.`,
  );
  process.exit(1);
}

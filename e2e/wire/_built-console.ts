import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { NONCE_PLACE } from "@consigne/console/built";

/** The files of a console build, nearly empty: testing how it is served needs no more. */
export class BuiltConsole implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "consigne-console-"));
  readonly script = "index-Ab3dEf9h.js";
  readonly style = "index-Ab3dEf9h.css";
  readonly scriptText = "document.title = 'ran';\n".repeat(100);

  constructor() {
    const head = `<meta name="changes" content="0" /><script type="module" src="/console/assets/${this.script}" nonce="${NONCE_PLACE}"></script>`;
    writeFileSync(join(this.folder, "index.html"), `<!doctype html>\n<html lang="en">\n<head>${head}</head></html>\n`);
    mkdirSync(join(this.folder, "assets"));
    for (const [name, text] of [
      [this.script, this.scriptText],
      [this.style, "body { margin: 0 }"],
    ] as const) {
      const path = join(this.folder, "assets", name);
      writeFileSync(path, text);
      writeFileSync(`${path}.br`, brotliCompressSync(text));
      writeFileSync(`${path}.gz`, gzipSync(text));
    }
    writeFileSync(join(this.folder, "secret.js"), "not an asset");
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

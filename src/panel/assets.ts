import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const folder = join(import.meta.dirname, "public");

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".woff2": "font/woff2",
};

/** The order of the cascade layers, and of the files. */
const styles = ["reset", "tokens", "base", "layout", "components", "pages", "reference"];

interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const assets: ReadonlyMap<string, Asset> = gather();

/** One name for this state of all files: modules can import each other by relative names, and everything may be cached for ever. */
const version = hashOf(assets);

/** The URL of a file of public/, of the sprite (`icons.svg`), of the style sheet (`panel.css`) or of `turbo.js`. */
export function assetUrl(name: string): string {
  if (!assets.has(name)) throw new Error(`no such file for the panel: ${name}`);
  return `/static/${version}/${name}`;
}

/** The answer to a request for `/static/{version}/{name}`, compressed as the client can read it; undefined: no such file. */
export async function assetResponse(path: string, accepted: string): Promise<Response | undefined> {
  const name = path.startsWith(`/static/${version}/`) ? path.slice(`/static/${version}/`.length) : "";
  const asset = assets.get(name);
  if (!asset) return undefined;
  const headers = { "Content-Type": asset.type, "Cache-Control": "public, max-age=31536000, immutable", Vary: "Accept-Encoding" };
  const coding = asset.type === "font/woff2" ? undefined : ["br", "gzip"].find((one) => accepted.includes(one));
  if (!coding) return new Response(asset.body, { headers });
  return new Response(await compressed(name, asset, coding), { headers: { ...headers, "Content-Encoding": coding } });
}

const pressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** Pressed once, at the first request, as small as it gets. */
function compressed(name: string, asset: Asset, coding: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = `${coding}/${name}`;
  const known = pressed.get(key) ?? (coding === "br" ? brotli(asset.body) : zip(asset.body, { level: 9 })).then((bytes) => new Uint8Array(bytes));
  pressed.set(key, known);
  return known;
}

function gather(): Map<string, Asset> {
  const found = new Map<string, Asset>();
  const add = (name: string, body: string | Uint8Array) => found.set(name, { type: types[extname(name)] ?? "", body: new Uint8Array(Buffer.from(body)) });
  add("panel.css", styles.map((name) => readFileSync(join(folder, "styles", `${name}.css`), "utf8")).join("\n"));
  add("icons.svg", sprite());
  add("mark.svg", readFileSync(join(folder, "mark.svg")));
  for (const sub of ["fonts", "scripts"])
    for (const name of readdirSync(join(folder, sub))) if (types[extname(name)]) add(name, readFileSync(join(folder, sub, name)));
  add("turbo.js", readFileSync(fileURLToPath(import.meta.resolve("@hotwired/turbo"))));
  return found;
}

/** All icons as one file of symbols, each by the name of its file. */
function sprite(): string {
  const symbols = readdirSync(join(folder, "icons"))
    .filter((name) => name.endsWith(".svg"))
    .map((name) => {
      const drawing = readFileSync(join(folder, "icons", name), "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");
      return `<symbol id="${basename(name, ".svg")}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
    });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

function hashOf(files: ReadonlyMap<string, Asset>): string {
  const hash = createHash("sha256");
  for (const [name, asset] of files) hash.update(name).update(asset.body);
  return hash.digest("hex").slice(0, 12);
}

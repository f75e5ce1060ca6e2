import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const apps = ["/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** The file of the machine's Chromium or Chrome: `CHROMIUM`, or the first of the usual names on the path. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [process.env["CHROMIUM"] ?? "", ...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...apps];
  return candidates.find((file) => file !== "" && isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// bin/setup asks with this whether there is one.
if (import.meta.main) {
  const file = findChromium();
  if (file) console.log(file);
  else process.exitCode = 1;
}

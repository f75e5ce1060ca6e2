import type { Values } from "./catalogue.ts";

/** Constant pieces, and between each two of them the name of a value. */
type Pattern = readonly string[];

/** Of one language; numbers, which decide on plural forms, make patterns of their own. */
const mostPatterns = 5000;

/**
 * The same texts, worked out by the engine once for each text and each number in it: it takes microseconds for each, and a page has hundreds. What
 * changes from one time to the next, such as names, is put between the pieces.
 */
export function keepTexts(translate: (key: string, values?: Values) => string): (key: string, values?: Values) => string {
  const plain = new Map<string, string>();
  const patterns = new Map<string, Pattern>();
  const patternOf = (key: string, values: Values): Pattern => {
    const shape = shapeOf(key, values);
    const known = patterns.get(shape);
    if (known) return known;
    const pattern = translate(key, marked(values)).split(mark);
    if (patterns.size >= mostPatterns) patterns.clear();
    patterns.set(shape, pattern);
    return pattern;
  };
  return (key, values) => {
    if (values) return filled(patternOf(key, values), values);
    const text = plain.get(key) ?? translate(key);
    plain.set(key, text);
    return text;
  };
}

/** In no text. */
const mark = "\0";

/** What the engine says depends on: the key, the names of the values, and every value that is not put in as it is. */
function shapeOf(key: string, values: Values): string {
  let shape = key;
  for (const name in values) shape += typeof values[name] === "string" ? `${mark}${name}` : `${mark}${name}=${values[name]}`;
  return shape;
}

function marked(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? `${mark}${name}${mark}` : value]));
}

function filled(pattern: Pattern, values: Values): string {
  let text = pattern[0] ?? "";
  for (let at = 1; at < pattern.length; at += 2) text += `${values[pattern[at] ?? ""]}${pattern[at + 1]}`;
  return text;
}

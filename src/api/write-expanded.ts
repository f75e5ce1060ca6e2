import type { NamedService } from "../actions/services/collect-services.ts";
import type { Product } from "../config.ts";
import { presentExpanded } from "./expanded-service.ts";

/** The JSON of `presentExpanded` for each of these, in a third of the time: a page of fifty is mostly the same words. */
export function writeExpanded(services: readonly NamedService[], products: readonly Product[]): string {
  const write = writers.get(products) ?? makeWriter(products);
  writers.set(products, write);
  let json = "[";
  for (const service of services) json += json.length > 1 ? `,${write(service)}` : write(service);
  return `${json}]`;
}

type Write = (service: NamedService) => string;
/** The text between the values of one service, and which value comes after each piece of it. */
type Template = { readonly pieces: readonly string[]; readonly blanks: readonly number[] };

const writers = new WeakMap<readonly Product[], Write>();

function makeWriter(products: readonly Product[]): Write {
  const templates = new Map<string, Template[]>();
  return (service) => {
    if (!isPlain(service)) return JSON.stringify(presentExpanded(service, products));
    const kinds = templates.get(service.product) ?? [];
    if (kinds.length === 0) templates.set(service.product, kinds);
    return filled((kinds[kindOf(service)] ??= makeTemplate(service, products)), service);
  };
}

/** All but its product by which one service is written otherwise than another. */
function kindOf({ renewal, expired, expiresOn }: NamedService): number {
  return (renewal === "automatic" ? 1 : 0) + (expired ? 2 : 0) + (expiresOn === null ? 4 : 0);
}

const plain = /^[A-Za-z0-9._~-]+$/;

/** Whether its name and handles are the same in JSON, in a URL and for people. */
function isPlain({ name, shownName, handles: { admin, tech, billing } }: NamedService): boolean {
  return name === shownName && plain.test(`${name}${admin}${tech}${billing}`);
}

/** Stand for the values, in the order of `filled`; nothing else in a service looks like them. */
const marks = ["~name~", "~admin~", "~tech~", "~billing~", "~date~", "-8888888888888888"] as const;

/** Made of what `presentExpanded` says of a service like this one, so that its words stand in one place. */
function makeTemplate(service: NamedService, products: readonly Product[]): Template {
  const [name, admin, tech, billing, date, id] = marks;
  const sample = { ...service, id: Number(id), name, shownName: name, handles: { admin, tech, billing }, expiresOn: service.expiresOn && date };
  const cut = JSON.stringify(presentExpanded(sample, products)).split(new RegExp(`(${marks.join("|")})`));
  return {
    pieces: cut.filter((_, at) => at % 2 === 0),
    blanks: cut.filter((_, at) => at % 2 === 1).map((mark) => marks.findIndex((one) => one === mark)),
  };
}

function filled({ pieces, blanks }: Template, { id, name, handles, expiresOn }: NamedService): string {
  const values = [name, handles.admin, handles.tech, handles.billing, expiresOn, id];
  let json = pieces[0] ?? "";
  for (let at = 0; at < blanks.length; at++) json += `${values[blanks[at] ?? 0]}${pieces[at + 1]}`;
  return json;
}

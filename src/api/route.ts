import { z } from "zod";
import type { Caller } from "../actions/keys/find-caller.ts";
import type { Product } from "../config.ts";
import type { AccountActor, Context } from "../context.ts";
import type { ApiMethod } from "../domain/access-rule.ts";
import type { Power } from "../domain/power.ts";

/** The part of a list that is asked for (`X-Pagination-…`). */
export type Page = {
  /** 1 to 1,000; undefined: everything at once, as clients expect that know no pages. */
  readonly size: number | undefined;
  /** What an earlier answer gave as the place to go on from. */
  readonly cursor: string | undefined;
  /** Whether the elements themselves are wanted, and not only their ids (`X-Pagination-Mode`). */
  readonly expanded: boolean;
  /** Tells the client where to go on. */
  readonly next: (cursor: string) => void;
};

/** What every route is given. */
export type Call<P, Q, B> = {
  /** Of a writing route: its one transaction happens once, see actions/once-only.ts. */
  readonly context: Context;
  /** The client's address. */
  readonly source: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly page: Page;
};
export type OpenCall<P, Q, B> = Call<P, Q, B> & { readonly header: (name: string) => string | undefined };
export type AccountCall<P, Q, B> = Call<P, Q, B> & { readonly actor: AccountActor; readonly caller: Caller };
export type ProductCall<P, Q, B> = AccountCall<P, Q, B> & { readonly product: Product };

/** One route, written once: from it follow what is served, the schemas in OVH's form, the OpenAPI document and its page. */
export type Route = Described & { readonly run: (call: ProductCall<never, never, never> & OpenCall<never, never, never>) => Promise<unknown> };

type Described = {
  readonly method: ApiMethod;
  /** Without prefix, in the notation of OVH's schemas; `{product}` stands for the path of each product. */
  readonly path: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What else a caller has to know, in sentences. */
  readonly description?: string;
  /** What a key that may call this can do, in the words of the page where people agree to it; undefined: open to everybody. */
  readonly power: Power | undefined;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  readonly answer: z.ZodType;
  /** Of a list: what its elements are when it is asked for expanded. */
  readonly expands: z.ZodType | undefined;
  /** Of a list: whether it can be had in pages. */
  readonly pages: boolean;
  /** Whether it changes something: a replayed signature is refused, an Idempotency-Key counts. */
  readonly writes: boolean;
  /** Of a writing route: its answer, from what its transaction gives; undefined: it holds a secret and is not kept. */
  readonly kept: (done: unknown) => unknown;
};

type Given<P, Q, B, A, Of> = Pick<Described, "method" | "path" | "summary"> & {
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  answer: A;
  expands?: z.ZodType;
  pages?: boolean;
  /** Says so where a POST changes nothing; every other POST, PUT and DELETE writes. */
  writes?: false;
  kept?: (done: unknown) => unknown;
  run: (call: Of) => Promise<unknown>;
};

const none = z.object({});
type None = typeof none;

/** Whether a route has no parameters of a kind: whatever is given then is left out. */
export function takesNothing(schema: z.ZodType): boolean {
  return schema === none;
}

/** A route of the account that calls. */
export function route<A extends z.ZodType, P extends z.ZodObject = None, Q extends z.ZodObject = None, B extends z.ZodType = z.ZodUndefined>(
  power: Power,
  given: Given<P, Q, B, A, AccountCall<z.output<P>, z.output<Q>, z.output<B>>>,
): Route {
  return complete(power, given);
}

/** A route that every product has: `/{product}/…`. */
export function productRoute<A extends z.ZodType, P extends z.ZodObject = None, Q extends z.ZodObject = None, B extends z.ZodType = z.ZodUndefined>(
  power: Power,
  given: Given<P, Q, B, A, ProductCall<z.output<P>, z.output<Q>, z.output<B>>>,
): Route {
  return complete(power, given);
}

/** A route that needs no key. */
export function openRoute<A extends z.ZodType, P extends z.ZodObject = None, Q extends z.ZodObject = None, B extends z.ZodType = z.ZodUndefined>(
  given: Given<P, Q, B, A, OpenCall<z.output<P>, z.output<Q>, z.output<B>>>,
): Route {
  return complete(undefined, given);
}

function complete<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  power: Power | undefined,
  given: Given<P, Q, B, A, never>,
): Route {
  return {
    ...given,
    power,
    params: given.params ?? none,
    query: given.query ?? none,
    body: given.body,
    expands: given.expands,
    pages: given.pages ?? false,
    writes: power !== undefined && given.method !== "GET" && given.writes !== false,
    kept: given.kept ?? (() => null),
    run: given.run as Route["run"],
  };
}

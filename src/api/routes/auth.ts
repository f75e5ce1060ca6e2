import { z } from "zod";
import { openRoute, type Route } from "../route.ts";

/** How a program gets a key, and what it may do with the one that it has. */
export const authRoutes: readonly Route[] = [
  openRoute({
    method: "GET",
    path: "/auth/time",
    summary: "Get the time of the server, in seconds since 1970",
    answer: z.int(),
    run: async ({ context }) => Math.floor(context.clock() / 1000),
  }),
];

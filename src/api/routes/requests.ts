import type { Route } from "../route.ts";

export const requestRoutes: readonly Route[] = [];

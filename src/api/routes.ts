import type { Route } from "./route.ts";
import { accountRoutes } from "./routes/account.ts";
import { authRoutes } from "./routes/auth.ts";
import { keyRoutes } from "./routes/keys.ts";
import { mailRoutes } from "./routes/mails.ts";
import { productRoutes } from "./routes/products.ts";
import { requestRoutes } from "./routes/requests.ts";
import { rightRoutes } from "./routes/rights.ts";

/** Everything that the API serves. From this list follow the server, the schemas, the document and its page. */
export const routes: readonly Route[] = [...authRoutes, ...accountRoutes, ...mailRoutes, ...keyRoutes, ...requestRoutes, ...rightRoutes, ...productRoutes];

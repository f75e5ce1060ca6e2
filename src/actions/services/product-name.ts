import type { Product, Settings } from "../../config.ts";
import { refuse } from "../../domain/refusal.ts";
import { storedName } from "../../domain/service-name.ts";

/** The product with this path, and the stored form of a name under it; refuses what cannot be one. */
export function productAndName(settings: Settings, typed: { product: string; name: string }): { product: Product; name: string } {
  const product = settings.products.find((one) => one.path === typed.product) ?? refuse({ code: "product-unknown", product: typed.product });
  const paths = settings.products.map((one) => one.path);
  return { product, name: storedName(product, typed.name, paths) ?? refuse({ code: "service-name-invalid", service: typed.name }) };
}

/** The stored form of a name by which a service is looked up; what cannot be a name stays as it is, and is not found. */
export function nameToFind(settings: Settings, typed: { product: string; name: string }): string {
  const product = settings.products.find((one) => one.path === typed.product);
  return (product && storedName(product, typed.name, [])) ?? typed.name;
}

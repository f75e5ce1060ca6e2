import { z } from "zod";

/** A number in the path: an id. */
export const idParam = z
  .string()
  .regex(/^[0-9]{1,16}$/, "a whole number")
  .refine((digits) => Number.isSafeInteger(Number(digits)), "a number below 2^53")
  .transform(Number)
  .meta({ description: "A whole number" });

/** A name in the path, decoded: what was `203.0.113.0%2F28` there holds a slash here. */
export const nameParam = z
  .string()
  .min(1)
  .max(255)
  // PostgreSQL refuses texts with a zero character.
  .refine((name) => !name.includes("\0"), "a name without zero characters");

import { z } from "zod";
import { isDay } from "../domain/dates.ts";

/** A day of the calendar, `YYYY-MM-DD`. */
export const dayField = z.string().refine(isDay, "not a day (YYYY-MM-DD)");

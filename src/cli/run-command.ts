import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import type { Wiring } from "./wiring.ts";

/** Runs what was typed after `handover`; gives the exit code. Never throws. */
export async function runCommand(typed: readonly string[], wiring: Wiring): Promise<ExitCode> {
  try {
    const program = await createProgram(wiring, typed);
    await program.parseAsync([...typed], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    const { tellFailure } = await import("./tell-failure.ts");
    const { code, text } = await tellFailure(error, {
      timeZone: wiring.environment["HANDOVER_TIME_ZONE"] || "UTC",
      databaseUrl: wiring.environment["HANDOVER_DATABASE_URL"],
    });
    if (text) console.error(`handover: ${text}`);
    return code;
  }
}

/** The name in the environment that every process of a run of the tests carries, so that what is left behind is found. */
export const mark = "TEST_RUN_OF_HANDOVER";

/** For processes that are given an environment of their own. */
export function markOfRun(): NodeJS.ProcessEnv {
  const folder = process.env[mark];
  return folder === undefined ? {} : { [mark]: folder };
}

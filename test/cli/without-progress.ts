/** What an import said but how far it was, which it says each five seconds: on a busy machine it may take longer. */
export function withoutProgress(err: string): string {
  return err.replaceAll(/^(Checking|Writing): .*\n/gm, "");
}

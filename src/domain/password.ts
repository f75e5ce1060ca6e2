const shortestPassword = 10;
const longestPassword = 128;

/** NFKC: the same keys on another keyboard or system give the same password. */
export function normalisePassword(typed: string): string {
  return typed.normalize("NFKC");
}

/** What is wrong with a normalised password that somebody chooses: 10 to 128 characters, no rules on what they are. */
export function faultInPassword(password: string): "password-too-short" | "password-too-long" | undefined {
  const length = [...password].length;
  if (length < shortestPassword) return "password-too-short";
  return length > longestPassword ? "password-too-long" : undefined;
}

/** Whether a password is what everybody knows of this person: handle, address or name. */
export function isPersonal(password: string, person: { handle?: string; email: string; name: string }): boolean {
  const known = [person.handle ?? "", person.email, person.name].map((text) => normalisePassword(text).trim().toLowerCase());
  return known.includes(password.trim().toLowerCase());
}

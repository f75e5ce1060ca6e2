/** The query of a list as a link, without what is empty. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const filled = Object.entries(query).flatMap(([name, value]): [string, string][] => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  return filled.length ? `${path}?${new URLSearchParams(filled)}` : path;
}

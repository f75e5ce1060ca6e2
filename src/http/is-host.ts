let known = "";

/** Whether this is a host, with or without a port, as a Host header names it: one that can stand in a URL. */
export function isHost(text: string | undefined): text is string {
  if (text === undefined || text === "") return false;
  if (text === known) return true;
  if (/[\s/?#@\\%]/.test(text) || !URL.canParse(`http://${text}/`)) return false;
  known = text;
  return true;
}

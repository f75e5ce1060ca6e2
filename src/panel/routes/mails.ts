import { HTTPException } from "hono/http-exception";
import { mailPage, mailsPage } from "../pages/mails.ts";
import { type Reception, show } from "../reception.ts";
import { accountOf, type Visit } from "../visit.ts";

export async function mails(reception: Reception, visit: Visit): Promise<Response> {
  const letters = await reception.parts.mailHistory(accountOf(visit).id);
  return show(reception, visit, (page) => mailsPage(page, letters));
}

/** Looked for among the reader's own: that of another does not exist. */
export async function mail(reception: Reception, visit: Visit): Promise<Response> {
  const letters = await reception.parts.mailHistory(accountOf(visit).id);
  const letter = letters.find(({ id }) => id === visit.req.param("id"));
  if (!letter) throw new HTTPException(404);
  return show(reception, visit, (page) => mailPage(page, letter));
}

import { HTTPException } from "hono/http-exception";
import { showMail } from "../../actions/mails/show-mail.ts";
import { showNewestMails } from "../../actions/mails/show-newest-mails.ts";
import { mailPage, mailsPage } from "../pages/mails.ts";
import { type Reception, show } from "../reception.ts";
import { actorOf, type Visit } from "../visit.ts";

export async function mails(reception: Reception, visit: Visit): Promise<Response> {
  const letters = await showNewestMails(reception.context, actorOf(visit));
  return show(reception, visit, (page) => mailsPage(page, letters));
}

/** Looked for among the reader's own: that of another does not exist. */
export async function mail(reception: Reception, visit: Visit): Promise<Response> {
  const letter = await showMail(reception.context, actorOf(visit), Number(visit.req.param("number")));
  if (!letter) throw new HTTPException(404);
  return show(reception, visit, (page) => mailPage(page, letter));
}

import { signedRequest } from "./bench-keys.ts";
import type { Contender, Trial } from "./contender.ts";
import type { HttpRequest } from "./peers/peer.ts";
import type { Site } from "./prepare-site.ts";
import type { Field } from "./trials.ts";

/** Everything that writes durably. Each contender has a database of its own, and takes what nobody has taken there: enough for so many turns. */
export async function writingTrials(field: Field, site: Site, { clients, turns }: { clients: number; turns: number }): Promise<Trial[]> {
  const { ours, ceiling } = field;
  const taking = takingFor(turns);
  const answers = site.answerable.flatMap((one) => one.answers.map((answer) => ({ request: one.id, ...answer })));
  const ask: Contender[] = [
    {
      name: "handover",
      server: ours,
      ...taking(site.askable, ({ name, admin, newcomer }) =>
        signedRequest(ours.url, admin.handle, { method: "POST", path: `/1.0/domain/${name}/changeContact`, body: { contactTech: newcomer.handle } }),
      ),
    },
  ];
  const accept: Contender[] = [
    {
      name: "handover",
      server: ours,
      ...taking(answers, ({ request, by, code }) =>
        signedRequest(ours.url, by.handle, { method: "POST", path: `/1.0/me/task/contactChange/${request}/accept`, body: { token: code } }),
      ),
    },
  ];
  if (ceiling) {
    const asking = taking(site.askable, (one) => post("/ask", { service: one.serviceId, asker: one.admin.id, newcomer: one.newcomer.handle }));
    ask.push({ name: "ceiling", server: ceiling, ...asking });
    accept.push({ name: "ceiling", server: ceiling, ...taking(answers, ({ request, by }) => post("/accept", { request, account: by.id })) });
  }
  for (const { name, peer } of field.peers) {
    const made = await peer.creates(site.small.id, mostCreates);
    ask.push({ name, server: peer, ...taking(made, (request) => request) });
  }
  return [
    { name: "ask for a change", key: "ask", once: true, clients, contenders: ask },
    { name: "accept with the code", key: "accept", once: true, clients, contenders: accept },
  ];
}

const mostCreates = 20_000;

function post(path: string, body: unknown): HttpRequest {
  return { method: "POST", path, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** More than any of them can do in a second. */
const mostASecond = 8000;

/** Each turn goes on after what the one before has sent: nothing is sent twice. Whoever has sent all of a turn has ended it. */
function takingFor(turns: number) {
  return <T>(things: readonly T[], request: (thing: T) => HttpRequest): Pick<Contender, "requests" | "sent"> => {
    const share = Math.floor(things.length / turns);
    let at = 0;
    return {
      requests: (seconds) => things.slice(at, at + Math.min(share, Math.ceil(seconds * mostASecond))).map(request),
      sent: (count) => {
        at += count;
      },
    };
  };
}

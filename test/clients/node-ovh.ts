// Does what it is told by `@ovhcloud/node-ovh`, or by the older `ovh`: node node-ovh.ts <package> <port>
import newer from "@ovhcloud/node-ovh";
import older from "ovh";
import { type Asked, answerOrders, type Failure, type Key, type Order } from "./order.ts";

const [name, port] = process.argv.slice(2);
const connect = name === "ovh" ? older : newer;
const clients = new Map<string, ReturnType<typeof connect>>();

function clientOf(key: Key): ReturnType<typeof connect> {
  const id = JSON.stringify(key);
  const client = clients.get(id) ?? connect({ host: "127.0.0.1", port: Number(port), ...key });
  clients.set(id, client);
  return client;
}

async function carryOut(order: Order): Promise<unknown> {
  if ("ask" in order) return askFor(order.ask, order.key);
  return clientOf(order.key).requestPromised(order.method, order.path, { ...order.body });
}

async function askFor(rules: string[], key: Key): Promise<Asked> {
  const accessRules = rules.map((rule) => ({ method: rule.split(" ")[0], path: rule.split(" ")[1] }));
  const asked = (await clientOf(key).requestPromised("POST", "/auth/credential", { accessRules })) as Asked;
  const pending = await clientOf({ ...key, consumerKey: asked.consumerKey })
    .requestPromised("GET", "/me")
    .then(() => ({ status: 200, message: "a pending key was let in" }), tell);
  return { ...asked, pending };
}

/** These clients tell the status as `error`, and of the body the message alone. */
function tell(error: unknown): Failure {
  const { error: status, message } = error as { error: unknown; message: unknown };
  return typeof status === "number" ? { status, message: String(message) } : { status: 0, message: JSON.stringify(status ?? message) };
}

answerOrders(carryOut, tell);

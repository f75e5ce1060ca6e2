// The clients that come without types, as far as they are used here.

type OvhClient = {
  requestPromised(method: string, path: string, params?: Record<string, unknown>): Promise<unknown>;
};

declare module "@ovhcloud/node-ovh" {
  export default function connect(params: Record<string, unknown>): OvhClient;
}

declare module "ovh" {
  export default function connect(params: Record<string, unknown>): OvhClient;
}

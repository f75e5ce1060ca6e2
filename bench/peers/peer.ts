/** A product that people pick instead, measured in the same run with the same data and the same rights. */
export interface Peer {
  /** As the table calls it, with its version: `Directus 11.3`. */
  readonly name: string;
  /** Installs it and its packages into a folder of its own, once: does nothing where it is there already. Never a dependency of this project. */
  install(folder: string): Promise<void>;
  /**
   * Starts it on SQLite within `folder`, which `install` has filled, with this data, an index on each column that is filtered on, and rights by which the account that
   * calls sees its own services only. Data that an earlier start has put in (see `PeerData.name`) is taken as it is.
   */
  start(folder: string, data: PeerData): Promise<RunningPeer>;
}

/** What the server under test has too. */
export interface PeerData {
  /** Names the data: the same name is always the same rows, so that what was filled once can stay in the peer's folder. */
  readonly name: string;
  readonly accounts: () => Iterable<PeerAccount>;
  readonly services: () => Iterable<PeerService>;
}

export type PeerAccount = { id: number; handle: string; name: string; email: string };

/** The contacts are ids of accounts; dates are `YYYY-MM-DD`. */
export type PeerService = { product: string; name: string; admin: number; tech: number; billing: number; createdOn: string; expiresOn: string };

/** A request as it is sent over and over, or once. `path` begins with a slash and stands behind the url of the server. */
export type HttpRequest = { method: "GET" | "POST"; path: string; headers: Readonly<Record<string, string>>; body?: string };

export interface RunningPeer {
  /** `http://127.0.0.1:<port>`, a port that the system has chosen. */
  readonly url: string;
  /** The process whose memory is read (its children count too). */
  readonly pid: number;
  /** ms from the start of the process to its first answer. */
  readonly started: number;
  /** Signs in as this account, and gives the request for the first 50 services on which it is a contact, sorted by name, each with its three contacts' handles, with the total. */
  list(account: number): Promise<HttpRequest>;
  /**
   * Signs in as this account, and gives as many requests: each creates one row that stands for a change request (service, from, to, role, state, asked at, expires at),
   * durably (`synchronous=FULL`, or what the peer does by itself, said in its `remark`).
   */
  creates(account: number, count: number): Promise<HttpRequest[]>;
  /** What a reader of the table has to know, in a sentence; empty: nothing. */
  readonly remark: string;
  stop(): Promise<void>;
}

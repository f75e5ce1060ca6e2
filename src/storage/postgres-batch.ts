import type { Socket } from "node:net";
import pg, { type Submittable } from "pg";

type Row = Record<string, unknown>;
export type Answer = { rows: Row[]; rowCount: number | null; command: string };
/** `name`: under which the server keeps it prepared; undefined: for this once. */
export type Asked = { text: string; name: string | undefined; values: readonly unknown[] };
export type BatchOptions = { types: pg.CustomTypesConfig; timeout: number; answers: Answer[] };
type Column = { name: string; parse: (text: string) => unknown };
type Field = { name: string; dataTypeID: number };

/** What is used of pg's connection: the messages of the protocol, one function each. */
type Wire = {
  readonly stream: Socket;
  readonly parsedStatements: Record<string, string>;
  parse(statement: { text: string; name: string | undefined }): void;
  bind(values: { statement: string | undefined; values: readonly unknown[] }): void;
  describe(portal: { type: "P"; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
  on(event: "parseComplete", listener: () => void): void;
  off(event: "parseComplete", listener: () => void): void;
};

/** What named statements give, by connection: it is told once. Were it another one day, the server would refuse to run the statement. */
const known = new WeakMap<Wire, Map<string, Column[]>>();

/**
 * Statements that go to the server as one message and are answered as one: the server works through them in this order, and passes over what is
 * behind one that fails. pg by itself would wait for each answer; its pipeline saves the waiting, but neither system calls nor messages.
 */
export class PostgresBatch implements Submittable {
  readonly #asked: readonly Asked[];
  readonly #types: pg.CustomTypesConfig;
  readonly #answers: Answer[];
  readonly #timer: NodeJS.Timeout;
  readonly #settle: (error: unknown) => void;
  #wire: Wire | undefined;
  #columns: Column[] | undefined;
  #rows: Row[] = [];
  #parsing: Asked[] = [];
  #settled = false;

  /** `timeout`: ms for which an answer is waited for; `answers`: where they go. `settle` is called once, with the error of the one that failed, if one did. */
  constructor(asked: readonly Asked[], { types, timeout, answers }: BatchOptions, settle: (error: unknown) => void) {
    this.#asked = asked;
    this.#types = types;
    this.#answers = answers;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.handleError(new Error("the database did not answer in time")), timeout);
  }

  /* pg calls what follows. */

  submit(connection: unknown): void {
    const wire = connection as Wire;
    this.#wire = wire;
    wire.stream.cork();
    for (const one of this.#asked) this.#submitOne(wire, one);
    wire.sync();
    wire.stream.uncork();
    if (this.#parsing.length > 0) wire.on("parseComplete", this.#noteParsed);
    this.#expect();
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#types.getTypeParser(dataTypeID, "text") as Column["parse"] }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: Row = {};
    const columns = this.#columns ?? [];
    for (let at = 0; at < columns.length; at++) {
      const [column, text] = [columns[at] as Column, fields[at] ?? null];
      row[column.name] = text === null ? null : column.parse(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const [command = "", ...numbers] = text.split(" ");
    const count = numbers.length === 0 ? Number.NaN : Number(numbers.at(-1));
    this.#complete({ rows: this.#rows, rowCount: Number.isNaN(count) ? null : count, command });
  }

  handleEmptyQuery(): void {
    this.#complete({ rows: [], rowCount: null, command: "" });
  }

  handleReadyForQuery(): void {
    this.#end(undefined);
  }

  handleError(error: unknown): void {
    this.#end(error);
  }

  #submitOne(wire: Wire, { text, name, values }: Asked): void {
    const prepared = name !== undefined && (wire.parsedStatements[name] !== undefined || this.#parsing.some((one) => one.name === name));
    if (!prepared) {
      wire.parse({ text, name });
      this.#parsing.push({ text, name, values });
    }
    wire.bind({ statement: name, values });
    if (name === undefined || !known.get(wire)?.has(name)) wire.describe({ type: "P", name: "" });
    wire.execute({ portal: "" });
  }

  readonly #noteParsed = (): void => {
    const parsed = this.#parsing.shift();
    if (this.#wire && parsed?.name !== undefined) this.#wire.parsedStatements[parsed.name] = parsed.text;
  };

  /** The next statement's answer comes. */
  #expect(): void {
    const next = this.#asked[this.#answers.length];
    this.#rows = [];
    this.#columns = next?.name === undefined || !this.#wire ? undefined : known.get(this.#wire)?.get(next.name);
  }

  #complete(answer: Answer): void {
    const name = this.#asked[this.#answers.length]?.name;
    if (this.#wire && name !== undefined) remember(this.#wire, name, this.#columns ?? []);
    this.#answers.push(answer);
    this.#timer.refresh();
    this.#expect();
  }

  #end(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#wire?.off("parseComplete", this.#noteParsed);
    this.#settle(error);
  }
}

function remember(wire: Wire, name: string, columns: Column[]): void {
  const ofWire = known.get(wire) ?? new Map<string, Column[]>();
  if (!ofWire.has(name)) known.set(wire, ofWire.set(name, columns));
}

const { utils } = pg as unknown as { utils: { prepareValue(value: unknown): unknown } };

/** Values as pg sends them: texts, or bytes. */
export const valuesToSend = (values: readonly unknown[]): unknown[] => values.map((value) => utils.prepareValue(value));

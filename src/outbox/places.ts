import { mostConnections, type Outcome } from "../mail/transport.ts";

/** A delivery under way, as far as its place goes. `overtaken`: how many that began later have been sent; `aside` puts it aside. */
export type Place = { readonly number: number; overtaken: number; slow: boolean; readonly aside: AbortController };

/** Deliveries at once; slow ones get further places beside them, so that they do not hold the others up. */
const quickAtOnce = mostConnections / 2;

/** Who may be delivered at once: quick ones always find room, slow recipients keep half of the places at most, and a server that is crowded gets fewer. */
export class Places {
  readonly #taken = new Set<Place>();
  #most = mostConnections;
  #begun = 0;

  /** How many more may begin. */
  get free(): number {
    return Math.max(0, Math.min(quickAtOnce - this.quick, Math.floor(this.#most) - this.#taken.size));
  }

  /** How many are under way that will soon be done. */
  get quick(): number {
    let quick = 0;
    for (const place of this.#taken) if (!place.slow) quick += 1;
    return quick;
  }

  take(): Place {
    const place: Place = { number: ++this.#begun, overtaken: 0, slow: false, aside: new AbortController() };
    this.#taken.add(place);
    return place;
  }

  leave(place: Place, outcome: Outcome): void {
    this.#adapt(outcome);
    this.#taken.delete(place);
    if (outcome.kind === "sent") this.#overtake(place.number);
  }

  /** Slow is who is overtaken: on a busy machine, or far from the server, all take long. */
  #overtake(number: number): void {
    for (const place of this.#taken) {
      if (place.number > number) continue;
      place.overtaken += 1;
      place.slow ||= place.overtaken >= quickAtOnce;
    }
    this.#makeRoom();
  }

  /** Of those that were overtaken by many, the last to come is put aside. Who only takes long keeps nobody from going on: on a busy machine that is everybody. */
  #makeRoom(): void {
    const slow = [...this.#taken].filter((place) => place.overtaken >= quickAtOnce && !place.aside.signal.aborted);
    if (slow.length > this.#most / 2) slow.findLast((place) => place.overtaken >= mostConnections)?.aside.abort();
  }

  /** A server that refuses connections gets fewer; one that takes letters may get one more. */
  #adapt(outcome: Outcome): void {
    if (outcome.kind === "sent") this.#most = Math.min(this.#most + 0.1, mostConnections);
    else if (outcome.kind === "later" && outcome.crowded) this.#most = Math.max(1, Math.floor(this.#taken.size / 2));
  }
}

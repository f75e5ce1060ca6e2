/** The copy cannot be made, or not be gone on with; the message says what to do. */
export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
}

/** Something about one row; `key`: the values of its primary key. */
export type RowFault = { table: string; key: readonly string[]; what: string };

/** The first of the rows that have something wrong, and how many there are. */
export class RowFaults {
  readonly first: RowFault[] = [];
  count = 0;

  add(fault: RowFault): void {
    this.count++;
    if (this.first.length < mostTold) this.first.push(fault);
  }
}

const mostTold = 100;

/** Rows that PostgreSQL cannot keep as they are; nothing was copied. */
export class UnfitRows extends Error {
  override readonly name = "UnfitRows";
  readonly faults: RowFaults;

  constructor(faults: RowFaults) {
    super(`${faults.count} values cannot be kept by PostgreSQL`);
    this.faults = faults;
  }
}

/** Both sides were read, and are not the same. */
export class CopyDiffers extends Error {
  override readonly name = "CopyDiffers";
  readonly faults: RowFaults;

  constructor(faults: RowFaults) {
    super(`${faults.count} rows of the copy are not those of the source`);
    this.faults = faults;
  }
}

/**
 * Statements that give their rows as arrays of values, in the order of the columns: reading many rows
 * costs a third less than with an object for each.
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** A row as the values of its columns. */
export type Columns = readonly SQLOutputValue[];

/** A prepared query. */
export class ColumnQuery {
  readonly #statement: StatementSync;
  /** An older runtime gives objects, which have the columns in the same order. */
  readonly #givesArrays: boolean;

  constructor(db: DatabaseSync, sql: string) {
    const statement: StatementSync & { setReturnArrays?(enabled: boolean): void } = db.prepare(sql);
    this.#givesArrays = "setReturnArrays" in statement;
    statement.setReturnArrays?.(true);
    this.#statement = statement;
  }

  /** All rows, each as what `make` makes of it. */
  map<T>(make: (columns: Columns) => T, ...values: SQLInputValue[]): T[] {
    const rows: unknown[] = this.#statement.all(...values);
    return this.#givesArrays
      ? (rows as Columns[]).map((columns) => make(columns))
      : rows.map((row) => make(Object.values(row as object)));
  }

  /** What `make` makes of the first row. */
  first<T>(make: (columns: Columns) => T, ...values: SQLInputValue[]): T | undefined {
    const row: unknown = this.#statement.get(...values);
    if (row === undefined) return;
    return make(this.#givesArrays ? row as Columns : Object.values(row as object));
  }
}

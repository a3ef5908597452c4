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
  readonly #toColumns: (row: unknown) => Columns;

  constructor(db: DatabaseSync, sql: string) {
    const statement: StatementSync & { setReturnArrays?(enabled: boolean): void } = db.prepare(sql);
    const isAble = "setReturnArrays" in statement;
    statement.setReturnArrays?.(true);
    this.#statement = statement;
    this.#toColumns = isAble ? (row) => row as Columns : (row) => Object.values(row as object);
  }

  /** All rows, each as what `make` makes of it. */
  map<T>(make: (columns: Columns) => T, ...values: SQLInputValue[]): T[] {
    return this.#statement.all(...values).map((row) => make(this.#toColumns(row)));
  }

  /** What `make` makes of the first row. */
  first<T>(make: (columns: Columns) => T, ...values: SQLInputValue[]): T | undefined {
    const row = this.#statement.get(...values);
    return row && make(this.#toColumns(row));
  }
}

import type { Table } from '../../bindings/api';

/** Longer than any number with its unit: such a cell is words that begin with one. */
const LONGEST = 24;

/** Which columns are of numbers, whose ends stand below one another. */
export function columnsOfNumbers({ head, rows }: Table): boolean[] {
  return head.map((_, column) => {
    const cells = rows.map((row) => row[column] ?? '–').filter((cell) => cell !== '–');
    return cells.length > 0 && cells.every((cell) => /^[−+]?\d/.test(cell) && cell.length <= LONGEST);
  });
}

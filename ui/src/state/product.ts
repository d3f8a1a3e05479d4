// The number of a product as somebody types it.

/** The largest number the laboratory takes. */
const LARGEST = 4_294_967_295;

export type Parsed = { product: number } | { problem: string };

/** A product's number, or a sentence about what is wrong with it. One beyond the catalogue is fine: "no such product" is an answer. */
export function parseProduct(text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'Type the number of a product, such as 42.' };
  if (!/^[+-]?\d+([.,]\d+)?$/.test(trimmed)) {
    return { problem: `“${trimmed.slice(0, 20)}” is not a number. Products are numbered from 1.` };
  }
  if (/[.,]/.test(trimmed)) return { problem: 'Products have whole numbers, from 1.' };
  const product = Number(trimmed);
  if (product < 1) return { problem: 'Products are numbered from 1.' };
  if (product > LARGEST)
    return { problem: 'No catalogue is that large: the largest number is 4,294,967,295.' };
  return { product };
}

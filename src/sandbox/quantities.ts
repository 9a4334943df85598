/** Nanocores as a canonical resource.Quantity of scale -9: `1371860n`, `1500u`, `2`, `0`. */
export function nanoCoresQuantity(nanoCores: number): string {
  return scaled(Math.round(nanoCores), 1000, ['n', 'u', 'm', '', 'k']);
}

/** Bytes as a canonical BinarySI resource.Quantity: `688Ki`, `2Mi`, `1000`. */
export function memoryQuantity(bytes: number): string {
  return scaled(bytes, 1024, ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']);
}

/** With the largest suffix that leaves a whole number. */
function scaled(amount: number, factor: number, suffixes: readonly string[]): string {
  if (amount === 0) return '0';
  let left = amount;
  let index = 0;
  while (left % factor === 0 && index < suffixes.length - 1) {
    left /= factor;
    index += 1;
  }
  return `${left}${suffixes[index] ?? ''}`;
}

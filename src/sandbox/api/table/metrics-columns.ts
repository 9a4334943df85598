import { parseQuantity } from '../../../core/units/quantity.js';
import { memoryQuantity, nanoCoresQuantity } from '../../quantities.js';
import { arrayAt, type JsonObject, objectAt, stringAt } from '../json.js';
import { type Column, column } from './column.js';

/** Its own words: metrics-server prints its tables itself. */
const NAME: Column = column('Name', (one) => stringAt(one, 'metadata', 'name') ?? '', {
  description: 'Name of the resource',
  format: 'name',
});

/** Name, cpu, memory and window; of a Pod the sums over its containers. */
export const METRICS_COLUMNS: readonly Column[] = [
  NAME,
  column('cpu', (one) => nanoCoresQuantity(sum(one, 'cpu', (nano) => nano)), { format: 'quantity' }),
  column('memory', (one) => memoryQuantity(sum(one, 'memory', (nano) => nano / 1_000_000_000n)), {
    format: 'quantity',
  }),
  column('Window', (one) => stringAt(one, 'window') ?? '', { format: 'duration' }),
];

/** @param unit of billionths makes the unit that is summed */
function sum(object: JsonObject, resource: string, unit: (nano: bigint) => bigint): number {
  const usages = [object, ...arrayAt(object, 'containers')].map((one) => objectAt(one, 'usage'));
  return usages.reduce((total, usage) => {
    const read = parseQuantity(stringAt(usage, resource) ?? '');
    return read.ok ? total + Number(unit(read.quantity.nano)) : total;
  }, 0);
}

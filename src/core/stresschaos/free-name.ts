/** The longest name of an experiment: it becomes a label's value in Chaos Mesh's own objects. */
export const MAX_EXPERIMENT_NAME = 63;

/** The name, or where it is taken the first of `NAME-2`, `NAME-3`, … that is free; cut so that it stays a name. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const ending = count === 1 ? '' : `-${count}`;
    const head = name.slice(0, MAX_EXPERIMENT_NAME - ending.length).replace(/[-.]+$/, '');
    const candidate = `${head}${ending}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** In the order in which people read them. */
const COMPONENTS = ['gpu', 'cpu', 'ram'];

/** Whether a component has a name and a colour of its own. */
export function isKnown(component: string): boolean {
  return COMPONENTS.includes(component);
}

/** GPU, CPU, memory, then what a later kernel may add. */
export function inOrder<T>(items: readonly T[], componentOf: (item: T) => string): T[] {
  const rank = (item: T) => {
    const index = COMPONENTS.indexOf(componentOf(item));
    return index < 0 ? COMPONENTS.length : index;
  };
  return [...items].sort((a, b) => rank(a) - rank(b));
}

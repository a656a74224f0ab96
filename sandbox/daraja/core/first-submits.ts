/**
 * Which payments have met the fault that strikes their first submit alone. The next submit goes through, and once it
 * has, the same name starts anew.
 */
const NAMES_MAX = 10_000;

export const createFirstSubmits = () => {
  const struck = new Set<string>();
  return {
    /** True the first time a payment is named. */
    isFirst(name: string): boolean {
      if (struck.has(name)) return false;
      if (struck.size >= NAMES_MAX) struck.clear();
      struck.add(name);
      return true;
    },
    /** The payment was taken: the next one of this name is another. */
    taken(name: string): void {
      struck.delete(name);
    },
  };
};

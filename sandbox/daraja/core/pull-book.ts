/** Which shortcodes registered for pulling their transactions. A second registration is fine and says so. */
export const createPullBook = () => {
  const registered = new Set<string>();
  return {
    /** False when it was registered before. */
    register(shortcode: string): boolean {
      const isNew = !registered.has(shortcode);
      registered.add(shortcode);
      return isNew;
    },
    has: (shortcode: string): boolean => registered.has(shortcode),
  };
};

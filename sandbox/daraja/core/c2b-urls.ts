/**
 * Where M-PESA tells a shortcode about its customers' payments. Nobody who has not registered hears of any.
 */
export type C2bUrls = {
  /** v1 shows the payer's number hashed, v2 masked. */
  readonly version: "v1" | "v2";
  /** What becomes of a payment whose validation is not answered in time. */
  readonly responseType: "Completed" | "Cancelled";
  readonly confirmationUrl: string;
  readonly validationUrl: string;
};

export type C2bUrlBook = ReturnType<typeof createC2bUrlBook>;

export const createC2bUrlBook = () => {
  const byShortcode = new Map<string, C2bUrls>();
  return {
    of: (shortcode: string): C2bUrls | undefined => byShortcode.get(shortcode),
    register(shortcode: string, urls: C2bUrls): void {
      byShortcode.set(shortcode, urls);
    },
    /** False when nothing was registered. */
    remove: (shortcode: string): boolean => byShortcode.delete(shortcode),
    list: () =>
      [...byShortcode].map(([shortcode, urls]) => ({
        shortcode,
        version: urls.version,
        response_type: urls.responseType,
        confirmation_url: urls.confirmationUrl,
        validation_url: urls.validationUrl,
      })),
  };
};

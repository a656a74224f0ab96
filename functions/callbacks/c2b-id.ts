/** What the addresses of C2B are about. */

const SHORTCODE = /^\d{5,7}$/;

/** Whether the text has the form of a paybill's or a till's number. */
export const isShortcode = (text: string): boolean => SHORTCODE.test(text);

/** A clock that ticks every second while somebody looks at it. */
import { useEffect, useState } from "react";

/** `now` in epoch milliseconds, as `read` tells it. */
export const useClock = (read: () => number): number => {
  const [now, setNow] = useState(read);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(read()), 1_000);
    return () => window.clearInterval(timer);
  }, [read]);
  return now;
};

/** In the order in which they are offered. */
export const plans = ["unlimited", "free", "premium", "premium-gold", "access"] as const;

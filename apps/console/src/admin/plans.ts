/** In display order. */
export const plans = ["unlimited", "free", "premium", "premium-gold", "access"] as const;

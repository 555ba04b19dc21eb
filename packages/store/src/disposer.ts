/** Undoes what returned it. Whoever opens, closes. */
export type Disposer = () => void | Promise<void>;

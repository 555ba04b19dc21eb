/** Makes of a kind and its values what the console is handed. */
export type Explain = (kind: string, values: readonly unknown[]) => readonly unknown[];

/** Fetches the sentences: a chunk of this package, which the application's bundler keeps apart. */
export const loadExplain = async (): Promise<Explain> => (await import('./explain.js')).explain;

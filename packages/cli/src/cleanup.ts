/** What must be undone, in reverse order of its doing. */
export interface Cleanup {
  readonly add: (undo: () => unknown) => void;
  /** Undoes everything; a step that fails does not keep the rest from being undone. */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const steps: (() => unknown)[] = [];
  return {
    add: (undo) => {
      steps.push(undo);
    },
    async run() {
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          await step();
        } catch (error) {
          console.error(`  While stopping: ${(error as Error).message}`);
        }
      }
    },
  };
}

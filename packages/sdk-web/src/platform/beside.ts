/** Known only while the script runs for the first time. */
const script = globalThis.document?.currentScript as HTMLScriptElement | null;

/** Imports a file of the same release from where the script itself came: for the script tag's build. */
export const importBeside = async (file: string): Promise<unknown> => {
  const { href } = new URL(file, script?.src);
  return import(/* @vite-ignore */ href);
};

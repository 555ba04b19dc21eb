/** Publishes the flags of an example through the API, and starts its experiments. Answers the keys of the flags. */
export function publishFlags(options: {
  readonly example: string;
  readonly url: string;
  readonly secretKey: string;
  readonly project?: string;
}): Promise<string[]>;

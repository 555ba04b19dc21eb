import type { FlagDocument } from '@px-platform/protocol/flags';
import type { ConfigRequest, ConfigResponse, ConfigSource } from '../flags/source.js';

/** What the script answers to a request: now, later, or never. */
export type ConfigScript = (request: ConfigRequest) => ConfigResponse | Promise<ConfigResponse>;

/** A collector that has one document, and remembers what was asked. */
export interface ScriptedConfigSource extends ConfigSource {
  readonly requests: ConfigRequest[];
  /** How many streams are open. */
  openStreams(): number;
  /** Puts the document up, and tells the streams. */
  publish(document: FlagDocument): void;
  /** Ends the streams that are open. */
  endStreams(): void;
  /** Answers from here on; `null`: by the document again. */
  answer(script: ConfigScript | null): void;
  /** Whether somebody is looking as the client begins. @default true */
  isShown: boolean;
}

/** An answer with a JSON body. */
export const configResponse = (
  status: number,
  body: unknown,
  etag: string | null = null,
): ConfigResponse => ({ status, etag, body: JSON.stringify(body) });

/** Creates it. */
export function createScriptedConfigSource(
  document: FlagDocument = { features: {}, px: { revision: 0, environment: 'production' } },
): ScriptedConfigSource {
  const requests: ConfigRequest[] = [];
  const streams = new Set<Parameters<NonNullable<ConfigSource['stream']>>[0]>();
  let published = document;
  const revision = () => published.px?.revision ?? 0;
  const byDocument: ConfigScript = ({ etag }) => {
    const own = `"production-${revision()}"`;
    return etag === own ? configResponse(304, '', own) : configResponse(200, published, own);
  };
  let script = byDocument;
  const source: ScriptedConfigSource = {
    requests,
    isShown: true,
    openStreams: () => streams.size,
    publish(next) {
      published = next;
      for (const { onRevision } of streams) onRevision(revision());
    },
    endStreams() {
      for (const { onEnd } of streams) onEnd();
    },
    answer(next) {
      script = next ?? byDocument;
    },
    async fetch(request) {
      requests.push(request);
      return script(request);
    },
    stream(options) {
      streams.add(options);
      void Promise.resolve().then(() => {
        if (streams.has(options)) options.onRevision(revision());
      });
      return () => void streams.delete(options);
    },
    isVisible: () => source.isShown,
  };
  return source;
}

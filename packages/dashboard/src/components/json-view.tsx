import { Fragment, type ReactNode } from 'react';
import type { JsonValue } from '@px-platform/protocol';

/** JSON, indented and coloured, exactly as `JSON.stringify` would print it. */
export function JsonView({ value, label }: { readonly value: JsonValue; readonly label: string }) {
  return (
    // Scrolls sideways and down, so the keyboard must be able to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="code json" role="region" aria-label={label} tabIndex={0}>
      {typeof value === 'string' ? value : colour(JSON.stringify(value, null, 2))}
    </pre>
  );
}

/** Key, string, literal or number; whatever is between them is punctuation. */
const TOKEN =
  /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

function colour(json: string): ReactNode[] {
  const nodes: ReactNode[] = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    const [whole, text, colon, literal] = match;
    nodes.push(<Fragment key={end}>{json.slice(end, match.index)}</Fragment>);
    const kind =
      colon !== undefined
        ? 'key'
        : text !== undefined
          ? 'string'
          : literal !== undefined
            ? 'literal'
            : 'number';
    nodes.push(
      <span key={match.index} className={`json-${kind}`}>
        {text ?? whole}
      </span>,
    );
    if (colon !== undefined) nodes.push(colon);
    end = match.index + whole.length;
  }
  nodes.push(json.slice(end));
  return nodes;
}

import { withOptional } from '../../flags/draft.js';

/** What a definition is for, in its own words. */
export function DescriptionInput<D extends { readonly description?: string }>({
  definition,
  onDefinition,
}: {
  readonly definition: D;
  readonly onDefinition: (definition: D) => void;
}) {
  return (
    <input
      className="input editor-description"
      type="text"
      aria-label="What it is for"
      placeholder="What is it for?"
      value={definition.description ?? ''}
      onChange={({ target }) =>
        onDefinition(withOptional(definition, 'description', target.value || undefined))
      }
    />
  );
}

import { type ReactNode, useId } from 'react';

/** A control with its name above it, and what is wrong with it below. */
export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <p className="field-hint">{hint}</p>}
    </div>
  );
}

/** Words in a list, typed with commas between them. */
export function WordsInput({
  id,
  label,
  words,
  placeholder,
  onWords,
  list,
}: {
  readonly id?: string;
  readonly label?: string;
  readonly words: readonly string[];
  readonly placeholder?: string;
  readonly onWords: (words: readonly string[]) => void;
  readonly list?: string;
}) {
  return (
    <input
      id={id}
      className="input"
      type="text"
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      list={list}
      placeholder={placeholder}
      // What is typed stays as it is typed until the field is left: a comma at the end is not yet a word.
      key={words.join('\u0000')}
      defaultValue={words.join(', ')}
      onBlur={({ target }) => {
        const typed = target.value
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== '');
        if (typed.join('\u0000') !== words.join('\u0000')) onWords([...new Set(typed)]);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

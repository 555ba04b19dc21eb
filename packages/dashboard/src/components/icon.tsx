const PATHS = {
  chevron: 'm6 4 4 4-4 4',
  close: 'm4.5 4.5 7 7m0-7-7 7',
  copy: 'M5.5 5.5V3.2c0-.4.3-.7.7-.7h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7h-2.3M3.2 5.5h6.6c.4 0 .7.3.7.7v6.6c0 .4-.3.7-.7.7H3.2a.7.7 0 0 1-.7-.7V6.2c0-.4.3-.7.7-.7Z',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2 3.2 3.2',
  pause: 'M5.5 3.5v9m5-9v9',
  play: 'M5 3.2v9.6L12.8 8Z',
  up: 'M8 13V3.5M4 7.2l4-4 4 4',
  system: 'M2.5 3.5h11v7h-11zM6 13.5h4M8 10.5v3',
  light:
    'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.6v1.2m0 10.4v1.2M1.6 8h1.2m10.4 0h1.2M3.5 3.5l.8.8m7.4 7.4.8.8m0-9-.8.8m-7.4 7.4-.8.8',
  dark: 'M13.2 9.7A5.6 5.6 0 0 1 6.3 2.8a5.6 5.6 0 1 0 6.9 6.9Z',
  external:
    'M9 2.8h4.2V7m-.2-4L7.4 8.6M6.3 3.5H3.2c-.4 0-.7.3-.7.7v8.6c0 .4.3.7.7.7h8.6c.4 0 .7-.3.7-.7V9.7',
} as const;

export type IconName = keyof typeof PATHS;

/** A line icon in the colour of the text around it. Always decorative: its button has the words. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      data-icon={name}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path
        d={PATHS[name]}
        fill={name === 'play' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

import { useEffect, useState } from 'react';
import { Icon } from './icon.js';

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who hear the page: `Copy the event`. */
  readonly label: string;
}

type Copied = 'idle' | 'done' | 'failed';

/** Copies a text and says so. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [copied, setCopied] = useState<Copied>('idle');

  useEffect(() => {
    if (copied === 'idle') return;
    const timer = setTimeout(() => setCopied('idle'), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => setCopied((await writeClipboard(text)) ? 'done' : 'failed');

  return (
    <button
      className="copy"
      type="button"
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={copied === 'done' ? 'check' : 'copy'} />
      <span role="status">
        {copied === 'done' ? 'Copied' : copied === 'failed' ? 'Select and copy' : ''}
      </span>
    </button>
  );
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain HTTP on another host than localhost has no clipboard; the text can still be selected.
    return false;
  }
}

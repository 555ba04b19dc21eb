import type { Issues } from '../../components/use-issues.js';
import type { Draft, DraftField } from '../../signup/draft.js';

/** What each step's fields are given. */
export interface StepFieldsProps {
  readonly draft: Draft;
  readonly issues: Pick<Issues<DraftField>, 'of' | 'isFirst'>;
  readonly onType: (change: Partial<Draft>) => void;
}

/** Why an attempt failed, in words a question can group by. */
export type Reason =
  | 'required'
  | 'invalid_email'
  | 'too_short'
  | 'invalid_format'
  | 'not_the_toy_card'
  | 'payment_error';

/** One thing wrong with what a person typed. */
export interface Issue<Field extends string = string> {
  readonly field: Field;
  readonly reason: Reason;
  /** What the person reads beside the field. */
  readonly message: string;
}

import { isEmail } from '../is-email.js';
import type { Issue } from '../issue.js';

/** Where an order goes. */
export interface Address {
  readonly email: string;
  readonly name: string;
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
}

export type AddressField = keyof Address;

export const EMPTY_ADDRESS: Address = { email: '', name: '', street: '', postcode: '', city: '' };

const REQUIRED: Readonly<Record<AddressField, string>> = {
  email: 'Where should the receipt go?',
  name: 'Whose name is on the bell?',
  street: 'Which street, and which number?',
  postcode: 'The post will ask for a postcode.',
  city: 'Which town is it in?',
};

/** What is wrong with an address, in the order of its fields. */
export function validateAddress(address: Address): readonly Issue<AddressField>[] {
  const issues: Issue<AddressField>[] = [];
  for (const field of Object.keys(REQUIRED) as AddressField[]) {
    if (address[field].trim() === '') {
      issues.push({ field, reason: 'required', message: REQUIRED[field] });
    } else if (field === 'email' && !isEmail(address.email)) {
      const message = 'That is missing something: try name@example.com.';
      issues.push({ field, reason: 'invalid_email', message });
    } else if (
      field === 'postcode' &&
      !/^[A-Za-z0-9][A-Za-z0-9 -]{2,9}$/.test(address.postcode.trim())
    ) {
      const message = 'A postcode is three to ten letters and digits.';
      issues.push({ field, reason: 'invalid_format', message });
    }
  }
  return issues;
}

import { RibbonIcon } from '../art/icons.js';

/**
 * Planted friction (README, F2): dressed as a button, lifts under the pointer, does nothing.
 * It is a plain span on purpose: to the page, and to a keyboard, it is only decoration.
 */
export function GiftWrap() {
  return (
    <span className="gift-wrap" data-testid="gift-wrap">
      <RibbonIcon />
      Gift wrap
    </span>
  );
}

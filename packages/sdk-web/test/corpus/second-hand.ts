import type { Page } from 'playwright-core';
import { clicks, clickTimes, type Scenario } from './scenario.js';

const no = { rage: false, dead: false } as const;
const dead = { rage: false, dead: true } as const;
const both = { rage: true, dead: true } as const;
const rage = { rage: true, dead: false } as const;

/** A page of some size around the part that matters, as pages have. */
const around = (part: string, rest = '') =>
  `<div class="app"><header><div class="bar"><a href="/">Home</a> <span id="badge">0</span></div></header>
   <div class="page"><div class="row"><div class="card"><div class="body">${part}</div></div></div></div>
   <footer><div class="notes"><p id="far">Nothing yet</p></div></footer>${rest}</div>`;

/** Pages by another hand than the first corpus, written against its finished detector and labelled before they were run. */
export const SECOND_HAND: readonly Scenario[] = [
  {
    name: 'consent banner: accepted, and gone',
    html: around(
      `<p>News</p>`,
      `<div id="bar" style="position:fixed;bottom:0">We use cookies <button id="ok">Accept</button></div><script>ok.onclick = () => { bar.style.display = 'none'; };</script>`,
    ),
    act: clicks('#ok'),
    ...no,
  },
  {
    name: 'password: shown by a button',
    html: around(
      `<input id="p" type="password" value="x"><button id="s" type="button">Show</button><script>s.onclick = () => { p.type = p.type === 'text' ? 'password' : 'text'; };</script>`,
    ),
    act: clicks('#s', 3, 300),
    ...no,
  },
  {
    name: 'menu: opens on pointerdown, in a portal',
    html: around(
      `<button id="b" aria-haspopup="menu">Options</button><script>b.onpointerdown = () => { b.setAttribute('aria-expanded', 'true'); document.body.insertAdjacentHTML('beforeend', '<div data-menu style="position:fixed;top:60px">Rename</div>'); };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'table: sorted by its head, twice',
    html: around(
      `<table><thead><tr><th id="h" style="cursor:pointer">Price</th></tr></thead><tbody id="t"><tr><td>3<tr><td>1<tr><td>2</tbody></table><script>let up = 1; h.onclick = () => { up = -up; t.append(...[...t.rows].sort((x, y) => up * (x.innerText - y.innerText))); };</script>`,
    ),
    act: clicks('#h', 2, 500),
    ...no,
  },
  {
    name: 'calculator: sevens into a field',
    html: around(
      `<input id="d" readonly value="0"><div class="keys"><button id="k">7</button><button>8</button></div><script>k.onclick = () => { d.value += '7'; };</script>`,
    ),
    act: clicks('#k', 5, 180),
    ...no,
  },
  {
    name: 'quantity: the field alone changes',
    html: around(
      `<button id="m">−</button><input id="q" type="number" value="1"><button id="b">+</button><script>b.onclick = () => q.stepUp();</script>`,
    ),
    act: clicks('#b', 4, 200),
    ...no,
  },
  {
    name: 'mail: select all, by property',
    html: around(
      `<button id="b">Select all</button><ul>${'<li><input type="checkbox" class="c"> A message</li>'.repeat(5)}</ul><script>b.onclick = () => document.querySelectorAll('.c').forEach((each) => { each.checked = !each.checked; });</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'gallery: a thumbnail changes the large picture',
    html: around(
      `<img id="l" width="90" height="60" alt="Front" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><div><button id="t"><img width="30" height="20" alt="Back" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></button></div><script>t.onclick = () => { l.alt = 'Back'; l.src = 'data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs='; };</script>`,
    ),
    act: clicks('#t'),
    ...no,
  },
  {
    name: 'cart: the badge far up counts after a request of 700 ms',
    html: around(
      `<button id="b">Add to cart</button><script>b.onclick = async () => { await fetch('/slow?ms=700'); badge.textContent = 1; };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'list: more of it, from a request of two seconds, without a spinner',
    html: around(
      `<button id="b">Load more</button><script>b.onclick = async () => { await fetch('/slow?ms=2000'); far.textContent = 'Ten more articles'; };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'chat: the message comes back over a socket 900 ms later',
    html: around(
      `<textarea></textarea><button id="b">Send</button><script>b.onclick = () => setTimeout(() => { far.textContent = 'Hello'; }, 900);</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'print: the dialog of the browser',
    html: around(`<button id="b">Print</button><script>b.onclick = () => print();</script>`),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'confirm: asked, and taken back',
    html: around(
      `<button id="b">Delete</button><script>b.onclick = () => { if (confirm('Delete it?')) far.textContent = 'Deleted'; };</script>`,
    ),
    async act(page) {
      page.on('dialog', (dialog) => {
        setTimeout(() => void dialog.dismiss().catch(() => {}), 900);
      });
      await clickTimes(page, '#b', 1);
    },
    ...no,
  },
  {
    name: 'drawing board: shuffled by a button beside a canvas',
    html: around(
      `<div class="board"><canvas id="c" width="100" height="60"></canvas><div class="tools"><button id="b">Shuffle</button></div></div><script>b.onclick = () => { const g = c.getContext('2d'); g.fillStyle = '#' + Math.random().toString(16).slice(2, 8); g.fillRect(0, 0, 100, 60); };</script>`,
    ),
    act: clicks('#b', 4, 250),
    ...no,
  },
  {
    name: 'splitter: dragged by its handle',
    html: around(
      `<div style="display:flex"><div id="l" style="width:100px">Left</div><div id="h" style="width:8px;height:60px;cursor:pointer;background:#999"></div><div>Right</div></div><script>h.onpointerdown = (e) => { h.setPointerCapture(e.pointerId); h.onpointermove = (m) => { l.style.width = m.clientX - 10 + 'px'; }; }; h.onpointerup = () => { h.onpointermove = null; };</script>`,
    ),
    async act(page) {
      const box = (await page.locator('#h').boundingBox())!;
      await page.mouse.move(box.x + 4, box.y + 30);
      await page.waitForTimeout(200);
      await page.mouse.down();
      await page.mouse.move(box.x + 84, box.y + 34, { steps: 8 });
      await page.mouse.up();
    },
    ...no,
  },
  {
    name: 'file manager: two clicks open a folder',
    html: around(
      `<div id="f" role="button" tabindex="0">Photos</div><script>f.onclick = () => f.classList.add('selected'); f.ondblclick = () => { far.textContent = 'Photos: 12 files'; };</script>`,
    ),
    act: clicks('#f', 2, 120),
    ...no,
  },
  {
    name: 'sheet: two clicks make a cell a field',
    html: around(
      `<table><tr><td id="c" style="cursor:cell">42</td></tr></table><script>c.ondblclick = () => { c.innerHTML = '<input value="42">'; c.firstChild.focus(); };</script>`,
    ),
    act: clicks('#c', 2, 120),
    ...no,
  },
  {
    name: 'search: a form the browser sends, to a server that takes three seconds',
    html: around(
      `<form action="/slow"><input name="ms" value="3000"><button id="b">Search</button></form>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'sign in: a script goes to another page, which takes three seconds',
    html: around(
      `<button id="b">Sign in</button><script>b.onclick = () => { location.href = '/slow?ms=3000'; };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'emoji: into a text that keeps the cursor',
    html: around(
      `<textarea id="t">Hi </textarea><button id="b" type="button">🙂</button><script>t.focus(); b.onmousedown = (e) => e.preventDefault(); b.onclick = () => { t.value += '🙂'; };</script>`,
    ),
    act: clicks('#b', 3, 250),
    ...no,
  },
  {
    name: 'component: closed to scripts, and counting',
    html: around(
      `<x-tally></x-tally><script>customElements.define('x-tally', class extends HTMLElement { connectedCallback() { const r = this.attachShadow({ mode: 'closed' }); r.innerHTML = '<button>Add <i>0</i></button>'; r.querySelector('button').onclick = () => { r.querySelector('i').textContent++; }; } });</script>`,
    ),
    act: clicks('x-tally', 5, 200),
    ...no,
  },
  {
    name: 'component: a button in a component in a component, which draws the answer',
    html: around(
      `<x-app></x-app><script>customElements.define('x-btn', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<button><slot></slot></button>'; } }); customElements.define('x-app', class extends HTMLElement { connectedCallback() { const r = this.attachShadow({ mode: 'open' }); r.innerHTML = '<x-btn>Reveal</x-btn><p></p>'; r.querySelector('x-btn').onclick = () => { r.querySelector('p').textContent = 'The answer is 42'; }; } });</script>`,
    ),
    act: clicks('x-app x-btn'),
    ...no,
  },
  {
    name: 'touch: a tap opens the drawer',
    html: around(
      `<button id="b" aria-label="Menu">☰</button><nav id="n" style="display:none">Links</nav><script>b.onclick = () => { n.style.display = 'block'; };</script>`,
    ),
    act: taps('#b', 1),
    ...no,
  },
  {
    name: 'dropdown: of style sheets alone, while it has the focus',
    html: around(
      `<style>#m{visibility:hidden}.dd:focus-within #m{visibility:visible}</style><div class="dd"><button id="b">Account</button><ul id="m"><li>Sign out</ul></div>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'lightbox: by :target',
    html: around(
      `<style>#big{display:none}#big:target{display:block}</style><a id="b" href="#big">Enlarge</a><p id="big">A large picture</p>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'word: pronounced by a sound that is not on the page',
    html: around(
      `<button id="b">🔊</button><script>b.onclick = () => { new Audio('/sound.wav').play().catch(() => {}); };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'prices: a live button beneath a board of them',
    html: around(
      `<button id="b">Watch</button><p id="w">Watching 0</p><script>b.onclick = () => { w.textContent = 'Watching 1'; };</script>`,
      board(),
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'carousel: the next of one that also turns by itself',
    html: around(
      `<div style="overflow:hidden"><div id="s" style="transition:transform .2s">Slides</div></div><button id="b">›</button><script>let i = 0; const go = () => { s.style.transform = 'translateX(' + -5 * ++i + 'px)'; }; setInterval(go, 1000); b.onclick = go;</script>`,
    ),
    act: clicks('#b', 3, 450),
    ...no,
  },
  {
    name: 'backdrop: a click beside the window closes it',
    html: around(
      `<p>News</p>`,
      `<div id="o" style="position:fixed;inset:0;background:#0006"><div style="margin:150px;background:#fff">Subscribe!</div></div><script>o.onclick = (e) => { if (e.target === o) o.remove(); };</script>`,
    ),
    async act(page) {
      await page.mouse.move(60, 60);
      await page.waitForTimeout(200);
      await page.mouse.click(40, 40);
    },
    ...no,
  },
  {
    name: 'game: left out of recording by its page',
    html: around(`<div data-px-ignore><button id="b">Flap</button></div>`),
    act: clicks('#b', 9, 140),
    ...no,
  },
  {
    name: 'undo: the last of three steps reached, one click too many',
    html: around(
      `<button id="b">Undo</button><p id="t">a b c d</p><script>b.onclick = () => { const w = t.textContent.split(' '); if (w.length > 1) t.textContent = w.slice(0, -1).join(' '); };</script>`,
    ),
    act: clicks('#b', 4, 300),
    ...no,
  },
  {
    name: 'prices: a dead button beneath a board of them',
    html: around(`<button id="b">Buy</button>`, board()),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'prices: a dead button pounded beneath a board of them',
    html: around(`<button id="b">Buy</button>`, board()),
    act: clicks('#b', 5, 230),
    ...both,
  },
  {
    name: 'chat: a dead button while others write, now and then',
    html: around(
      `<button id="b">Attach</button>`,
      `<ul id="l"></ul><script>const gaps = [300, 900, 500, 1300, 400, 700, 1100, 350]; let n = 0; const say = () => { l.insertAdjacentHTML('beforeend', '<li>Message ' + n); setTimeout(say, gaps[n++ % 8]); }; say();</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'hero: a dead button beside pictures that turn by themselves',
    html: around(
      `<button id="b">Discover</button>`,
      `<div style="overflow:hidden"><div id="s" style="transition:transform .3s">Slides</div></div><script>let i = 0; setInterval(() => { s.style.transform = 'translateX(' + -5 * ++i + 'px)'; }, 800);</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'typewriter: a dead button beneath words that write themselves, four times',
    html: around(
      `<h1 id="h">W</h1><button id="b">Start</button><script>let i = 0; setInterval(() => { h.firstChild.appendData('elcome to us '[i++ % 13]); }, 90);</script>`,
    ),
    act: clicks('#b', 4, 250),
    ...both,
  },
  {
    name: 'player: a dead button beneath a bar that fills by itself',
    html: around(
      `<div style="background:#ddd"><div id="p" style="width:0;height:4px;background:red"></div></div><button id="b">Subscribe</button><script>let w = 0; setInterval(() => { p.style.width = (w += .5) + '%'; }, 250);</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'analytics: another suite sends the click with fetch, and the button does nothing',
    html: around(
      `<button id="b">Upgrade</button><script>document.addEventListener('click', () => fetch('/collect?e=click', { method: 'POST', keepalive: true, body: '{}' }));</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'tag manager: puts a script into the page at each click, and the button does nothing',
    html: around(
      `<button id="b">Compare plans</button><script>document.addEventListener('click', () => { const s = document.createElement('script'); s.text = 'window.clicked = true'; document.body.append(s); });</script>`,
    ),
    act: clicks('#b', 3, 260),
    ...both,
  },
  {
    name: 'search: hides an error that was hidden, and nothing else',
    html: around(
      `<p id="e" hidden>Something failed</p><button id="b">Find</button><script>b.onclick = () => { e.hidden = true; e.className = e.className; };</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'framework: draws the same button anew at each of five clicks',
    html: around(
      `<div id="w"><button class="go">Apply coupon</button></div><script>w.onclick = () => { w.innerHTML = '<button class="go">Apply coupon</button>'; };</script>`,
    ),
    act: clicks('.go', 5, 220),
    ...both,
  },
  {
    name: 'disabled: a button that cannot be pressed, pressed four times',
    html: around(`<button id="b" disabled>Continue</button>`),
    act: clicks('#b', 4, 220),
    ...both,
  },
  {
    name: 'anchor: no address, but looks like a link',
    html: around(
      `<a id="b" style="color:blue;text-decoration:underline;cursor:pointer">Privacy</a>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'sign in: waits for ever, clicked four times',
    html: around(
      `<button id="b">Sign in</button><script>b.onclick = async () => { await new Promise(() => {}); far.textContent = 'Welcome'; };</script>`,
    ),
    act: clicks('#b', 4, 280),
    ...both,
  },
  {
    name: 'spinner: over the whole page, pounded in vain',
    html: around(
      `<button id="b">Pay</button><script>b.onclick = () => document.body.insertAdjacentHTML('beforeend', '<div style="position:fixed;inset:0;background:#fff8">Please wait</div>');</script>`,
    ),
    act: clicks('#b', 5, 240),
    ...rage,
  },
  {
    name: 'pager: the last page, next three times',
    html: around(
      `<p>Page 9 of 9</p><button id="b">Next</button><script>b.onclick = () => { const page = Math.min(9, 9 + 1); if (page !== 9) far.textContent = page; };</script>`,
    ),
    act: clicks('#b', 3, 260),
    ...both,
  },
  {
    name: 'calendar: a month that may not be chosen, four times',
    html: around(
      `<button id="b" class="off" style="opacity:.4">‹</button> <span>May</span><script>b.onclick = () => false;</script>`,
    ),
    act: clicks('#b', 4, 200),
    ...both,
  },
  {
    name: 'touch: taps on a dead tile, four of them',
    html: around(
      `<div id="b" role="button" tabindex="0" style="width:120px;height:60px">Deals</div>`,
    ),
    act: taps('#b', 4),
    ...both,
  },
  {
    name: 'keyboard: Enter on a dead button',
    html: around(`<button id="b">Submit order</button>`),
    async act(page) {
      await page.focus('#b');
      await page.waitForTimeout(200);
      await page.keyboard.press('Enter');
    },
    ...dead,
  },
  {
    name: 'button: dead, tried again after 400 ms',
    html: around(`<button id="b">Save draft</button>`),
    act: clicks('#b', 2, 400),
    ...dead,
  },
  {
    name: 'button: dead, tried again every two seconds',
    html: around(`<button id="b">Refresh</button>`),
    act: clicks('#b', 3, 2_000),
    ...dead,
  },
  {
    name: 'tooltip: appears while the button does nothing',
    html: around(
      `<button id="b">Share</button><script>let t; b.onpointerenter = () => { t = setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<div role="tooltip">Share this page</div>'), 500); };</script>`,
    ),
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'pressed: a class while the finger is down, and nothing after, three times',
    html: around(
      `<button id="b">Vote</button><script>b.onpointerdown = () => b.classList.add('down'); b.onpointerup = () => b.classList.remove('down');</script>`,
    ),
    act: clicks('#b', 3, 240),
    ...both,
  },
  {
    name: 'modal: its close button is broken, pounded with a wandering hand',
    html: around(
      `<p>News</p>`,
      `<div role="dialog" style="position:fixed;inset:40px;background:#eee"><button id="b" aria-label="Close" style="width:40px;height:40px">×</button> Subscribe!</div>`,
    ),
    async act(page) {
      const box = (await page.locator('#b').boundingBox())!;
      await page.mouse.move(box.x + 60, box.y + 60);
      await page.waitForTimeout(150);
      for (const [x, y] of [
        [12, 20],
        [20, 24],
        [27, 18],
        [16, 12],
        [22, 26],
      ] as const) {
        await page.mouse.move(box.x + x, box.y + y);
        await page.waitForTimeout(150);
        await page.mouse.down();
        await page.waitForTimeout(40);
        await page.mouse.up();
      }
    },
    ...both,
  },
  {
    name: 'slow: a spinner after a second, clicked four times before it',
    html: around(
      `<button id="b">Generate report</button> <span id="s"></span><script>let on = false; b.onclick = () => { if (on) return; on = true; setTimeout(() => { s.textContent = 'Generating…'; }, 1900); };</script>`,
    ),
    act: clicks('#b', 4, 260),
    ...rage,
  },
  {
    name: 'two buttons: the first is dead, the second answers at once',
    html: around(
      `<button id="b">Apply</button> <button id="c">Close</button><p id="x">Offer</p><script>c.onclick = () => x.remove();</script>`,
    ),
    act: oneThenAnother('#b', '#c', 700),
    on: 'b',
    ...dead,
  },
  {
    name: 'two buttons: the first is dead, the second answers after 400 ms',
    html: around(
      `<button id="b">Apply</button> <button id="c">Details</button><script>c.onclick = () => setTimeout(() => { far.textContent = 'Details of it'; }, 400);</script>`,
    ),
    act: oneThenAnother('#b', '#c', 600),
    on: 'b',
    ...dead,
  },
  {
    name: 'two buttons: the first answers, the second is dead',
    html: around(
      `<button id="c">Details</button> <button id="b">Compare</button><script>c.onclick = () => { far.textContent = 'Details of it'; };</script>`,
    ),
    act: oneThenAnother('#c', '#b', 600),
    on: 'b',
    ...dead,
  },
  {
    name: 'stepper: the number follows the last of five quick clicks after 350 ms',
    html: around(
      `<output id="n">1</output><button id="b">+</button><script>let n = 1, t; b.onclick = () => { n += 1; clearTimeout(t); t = setTimeout(() => { document.getElementById('n').textContent = n; }, 350); };</script>`,
    ),
    act: clicks('#b', 5, 120),
    ...no,
  },
  {
    name: 'late hydration: three clicks in vain, the fourth works',
    html: around(
      `<button id="b">Open</button><script>let n = 0; b.onclick = () => { if (++n > 3) far.textContent = 'Opened'; };</script>`,
    ),
    act: clicks('#b', 4, 280),
    ...rage,
  },
  {
    name: 'upload: a bar that fills from 300 ms after the click',
    html: around(
      `<button id="b">Upload</button><div style="background:#ddd"><div id="p" style="width:0;height:4px;background:red"></div></div><script>b.onclick = () => setTimeout(() => { let w = 0; setInterval(() => { p.style.width = (w += 4) + '%'; }, 150); }, 300);</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'spinner: an empty element with a style, beside the button',
    html: around(
      `<button id="b">Check</button><script>b.onclick = () => { const s = document.createElement('div'); s.className = 'spinner'; b.after(s); };</script>`,
    ),
    act: clicks('#b'),
    ...no,
  },
];

/** Forty prices, of which one changes every 120 ms. */
function board(): string {
  return `<table>${`<tr>${'<td class="price">1.00</td>'.repeat(8)}</tr>`.repeat(5)}</table><script>{ const cells = document.querySelectorAll('.price'); let n = 0; setInterval(() => { cells[(n += 17) % cells.length].textContent = Math.random().toFixed(2); }, 120); }</script>`;
}

function taps(selector: string, times: number): (page: Page) => Promise<void> {
  return async (page) => {
    const box = (await page.locator(selector).boundingBox())!;
    for (let n = 0; n < times; n += 1) {
      if (n > 0) await page.waitForTimeout(240);
      await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    }
  };
}

function oneThenAnother(first: string, second: string, gapMs: number) {
  return async (page: Page): Promise<void> => {
    await clickTimes(page, first, 1);
    await page.waitForTimeout(gapMs);
    await clickTimes(page, second, 1);
  };
}

import { clicks, type Scenario } from './scenario.js';

const no = { rage: false, dead: false } as const;

/** Clicks that lead somewhere, take their time, or are for reading: none of this is frustration. */
export const JOURNEYS: readonly Scenario[] = [
  {
    name: 'link: to another page',
    html: `<a id="a" href="/elsewhere">Read more</a>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'link: to a new tab',
    html: `<a id="a" href="/elsewhere" target="_blank">Docs</a>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'link: mailto',
    html: `<a id="a" href="mailto:hello@example.com">Write to us</a>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'link: a download',
    html: `<a id="a" href="data:text/plain,hello" download="hello.txt">Download</a>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'link: an anchor further down',
    html: `<a id="a" href="#end">To the end</a><div style="height:3000px"></div><h2 id="end">End</h2>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'button: back to the top',
    html: `<div style="height:3000px"></div><button id="b" style="position:fixed;bottom:20px;right:20px">Top</button><script>scrollTo(0, 2000); b.onclick = () => scrollTo({ top: 0, behavior: 'smooth' });</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'route: a single-page app draws another page',
    html: `<nav><a id="a" href="/cart">Cart</a></nav><main id="m">Home</main><script>a.onclick = (e) => { e.preventDefault(); history.pushState(null, '', '/cart'); m.textContent = 'Cart'; };</script>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'route: by a hash',
    html: `<a id="a" href="#/cart">Cart</a><main id="m">Home</main><script>onhashchange = () => { m.textContent = 'Cart'; };</script>`,
    act: clicks('#a'),
    ...no,
  },
  {
    name: 'window: opened by a script',
    html: `<button id="b">Preview</button><script>b.onclick = () => open('/elsewhere');</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'file: a chooser opened by a button',
    html: `<button id="b">Upload</button><input type="file" id="f" hidden><script>b.onclick = () => f.click();</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'slow: a spinner at once, the content after two seconds',
    html: `<button id="b">Load</button><div id="r"></div><script>b.onclick = () => { r.textContent = 'Loading…'; setTimeout(() => { r.textContent = 'Here it is'; }, 2000); };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'slow: no sign, but the answer of a request after one second',
    html: `<button id="b">Search</button><main><div id="r"></div></main><script>b.onclick = async () => { await fetch('/slow?ms=1000'); r.textContent = 'Three results'; };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'slow: the result comes from a timer half a second later, far away',
    html: `<section><div><div><div><button id="b">Apply</button></div></div></div></section><main><div id="r">12 shoes</div></main><script>b.onclick = () => setTimeout(() => { r.textContent = '3 shoes'; }, 500);</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'toast: copied',
    html: `<button id="b">Copy link</button><script>b.onclick = () => { const t = document.createElement('div'); t.setAttribute('role', 'status'); t.textContent = 'Copied'; document.body.append(t); setTimeout(() => t.remove(), 1500); };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'copy: the old way, without a word',
    html: `<input id="i" value="https://example.com"><button id="b">Copy</button><script>b.onclick = () => { i.select(); document.execCommand('copy'); };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'form: the browser says what is missing',
    html: `<form><input required><button id="b">Send</button></form>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'form: the page says what is missing',
    html: `<form id="f" novalidate><input name="email"><p id="e"></p><button id="b">Send</button></form><script>f.onsubmit = (e) => { e.preventDefault(); document.getElementById('e').textContent = 'An email is needed'; };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'save: Saving, Saved, and gone',
    html: `<div><button id="b">Save</button> <span id="s"></span></div><script>b.onclick = () => { s.textContent = 'Saving'; setTimeout(() => { s.textContent = 'Saved'; }, 1100); setTimeout(() => { s.textContent = ''; }, 2200); };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'reading: three clicks select a paragraph',
    html: `<p id="p">A paragraph somebody wants to quote, so they select it whole.</p>`,
    act: clicks('#p', 3, 120),
    ...no,
  },
  {
    name: 'reading: two clicks select a word in a card that is a link',
    html: `<p id="p" style="cursor:text">Order <b>A-1009</b> has left the warehouse.</p>`,
    act: clicks('#p b', 2, 120),
    ...no,
  },
  {
    name: 'reading: idle clicks on empty space',
    html: `<div id="d" style="height:300px;width:300px">Some text</div>`,
    act: clicks('#d', 1),
    ...no,
  },
  {
    name: 'audio: play by a button of the page',
    html: `<button id="b">Play</button><audio id="a" src="data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="></audio><script>b.onclick = () => { b.textContent = 'Pause'; a.play().catch(() => {}); };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'theme: a class on the root',
    html: `<footer><button id="b">Dark</button></footer><script>b.onclick = () => document.documentElement.classList.toggle('dark');</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'focus: a button that only puts the cursor into the search',
    html: `<button id="b">Search</button><div style="height:100px"></div><input id="i"><script>b.onclick = () => i.focus();</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'animation: the panel slides by a class with a transition',
    html: `<style>#p{transition:opacity .3s;opacity:0}.on #p{opacity:1}</style><div id="w"><button id="b">Filters</button><div id="p">Panel</div></div><script>b.onclick = () => w.classList.add('on');</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'busy page: a live button beside a clock',
    html: `<time id="t"></time><button id="b">Bid</button><p id="p">0 bids</p><script>const tick = () => { t.textContent = new Date().toISOString(); }; tick(); setInterval(tick, 1000); b.onclick = () => { p.textContent = '1 bid'; };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'busy page: a live button on a page that animates all the time',
    html: `<div id="a"></div><button id="b">Add</button><ul id="l"></ul><script>setInterval(() => { a.style.left = Math.random() + 'px'; }, 30); b.onclick = () => l.append(document.createElement('li'), 'One');</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'busy page: a stepper beside a ticker',
    html: `<marquee id="t">EUR 1.08</marquee><button id="b">+</button><output id="n">1</output><script>setInterval(() => { t.textContent = 'EUR ' + Math.random(); }, 200); b.onclick = () => { n.textContent = +n.textContent + 1; };</script>`,
    act: clicks('#b', 5),
    ...no,
  },
];

import { clicks, type Scenario } from './scenario.js';

const dead = { rage: false, dead: true } as const;
const both = { rage: true, dead: true } as const;
const rage = { rage: true, dead: false } as const;

/** What makes people click again, or in vain. */
export const FRUSTRATION: readonly Scenario[] = [
  { name: 'button: no handler', html: `<button id="b">Save</button>`, act: clicks('#b'), ...dead },
  {
    name: 'button: no handler, five times',
    html: `<button id="b">Pay</button>`,
    act: clicks('#b', 5),
    ...both,
  },
  {
    name: 'button: its handler throws',
    html: `<button id="b">Continue</button><script>b.onclick = () => { undefined.step; };</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'button: its handler throws, four times',
    html: `<button id="b">Continue</button><script>b.onclick = () => { undefined.step; };</script>`,
    act: clicks('#b', 4),
    ...both,
  },
  {
    name: 'button: its handler writes to the console alone',
    html: `<button id="b">Export</button><script>b.onclick = () => console.log('TODO');</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'link: # without a handler',
    html: `<a id="a" href="#">Terms</a>`,
    act: clicks('#a'),
    ...dead,
  },
  {
    name: 'link: javascript:void(0)',
    html: `<a id="a" href="javascript:void(0)">Details</a>`,
    act: clicks('#a', 2, 900),
    ...dead,
  },
  {
    name: 'link: prevented and forgotten',
    html: `<a id="a" href="/offer">See the offer</a><script>a.onclick = (e) => e.preventDefault();</script>`,
    act: clicks('#a'),
    ...dead,
  },
  {
    name: 'link: prevented and forgotten, four times',
    html: `<a id="a" href="/offer">See the offer</a><script>a.onclick = (e) => e.preventDefault();</script>`,
    act: clicks('#a', 4),
    ...both,
  },
  {
    name: 'card: a pointer over it, and nothing behind',
    html: `<div id="d" style="cursor:pointer;width:200px;height:60px">Our best plan</div>`,
    act: clicks('#d'),
    ...dead,
  },
  {
    name: 'card: a pointer over it, and nothing behind, three times',
    html: `<div id="d" style="cursor:pointer;width:200px;height:60px">Our best plan</div>`,
    act: clicks('#d', 3),
    ...both,
  },
  {
    name: 'picture: somebody wants to see it larger',
    html: `<img id="i" width="200" height="120" alt="Shoes" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
    act: clicks('#i', 4),
    rage: true,
    dead: false,
  },
  {
    name: 'overlay: an invisible one swallows the clicks',
    html: `<button id="b">Buy</button><div style="position:fixed;inset:0;cursor:pointer"></div>`,
    act: clicks('#b', 4),
    ...both,
  },
  {
    name: 'button: only :active tells it was pressed',
    html: `<style>#b:active{background:#99f;transform:scale(.98)}#b{transition:all .15s}</style><button id="b">Subscribe</button>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'button: a ripple and nothing more',
    html: `<button id="b" style="position:relative">Confirm</button><script>b.onpointerdown = () => { const r = document.createElement('span'); r.className = 'ripple'; b.append(r); setTimeout(() => r.remove(), 500); };</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'button: a ripple and nothing more, four times',
    html: `<button id="b" style="position:relative">Confirm</button><script>b.onpointerdown = () => { const r = document.createElement('span'); r.className = 'ripple'; b.append(r); setTimeout(() => r.remove(), 500); };</script>`,
    act: clicks('#b', 4),
    ...both,
  },
  {
    name: 'clock: a dead button on a page with one',
    html: `<time id="t"></time><button id="b">Help</button><script>const tick = () => { t.textContent = new Date().toISOString(); }; tick(); setInterval(tick, 1000);</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'clock: a dead button pressed five times beside it',
    html: `<div><time id="t"></time><button id="b">Bid</button></div><script>const tick = () => { t.textContent = new Date().toISOString(); }; tick(); setInterval(tick, 1000);</script>`,
    act: clicks('#b', 5),
    ...both,
  },
  {
    name: 'ticker: a dead button under prices that change all the time',
    html: `<header><b id="t">1.08</b></header><main><button id="b">Trade</button></main><script>setInterval(() => { t.textContent = Math.random().toFixed(4); }, 150);</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'animation: a dead button on a page that moves',
    html: `<div id="a" style="position:absolute;top:200px">✈</div><button id="b">Book</button><script>let x = 0; setInterval(() => { a.style.left = (x += 2) + 'px'; }, 33);</script>`,
    act: clicks('#b', 3),
    ...both,
  },
  {
    name: 'feed: a dead button beside a list that grows by itself',
    html: `<aside style="position:absolute;top:80px"><ul id="l"></ul></aside><main><section><div><button id="b">Post</button></div></section></main><script>let n = 0; setInterval(() => { const li = document.createElement('li'); li.textContent = 'Message ' + ++n; l.append(li); }, 700);</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'zoom: at its limit, four times',
    html: `<div><button id="b">+</button><output id="z">200%</output></div><script>b.onclick = () => { /* already at 200 % */ };</script>`,
    act: clicks('#b', 4),
    ...both,
  },
  {
    name: 'carousel: two slides, then five clicks at its end',
    html: `<div><div id="s">Slide 1</div><button id="b">Next</button></div><script>let i = 1; b.onclick = () => { if (i < 3) s.textContent = 'Slide ' + ++i; };</script>`,
    act: clicks('#b', 7),
    ...rage,
  },
  {
    name: 'slow: four seconds of nothing, clicked five times',
    html: `<button id="b">Pay now</button><main id="m"></main><script>b.onclick = () => setTimeout(() => { m.textContent = 'Paid'; }, 4000);</script>`,
    act: clicks('#b', 5, 300),
    ...both,
  },
  {
    name: 'slow: a spinner at the first click, then four more in vain',
    html: `<div><button id="b">Pay now</button><i id="s"></i></div><script>let once = false; b.onclick = () => { if (once) return; once = true; s.textContent = 'Working…'; setTimeout(() => { s.textContent = 'Paid'; }, 3500); };</script>`,
    act: clicks('#b', 5, 300),
    ...rage,
  },
  {
    name: 'slow: a request that takes four seconds, clicked four times',
    html: `<button id="b">Check out</button><p id="p"></p><script>b.onclick = async () => { await fetch('/slow?ms=4000'); p.textContent = 'Done'; };</script>`,
    act: clicks('#b', 4, 350),
    rage: true,
    dead: true,
  },
  {
    name: 'submit: prevented, and nothing said',
    html: `<form id="f"><input name="q"><button id="b">Search</button></form><script>f.onsubmit = (e) => e.preventDefault();</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'submit: prevented, and nothing said, four times',
    html: `<form id="f"><input name="q"><button id="b">Search</button></form><script>f.onsubmit = (e) => e.preventDefault();</script>`,
    act: clicks('#b', 4),
    ...both,
  },
  {
    name: 'aria-disabled: looks off, is pressed three times',
    html: `<button id="b" aria-disabled="true" style="opacity:.6">Next</button>`,
    act: clicks('#b', 3),
    ...both,
  },
  {
    name: 'tab: a role and no handler',
    html: `<div role="tablist"><div role="tab" aria-selected="true">One</div><div role="tab" id="t" tabindex="0">Two</div></div>`,
    act: clicks('#t'),
    ...dead,
  },
  {
    name: 'menu item: a role and no handler',
    html: `<ul role="menu"><li role="menuitem" id="m">Delete</li></ul>`,
    act: clicks('#m'),
    ...dead,
  },
  {
    name: 'shadow: a dead button inside a component',
    html: `<x-buy></x-buy><script>customElements.define('x-buy', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<button>Buy</button>'; } });</script>`,
    act: clicks('x-buy', 3),
    ...both,
  },
  {
    name: 'svg: a drawn button without a handler',
    html: `<svg width="120" height="40" role="button" id="s" tabindex="0"><rect width="120" height="40" fill="#ccc"/></svg>`,
    act: clicks('#s'),
    ...dead,
  },
  {
    name: 'beacon: only analytics hears the click',
    html: `<button id="b">Compare</button><script>b.onclick = () => navigator.sendBeacon('/analytics', 'x');</script>`,
    act: clicks('#b'),
    ...dead,
  },
  {
    name: 'reload: a retry button that fails the same way each time, five times',
    html: `<div><p id="p">Could not load.</p><button id="b">Try again</button></div><script>b.onclick = () => { p.textContent = 'Could not load.'; };</script>`,
    act: clicks('#b', 5, 300),
    ...both,
  },
  {
    name: 'text: an underlined word that is no link, four times',
    html: `<p>See our <span id="s" style="text-decoration:underline;color:blue;cursor:pointer;user-select:none">terms</span>.</p>`,
    act: clicks('#s', 4),
    ...both,
  },
];

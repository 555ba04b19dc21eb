import { clicks, clickTimes, type Scenario } from './scenario.js';

const no = { rage: false, dead: false } as const;

/** Controls that are meant to be clicked, often many times: none of this is frustration. */
export const CONTROLS: readonly Scenario[] = [
  {
    name: 'stepper: plus, six times',
    html: `<label>Guests <button id="minus">−</button><output id="n">1</output><button id="plus">+</button></label>
      <script>let n = 1; plus.onclick = () => { document.getElementById('n').textContent = ++n; };</script>`,
    act: clicks('#plus', 6),
    ...no,
  },
  {
    name: 'quantity: a number input follows its buttons',
    html: `<div class="qty"><button id="up">▲</button><input id="q" value="1" readonly></div><p>Total <b id="t">9.90</b></p>
      <script>up.onclick = () => { q.value = +q.value + 1; t.textContent = (9.9 * q.value).toFixed(2); };</script>`,
    act: clicks('#up', 4),
    ...no,
  },
  {
    name: 'calendar: next month, eight times',
    html: `<div role="grid"><header><button id="next" aria-label="Next month">›</button> <span id="m">January</span></header><div id="days"></div></div>
      <script>let m = 0; const draw = () => { document.getElementById('m').textContent = new Date(2026, m).toLocaleString('en', { month: 'long' });
        days.replaceChildren(...Array.from({ length: 30 }, (_, d) => Object.assign(document.createElement('i'), { textContent: d + 1 + ' ' }))); };
        next.onclick = () => { m += 1; draw(); }; draw();</script>`,
    act: clicks('#next', 8, 180),
    ...no,
  },
  {
    name: 'calendar: choosing a day',
    html: `<table><tr>${[1, 2, 3].map((d) => `<td role="button" tabindex="0" id="d${d}">${d}</td>`).join('')}</tr></table>
      <script>document.querySelector('table').onclick = (e) => { document.querySelectorAll('td').forEach((d) => d.classList.toggle('chosen', d === e.target)); };</script>`,
    act: clicks('#d2'),
    ...no,
  },
  {
    name: 'carousel: next, five times, by transform',
    html: `<div style="width:200px;overflow:hidden"><div id="track" style="display:flex;transition:transform .2s">${'<img width=200 height=80 alt="">'.repeat(8)}</div></div><button id="next">Next</button>
      <script>let i = 0; next.onclick = () => { track.style.transform = 'translateX(' + -200 * ++i + 'px)'; };</script>`,
    act: clicks('#next', 5),
    ...no,
  },
  {
    name: 'carousel: next, by smooth scrolling',
    html: `<div id="box" style="width:200px;overflow-x:auto;scroll-behavior:smooth"><div style="width:2000px;height:80px">slides</div></div><button id="next">Next</button>
      <script>next.onclick = () => box.scrollBy(200, 0);</script>`,
    act: clicks('#next', 3, 400),
    ...no,
  },
  {
    name: 'pagination: next, four times, drawn at once',
    html: `<ul id="list"></ul><nav aria-label="Pages"><button id="next">Next page</button></nav>
      <script>let p = 0; const draw = () => { list.innerHTML = [1,2,3].map((n) => '<li>Item ' + (p * 3 + n)).join(''); }; next.onclick = () => { p += 1; draw(); }; draw();</script>`,
    act: clicks('#next', 4, 350),
    ...no,
  },
  {
    name: 'pagination: the current page again',
    html: `<nav aria-label="Pages"><button aria-current="page" id="one">1</button><button>2</button></nav>`,
    act: clicks('#one'),
    ...no,
  },
  {
    name: 'switch: on and off and on',
    html: `<button role="switch" aria-checked="false" id="s">Wi-Fi</button><script>s.onclick = () => s.setAttribute('aria-checked', s.getAttribute('aria-checked') !== 'true');</script>`,
    act: clicks('#s', 3, 300),
    ...no,
  },
  {
    name: 'checkbox: a native one, three times',
    html: `<label><input type="checkbox" id="c"> Remember me</label>`,
    act: clicks('#c', 3),
    ...no,
  },
  {
    name: 'radio: the chosen one again',
    html: `<input type="radio" name="r" id="r" checked> Standard <input type="radio" name="r"> Express`,
    act: clicks('#r'),
    ...no,
  },
  {
    name: 'select: opened and closed',
    html: `<select id="s"><option>A<option>B</select>`,
    act: clicks('#s', 2, 400),
    ...no,
  },
  {
    name: 'text input: focused, clicked again to place the cursor',
    html: `<input id="i" value="some words that are long">`,
    act: clicks('#i', 3, 400),
    ...no,
  },
  {
    name: 'editor: clicks in editable text',
    html: `<div id="e" contenteditable>Write your story here, as long as you like.</div>`,
    act: clicks('#e', 4),
    ...no,
  },
  {
    name: 'slider: the track of a range',
    html: `<input type="range" id="v">`,
    act: clicks('#v', 3),
    ...no,
  },
  {
    name: 'slider: made of elements',
    html: `<div role="slider" tabindex="0" id="v" style="width:200px;height:20px;background:#ccc"></div>`,
    act: clicks('#v', 3),
    ...no,
  },
  {
    name: 'accordion: native details',
    html: `<details><summary id="s">Shipping</summary>Two days.</details>`,
    act: clicks('#s'),
    ...no,
  },
  {
    name: 'accordion: a panel shown by hidden',
    html: `<button id="h" aria-expanded="false">Returns</button><div id="p" hidden>Thirty days.</div><script>h.onclick = () => { p.hidden = !p.hidden; };</script>`,
    act: clicks('#h'),
    ...no,
  },
  {
    name: 'tabs: another panel',
    html: `<div role="tablist"><button role="tab" aria-selected="true">One</button><button role="tab" id="two" aria-selected="false">Two</button></div><section id="panel">First</section>
      <script>two.onclick = () => { two.setAttribute('aria-selected', 'true'); panel.textContent = 'Second'; };</script>`,
    act: clicks('#two'),
    ...no,
  },
  {
    name: 'tabs: the selected one again',
    html: `<div role="tablist"><button role="tab" id="one" aria-selected="true">One</button><button role="tab">Two</button></div>`,
    act: clicks('#one'),
    ...no,
  },
  {
    name: 'dialog: showModal',
    html: `<button id="b">Edit</button><dialog id="d"><p>Edit your name</p></dialog><script>b.onclick = () => d.showModal();</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'popover: by attribute alone',
    html: `<button id="b" popovertarget="p">More</button><div id="p" popover>More about it</div>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'menu: put into the body after a frame',
    html: `<button id="b">Actions</button><script>b.onclick = () => requestAnimationFrame(() => document.body.insertAdjacentHTML('beforeend', '<ul role="menu"><li role="menuitem">Rename</li></ul>'));</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'tooltip: shown by a class far away',
    html: `<main><section><div><p><button id="b">?</button></p></div></section></main><aside id="tip" class="off">Help</aside><script>b.onclick = () => { tip.className = 'on'; };</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'like: an icon swaps inside the button',
    html: `<button id="b" aria-label="Like"><svg width="20" height="20"><path id="i" d="M0 0h10v10z"/></svg></button><script>b.onclick = () => i.setAttribute('d', 'M0 0h20v20z');</script>`,
    act: clicks('#b'),
    ...no,
  },
  {
    name: 'applause: a counter, twelve times',
    html: `<button id="b">👏 <span id="n">0</span></button><script>b.onclick = () => { n.textContent = +n.textContent + 1; };</script>`,
    act: clicks('#b', 12, 120),
    ...no,
  },
  {
    name: 'piano: a key that plays a sound and lights up',
    html: `<button id="k">C</button><script>k.onclick = () => { k.classList.add('lit'); setTimeout(() => k.classList.remove('lit'), 150); };</script>`,
    act: clicks('#k', 6, 250),
    ...no,
  },
  {
    name: 'canvas: drawing',
    html: `<canvas id="c" width="300" height="150" style="cursor:crosshair"></canvas>`,
    act: clicks('#c', 8),
    ...no,
  },
  {
    name: 'map: zooming a canvas by its own button',
    html: `<div><canvas id="c" width="300" height="150"></canvas><div class="zoom"><button id="in">+</button></div></div><script>let z = 1; in_ = document.getElementById('in'); in_.onclick = () => { z += 1; c.dataset.zoom = z; };</script>`,
    act: clicks('#in', 5),
    ...no,
  },
  {
    name: 'video: its own controls',
    html: `<video id="v" controls width="300" height="150"></video>`,
    act: clicks('#v', 2, 500),
    ...no,
  },
  {
    name: 'color: a native picker',
    html: `<input type="color" id="c">`,
    act: clicks('#c'),
    ...no,
  },
  {
    name: 'list: choosing a suggestion',
    html: `<input id="q"><ul role="listbox"><li role="option" id="o">Lisbon</li></ul><script>o.onclick = () => { q.value = 'Lisbon'; o.parentNode.remove(); };</script>`,
    act: clicks('#o'),
    ...no,
  },
  {
    name: 'shadow: a counter inside a component',
    html: `<x-count></x-count><script>customElements.define('x-count', class extends HTMLElement { connectedCallback() { const r = this.attachShadow({ mode: 'open' }); r.innerHTML = '<button id="b">Add <i>0</i></button>'; r.querySelector('button').onclick = () => { r.querySelector('i').textContent++; }; } });</script>`,
    act: clicks('x-count', 5),
    ...no,
  },
  {
    name: 'drag: a card is taken and let go',
    html: `<div id="card" draggable="true" style="cursor:pointer;width:100px;height:40px">Card</div><div style="height:100px">Done</div>`,
    async act(page) {
      await page.mouse.move(30, 20);
      await page.mouse.down();
      await page.mouse.move(60, 90, { steps: 5 });
      await page.mouse.up();
    },
    ...no,
  },
  {
    name: 'undo: eight quick steps back in a document far away',
    html: `<header><button id="u">Undo</button></header><main><article><p id="t">one two three four five six seven eight nine</p></article></main>
      <script>u.onclick = () => { t.textContent = t.textContent.split(' ').slice(0, -1).join(' '); };</script>`,
    act: clicks('#u', 8, 200),
    ...no,
  },
  {
    name: 'keyboard: a button pressed with Enter',
    html: `<button id="b">Show</button><p id="p"></p><script>b.onclick = () => { p.textContent = 'Shown'; };</script>`,
    async act(page) {
      await page.focus('#b');
      await page.keyboard.press('Enter');
    },
    ...no,
  },
  {
    name: 'tinder: yes, yes, yes on a stack of cards',
    html: `<div id="stack" style="height:200px"><p>Ana</p><p>Bo</p><p>Cy</p><p>Di</p></div><button id="y">Yes</button><script>y.onclick = () => stack.firstElementChild.remove();</script>`,
    act: (page) => clickTimes(page, '#y', 4, 300),
    ...no,
  },
];

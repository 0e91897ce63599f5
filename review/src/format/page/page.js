'use strict';
(() => {
  const all = [...document.querySelectorAll('article')];
  const search = document.getElementById('search');
  const boxes = [...document.querySelectorAll('nav input[type=checkbox]')];
  const count = document.getElementById('count');
  const shown = () => all.filter(a => !a.hidden);
  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(boxes.filter(b => b.name === 'level' && !b.checked).map(b => b.value));
    const must = boxes.filter(b => b.name === 'only' && b.checked).map(b => b.value);
    for (const a of all) {
      const text = a.textContent.toLowerCase();
      const kinds = a.dataset.kinds.split(' ');
      a.hidden = off.has(a.dataset.level) || !words.every(w => text.includes(w)) || !must.every(m => kinds.includes(m));
    }
    for (const s of document.querySelectorAll('section[data-group]')) {
      s.hidden = !s.querySelector('article:not([hidden])');
    }
    count.textContent = shown().length + ' of ' + all.length;
  };
  search.addEventListener('input', update);
  boxes.forEach(b => b.addEventListener('change', update));
  const step = by => {
    const list = shown();
    if (!list.length) return;
    const at = list.indexOf(document.activeElement.closest ? document.activeElement.closest('article') : null);
    const next = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))];
    next.focus({preventScroll: true});
    next.scrollIntoView({block: 'nearest'});
  };
  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target === search;
    if (e.key === 'Escape') { search.value = ''; search.blur(); update(); return; }
    if (typing) return;
    if (e.key === '/') { e.preventDefault(); search.focus(); }
    else if (e.key === 'j') step(1);
    else if (e.key === 'k') step(-1);
    else if (e.key === 'e') {
      const open = [...document.querySelectorAll('details')];
      const to = open.some(d => !d.open);
      open.forEach(d => { d.open = to; });
    } else if (e.key === 'o') {
      const a = document.activeElement.closest('article');
      if (a) a.querySelectorAll('details').forEach(d => { d.open = !d.open; });
    }
  });
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(d => { d.open = true; }));
  update();
})();

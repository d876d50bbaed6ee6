// Links and forms marked data-partial lead to another view of the same page. The
// address is fetched as the browser would, and its main part takes the place of
// the one that is shown: without a reload, with focus and scroll kept. Without
// this script, and wherever it fails, they are links and forms.
//
// When the new part is in place the document hears "partial", so that what is
// made live by scripts can be made live again.
let waiting
let spoken
let shown = viewOf(window.location)

function viewOf(address) {
  return address.pathname + address.search
}

function isPlain(event) {
  return !event.defaultPrevented && !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
}

// addressOf is where a form leads, without its empty fields.
function addressOf(form, button) {
  const to = new URL(form.getAttribute('action') || window.location.href, window.location.href)
  const values = new URLSearchParams()
  for (const [name, value] of new FormData(form, button)) {
    if (value !== '') {
      values.append(name, value)
    }
  }
  to.search = values.toString()
  return to
}

// marks are what finds an element again in the new part.
function marks(element) {
  const all = []
  if (element.id) {
    all.push('#' + CSS.escape(element.id))
  }
  const form = element.closest('form')
  if (form && element.name) {
    all.push(`form[action="${CSS.escape(form.getAttribute('action'))}"] [name="${CSS.escape(element.name)}"]`)
  }
  if (form && element.type === 'submit') {
    const field = form.querySelector('[id]')
    if (field) {
      all.push(`form:has(#${CSS.escape(field.id)}) [type="submit"]`)
    }
  }
  return all
}

function counterpart(main, element) {
  for (const selector of marks(element)) {
    const found = main.querySelector(selector)
    if (found) {
      return found
    }
  }
  if (element.tagName !== 'A') {
    return null
  }
  const text = element.textContent
  return [...main.querySelectorAll('a[data-partial]')].find((a) => a.textContent === text) || null
}

function openDetails(main) {
  return [...main.querySelectorAll('details[open]')].map((d) => (d.closest('[id]') || d).id + '|' + d.querySelector('summary').textContent)
}

function put(text, from, url) {
  const page = new DOMParser().parseFromString(text, 'text/html')
  const main = document.querySelector('main')
  const next = page.querySelector('main')
  if (!main || !next) {
    window.location.assign(url)
    return
  }
  const top = from ? from.getBoundingClientRect().top : 0
  const open = openDetails(main)
  document.title = page.title
  main.replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)))
  for (const d of main.querySelectorAll('details')) {
    d.open = d.open || open.includes((d.closest('[id]') || d).id + '|' + d.querySelector('summary').textContent)
  }
  // What stands around the main part leads on with the same choice.
  for (const name of ['header nav', 'nav.crumbs', 'footer']) {
    const here = document.querySelector(name)
    const there = page.querySelector(name)
    if (here && there) {
      here.replaceWith(document.adoptNode(there))
    }
  }
  const search = document.querySelector('header form')
  if (search) {
    search.querySelectorAll('input[type="hidden"]').forEach((input) => input.remove())
    page.querySelectorAll('header form input[type="hidden"]').forEach((input) => search.append(document.adoptNode(input)))
  }
  const found = from && counterpart(main, from)
  if (found) {
    window.scrollBy(0, found.getBoundingClientRect().top - top)
    found.focus({ preventScroll: true })
  } else if (from) {
    main.focus({ preventScroll: true })
  }
  say(document.title)
  document.dispatchEvent(new CustomEvent('partial', { detail: main }))
}

// say tells those who don't see it that the page has changed.
function say(text) {
  if (!spoken) {
    spoken = document.createElement('p')
    spoken.className = 'govuk-visually-hidden'
    spoken.setAttribute('role', 'status')
    document.body.append(spoken)
  }
  const heading = document.querySelector('main [data-partial-says]')
  spoken.textContent = heading ? heading.textContent : text
}

async function go(url, from, push) {
  waiting?.abort()
  const mine = (waiting = new AbortController())
  document.documentElement.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(url, { signal: mine.signal, headers: { Accept: 'text/html' } })
    const text = await response.text()
    if (!response.ok || !(response.headers.get('Content-Type') || '').startsWith('text/html')) {
      throw new Error(url + ': ' + response.status)
    }
    if (push) {
      history.pushState({ partial: true }, '', response.url + new URL(url).hash)
    }
    shown = viewOf(window.location)
    put(text, from, url)
  } catch (reason) {
    if (reason.name !== 'AbortError') {
      window.location.assign(url)
    }
  } finally {
    if (waiting === mine) {
      document.documentElement.removeAttribute('aria-busy')
    }
  }
}

export function watchPartials() {
  if (!window.DOMParser || !window.fetch || !history.pushState) {
    return
  }
  document.addEventListener('click', (event) => {
    const a = event.target.closest?.('a[data-partial]')
    if (a && isPlain(event) && new URL(a.href).origin === window.location.origin) {
      event.preventDefault()
      go(a.href, a, true)
    }
  })
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!form.matches('form[data-partial]') || event.defaultPrevented) {
      return
    }
    event.preventDefault()
    const from = form.contains(document.activeElement) ? document.activeElement : event.submitter || form
    go(addressOf(form, event.submitter).href, from, true)
  })
  window.addEventListener('popstate', () => {
    if (viewOf(window.location) === shown) {
      return // a step within the page
    }
    if (window.location.pathname === shown.split('?')[0]) {
      go(window.location.href, null, false)
    } else {
      window.location.reload()
    }
  })
}

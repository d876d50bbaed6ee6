// Suggests places as one types in a field, by the combobox pattern of ARIA:
//
//   <form><label for="q">...</label>
//   <div class="search-line"><input id="q" data-suggest="/search/suggest">...</div></form>
//
// With data-take="code" a chosen place's code is put in the field and the form
// sent; without it the choice leads to the place's page. The form works without
// any of this.
import Combobox from '@github/combobox-nav'

const patience = 120
const shortest = 2

export function suggestIn(input) {
  const list = document.createElement('ul')
  list.id = input.id + '-suggestions'
  list.className = 'suggestions'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Places')
  list.hidden = true
  const status = document.createElement('p')
  status.className = 'govuk-visually-hidden'
  status.setAttribute('role', 'status')
  input.form.classList.add('suggesting')
  input.parentElement.after(list)
  input.form.append(status)
  input.autocomplete = 'off'

  const combobox = new Combobox(input, list, { tabInsertsSuggestions: false })
  let waiting = 0
  let asked = new AbortController()

  function close() {
    window.clearTimeout(waiting)
    asked.abort()
    combobox.stop()
    list.hidden = true
  }

  function show({ places, says }) {
    list.replaceChildren(...places.map(optionOf))
    list.hidden = places.length === 0
    if (list.hidden) {
      combobox.stop()
    } else {
      combobox.start()
    }
    status.textContent = says
  }

  function optionOf(place, i) {
    const option = document.createElement('li')
    option.id = list.id + '-' + i
    option.setAttribute('role', 'option')
    option.dataset.href = place.href
    option.dataset.code = place.code
    option.append(part('suggestion-name', place.name))
    if (place.name_welsh) {
      const welsh = part('place-welsh', place.name_welsh)
      welsh.lang = 'cy'
      option.append(' ', welsh)
    }
    option.append(' ', part('suggestion-kind', [place.kind, place.why].filter(Boolean).join(' · ')))
    return option
  }

  async function ask() {
    const text = input.value.trim()
    asked.abort()
    if (text.length < shortest) {
      close()
      return
    }
    asked = new AbortController()
    try {
      const response = await fetch(input.dataset.suggest + '?' + new URLSearchParams({ q: text }), { signal: asked.signal })
      if (response.ok) {
        show(await response.json())
      }
    } catch (reason) {
      if (reason.name !== 'AbortError') {
        close() // the form still works
      }
    }
  }

  input.addEventListener('input', () => {
    window.clearTimeout(waiting)
    waiting = window.setTimeout(ask, patience)
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault()
      close()
    } else if (event.key === 'ArrowDown' && list.hidden) {
      event.preventDefault()
      ask()
    }
  })
  input.addEventListener('blur', close)
  list.addEventListener('mousedown', (event) => event.preventDefault()) // the field keeps the focus
  list.addEventListener('combobox-commit', ({ target }) => {
    close()
    if (input.dataset.take === 'code') {
      input.value = target.dataset.code
      input.form.requestSubmit()
    } else {
      window.location.assign(target.dataset.href)
    }
  })
}

function part(name, text) {
  const span = document.createElement('span')
  span.className = name
  span.textContent = text
  return span
}

// Links the pictures and the table of a page: what the pointer or the keyboard
// is on in one of them is marked in the others, and said in words.
//
//   <div data-linked> <p data-readout hidden></p>
//     <svg><a data-code="E08000003"><title>...</title>...</a></svg>
//     <table><tr data-code="E08000003">...</tr></table> </div>
export function link(part) {
  const readout = part.querySelector('[data-readout]')
  let marked = []
  let shown = ''

  function show(code) {
    if (code === shown) {
      return
    }
    shown = code
    marked.forEach((element) => element.classList.remove('is-linked'))
    marked = code ? [...part.querySelectorAll('[data-code="' + CSS.escape(code) + '"]')] : []
    marked.forEach((element) => element.classList.add('is-linked'))
    marked.filter((element) => element.closest('svg')).forEach((element) => element.parentNode.append(element))
    if (!readout) {
      return
    }
    const title = marked.map((element) => element.querySelector('title')).find(Boolean)
    if (title) {
      readout.textContent = title.textContent
      readout.hidden = false
    }
  }

  const codeOf = (event) => event.target.closest('[data-code]')?.dataset.code ?? ''
  part.addEventListener('pointerover', (event) => show(codeOf(event)))
  part.addEventListener('focusin', (event) => show(codeOf(event)))
  part.addEventListener('pointerleave', () => show(''))
}

// slide gives a list of periods a slider that moves the list's choice. The list
// stays, and the form is sent by its button.
export function slide(select) {
  const options = [...select.options].reverse() // the earliest first
  if (options.length < 3) {
    return
  }
  const box = document.createElement('div')
  box.className = 'slide'
  const input = document.createElement('input')
  input.type = 'range'
  input.min = '0'
  input.max = String(options.length - 1)
  input.value = String(options.findIndex((o) => o.selected))
  input.setAttribute('aria-label', 'Period')
  const say = () => {
    const option = options[Number(input.value)]
    option.selected = true
    input.setAttribute('aria-valuetext', option.text)
  }
  say()
  input.addEventListener('input', say)
  select.addEventListener('change', () => {
    input.value = String(options.findIndex((o) => o.selected))
    say()
  })
  box.append(input)
  select.form.append(box)
}
